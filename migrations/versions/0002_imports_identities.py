"""Imports, identities."""

import sqlalchemy as sa
from alembic import op

from tracker.models.text import name_key

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Nothing has written to these two so far.
    op.drop_table("import_rows")
    op.drop_table("import_batches")
    op.create_table(
        "import_batches",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("filename", sa.String(length=300), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("format", sa.String(length=80), nullable=False),
        sa.Column("language", sa.String(length=80), nullable=False),
        sa.Column("reading", sa.JSON(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("minimum_minutes", sa.Integer(), nullable=True),
        sa.Column("mark_no_shows", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=80), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status IN ('received', 'staged', 'applied', 'undone', 'discarded')",
            name=op.f("ck_import_batches_status_vocabulary"),
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_import_batches_event_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_import_batches_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batches")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_import_batches_event_id", "import_batches", ["event_id"])
    op.create_index("ix_import_batches_status_event_id", "import_batches", ["status", "event_id"])
    op.create_table(
        "person_aliases",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=200), nullable=False, server_default=""),
        sa.Column("always", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_person_aliases_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_aliases")),
        sa.UniqueConstraint("person_id", "text", name=op.f("uq_person_aliases_person_id_text")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("person_aliases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_aliases_name_key"), ["name_key"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_person_aliases_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "column_mappings",
        sa.Column("heading", sa.String(length=64), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_column_mappings_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_column_mappings")),
        sa.UniqueConstraint("heading", name=op.f("uq_column_mappings_heading")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "likely_duplicates",
        sa.Column("noun", sa.String(length=80), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("likeness", sa.Double(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("dismissed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dismissed_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "noun IN ('people', 'organizations')", name=op.f("ck_likely_duplicates_noun_vocabulary")
        ),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_likely_duplicates_ordered")),
        sa.ForeignKeyConstraint(
            ["dismissed_by_id"], ["users.id"], name=op.f("fk_likely_duplicates_dismissed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_likely_duplicates")),
        sa.UniqueConstraint(
            "noun",
            "first_id",
            "second_id",
            name=op.f("uq_likely_duplicates_noun_first_id_second_id"),
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("likely_duplicates", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_likely_duplicates_noun_dismissed_at_likeness"),
            ["noun", "dismissed_at", "likeness"],
            unique=False,
        )

    op.create_table(
        "import_individuals",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("folded", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("organization_text", sa.String(length=300), nullable=False),
        sa.Column("stated_organization_id", sa.Integer(), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("role", sa.String(length=120), nullable=False),
        sa.Column("status", sa.String(length=80), nullable=False),
        sa.Column("mode", sa.String(length=80), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("stated_minutes", sa.Double(), nullable=True),
        sa.Column("intervals", sa.JSON(), nullable=False),
        sa.Column("match", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.String(length=80), nullable=True),
        sa.Column("candidates", sa.JSON(), nullable=False),
        sa.Column("question", sa.String(length=300), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(length=80), nullable=True),
        sa.Column("always", sa.Boolean(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("attendance_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "answer IN ('person', 'create', 'together', 'unidentified', 'skip')",
            name=op.f("ck_import_individuals_answer_vocabulary"),
        ),
        sa.CheckConstraint(
            "match IN ('email', 'name+organization', 'alias', 'recorded', 'decision', 'new', 'unidentified')",
            name=op.f("ck_import_individuals_match_vocabulary"),
        ),
        sa.CheckConstraint(
            "status IN ('planned', 'registered', 'attended', 'no-show', 'cancelled')",
            name=op.f("ck_import_individuals_status_vocabulary"),
        ),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_import_individuals_minutes_not_negative")),
        sa.ForeignKeyConstraint(
            ["attendance_id"],
            ["attendances.id"],
            name=op.f("fk_import_individuals_attendance_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["import_batches.id"],
            name=op.f("fk_import_individuals_batch_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_import_individuals_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_import_individuals_organization_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_import_individuals_person_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["stated_organization_id"],
            ["organizations.id"],
            name=op.f("fk_import_individuals_stated_organization_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_individuals")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("import_individuals", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_import_individuals_attendance_id"), ["attendance_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_import_individuals_batch_id_match"), ["batch_id", "match"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_import_individuals_batch_id_number"),
            ["batch_id", "number"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_import_individuals_batch_id_question"),
            ["batch_id", "question"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_import_individuals_organization_id"), ["organization_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_import_individuals_person_id"), ["person_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_import_individuals_stated_organization_id"),
            ["stated_organization_id"],
            unique=False,
        )

    op.create_table(
        "import_organizations",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("folded", sa.String(length=300), nullable=False),
        sa.Column("individuals", sa.Integer(), nullable=False),
        sa.Column("candidates", sa.JSON(), nullable=False),
        sa.Column("answer", sa.String(length=80), nullable=True),
        sa.Column("always", sa.Boolean(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "answer IN ('organization', 'none')",
            name=op.f("ck_import_organizations_answer_vocabulary"),
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["import_batches.id"],
            name=op.f("fk_import_organizations_batch_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_import_organizations_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_import_organizations_organization_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_organizations")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("import_organizations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_import_organizations_batch_id"), ["batch_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_import_organizations_organization_id"), ["organization_id"], unique=False
        )

    with op.batch_alter_table("changes", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.add_column(sa.Column("batch_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_changes_batch_id"), ["batch_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_changes_batch_id"), "import_batches", ["batch_id"], ["id"]
        )

    op.create_table(
        "import_rows",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("set_aside", sa.String(length=80), nullable=True),
        sa.Column("individual_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(set_aside IS NULL) <> (individual_id IS NULL)",
            name=op.f("ck_import_rows_individual_or_set_aside"),
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["import_batches.id"],
            name=op.f("fk_import_rows_batch_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["individual_id"],
            ["import_individuals.id"],
            name=op.f("fk_import_rows_individual_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_rows")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_import_rows_batch_id_number", "import_rows", ["batch_id", "number"])
    op.create_index("ix_import_rows_individual_id", "import_rows", ["individual_id"])
    op.add_column("people", sa.Column("erased_at", sa.DateTime(timezone=True)))
    op.add_column(
        "people", sa.Column("name_key", sa.String(length=200), nullable=False, server_default="")
    )
    op.create_index("ix_people_name_key", "people", ["name_key"])
    _fill_name_keys()


def _fill_name_keys() -> None:
    people = sa.table(
        "people",
        sa.column("id", sa.Integer),
        sa.column("name", sa.String),
        sa.column("name_key", sa.String),
    )
    connection = op.get_bind()
    keys = [
        {"person": person, "key": name_key(name)[:200]}
        for person, name in connection.execute(sa.select(people.c.id, people.c.name))
    ]
    if keys:
        statement = sa.update(people).where(people.c.id == sa.bindparam("person"))
        connection.execute(statement.values(name_key=sa.bindparam("key")), keys)


def downgrade() -> None:
    op.drop_index("ix_people_name_key", "people")
    op.drop_column("people", "name_key")
    op.drop_column("people", "erased_at")

    with op.batch_alter_table("changes", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_changes_batch_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_changes_batch_id"))
        batch_op.drop_column("batch_id")

    with op.batch_alter_table("import_organizations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_organizations_organization_id"))
        batch_op.drop_index(batch_op.f("ix_import_organizations_batch_id"))

    op.drop_table("import_organizations")
    with op.batch_alter_table("import_individuals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_individuals_stated_organization_id"))
        batch_op.drop_index(batch_op.f("ix_import_individuals_person_id"))
        batch_op.drop_index(batch_op.f("ix_import_individuals_organization_id"))
        batch_op.drop_index(batch_op.f("ix_import_individuals_batch_id_question"))
        batch_op.drop_index(batch_op.f("ix_import_individuals_batch_id_number"))
        batch_op.drop_index(batch_op.f("ix_import_individuals_batch_id_match"))
        batch_op.drop_index(batch_op.f("ix_import_individuals_attendance_id"))

    op.drop_table("import_rows")
    op.drop_table("import_individuals")
    op.drop_table("import_batches")
    op.create_table(
        "import_batches",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("filename", sa.String(length=300), nullable=False),
        sa.Column("format", sa.String(length=80), nullable=False),
        sa.Column("status", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status IN ('staged', 'applied', 'undone', 'discarded')",
            name=op.f("ck_import_batches_status_vocabulary"),
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_import_batches_event_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_import_batches_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batches")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("import_batches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_batches_event_id"), ["event_id"], unique=False)

    op.create_table(
        "import_rows",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("parsed", sa.JSON(), nullable=False),
        sa.Column("match", sa.String(length=80), nullable=True),
        sa.Column("reason", sa.String(length=80), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("attendance_id", sa.Integer(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attendance_id"],
            ["attendances.id"],
            name=op.f("fk_import_rows_attendance_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["import_batches.id"],
            name=op.f("fk_import_rows_batch_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_import_rows_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_import_rows_organization_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_import_rows_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_rows")),
        sa.UniqueConstraint("batch_id", "number", name=op.f("uq_import_rows_batch_id_number")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("import_rows", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_import_rows_attendance_id"), ["attendance_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_import_rows_person_id"), ["person_id"], unique=False)

    with op.batch_alter_table("likely_duplicates", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_likely_duplicates_noun_dismissed_at_likeness"))

    op.drop_table("likely_duplicates")
    op.drop_table("column_mappings")
    with op.batch_alter_table("person_aliases", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_aliases_person_id"))
        batch_op.drop_index(batch_op.f("ix_person_aliases_name_key"))

    op.drop_table("person_aliases")
