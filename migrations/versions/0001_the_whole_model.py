"""The whole model."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "groupings",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_groupings")),
        sa.UniqueConstraint("name", name=op.f("uq_groupings_name")),
        sa.UniqueConstraint("slug", name=op.f("uq_groupings_slug")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "old_slugs",
        sa.Column("noun", sa.String(length=80), nullable=False),
        sa.Column("slug", sa.String(length=200), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_old_slugs")),
        sa.UniqueConstraint("noun", "slug", name=op.f("uq_old_slugs_noun_slug")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "organizations",
        sa.Column("acronym", sa.String(length=80), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=True),
        sa.Column("stakeholder_group", sa.String(length=80), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("headquarters_city", sa.String(length=80), nullable=True),
        sa.Column("website", sa.String(length=500), nullable=True),
        sa.Column("email_domains", sa.String(length=500), nullable=True),
        sa.Column("based_at_casa_de_internet", sa.Boolean(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.Column("successor_date", sa.String(length=10), nullable=True),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("confidence", sa.String(length=6), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("name_en", sa.String(length=300), nullable=True),
        sa.Column("name_es", sa.String(length=300), nullable=True),
        sa.Column("name_pt", sa.String(length=300), nullable=True),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("sort_name", sa.String(length=100), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "confidence IN ('high', 'medium', 'low')",
            name=op.f("ck_organizations_confidence_vocabulary"),
        ),
        sa.CheckConstraint(
            "kind IN ('rir', 'internet-coordination', 'internet-association', 'cctld-association', 'ixp-association', 'operators-group', 'research-network', 'industry-association', 'nro-association', 'user-association', 'internet-registry', 'research-centre', 'university-association', 'training-school', 'intergovernmental', 'private-company', 'regional-bloc', 'un-body', 'government', 'shared-headquarters', 'civil-society', 'other')",
            name=op.f("ck_organizations_kind_vocabulary"),
        ),
        sa.CheckConstraint(
            "stakeholder_group IN ('technical-community', 'government', 'intergovernmental', 'private-sector', 'civil-society', 'academia', 'media')",
            name=op.f("ck_organizations_stakeholder_group_vocabulary"),
        ),
        sa.CheckConstraint(
            "coalesce(name_en, name_es, name_pt) IS NOT NULL", name=op.f("ck_organizations_named")
        ),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_organizations_not_its_own_parent")),
        sa.CheckConstraint(
            "successor_id <> id", name=op.f("ck_organizations_not_its_own_successor")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["organizations.id"], name=op.f("fk_organizations_parent_id")
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["organizations.id"], name=op.f("fk_organizations_successor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organizations")),
        sa.UniqueConstraint("acronym", name=op.f("uq_organizations_acronym")),
        sa.UniqueConstraint("slug", name=op.f("uq_organizations_slug")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("organizations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organizations_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_organizations_sort_name"), ["sort_name"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_organizations_successor_id"), ["successor_id"], unique=False
        )

    op.create_table(
        "people",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("gender", sa.String(length=80), nullable=True),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("confidence", sa.String(length=6), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("sort_name", sa.String(length=100), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "confidence IN ('high', 'medium', 'low')", name=op.f("ck_people_confidence_vocabulary")
        ),
        sa.CheckConstraint(
            "gender IN ('female', 'male', 'other', 'undisclosed')",
            name=op.f("ck_people_gender_vocabulary"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("key", name=op.f("uq_people_key")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_people_sort_name"), ["sort_name"], unique=False)

    op.create_table(
        "region_countries",
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("region", sa.String(length=80), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("confidence", sa.String(length=6), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "confidence IN ('high', 'medium', 'low')",
            name=op.f("ck_region_countries_confidence_vocabulary"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_region_countries")),
        sa.UniqueConstraint("scheme", "country", name=op.f("uq_region_countries_scheme_country")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "revision",
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "settings",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settings")),
        sa.UniqueConstraint("name", name=op.f("uq_settings_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "sign_in_attempts",
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempts")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("sign_in_attempts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sign_in_attempts_address_at"), ["address", "at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_sign_in_attempts_email_at"), ["email", "at"], unique=False
        )

    op.create_table(
        "topics",
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("confidence", sa.String(length=6), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("name_en", sa.String(length=300), nullable=True),
        sa.Column("name_es", sa.String(length=300), nullable=True),
        sa.Column("name_pt", sa.String(length=300), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "confidence IN ('high', 'medium', 'low')", name=op.f("ck_topics_confidence_vocabulary")
        ),
        sa.CheckConstraint(
            "coalesce(name_en, name_es, name_pt) IS NOT NULL", name=op.f("ck_topics_named")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topics")),
        sa.UniqueConstraint("slug", name=op.f("uq_topics_slug")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "affiliations",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=True),
        sa.Column("start_date", sa.String(length=10), nullable=False),
        sa.Column("end_date", sa.String(length=10), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("confidence", sa.String(length=6), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "confidence IN ('high', 'medium', 'low')",
            name=op.f("ck_affiliations_confidence_vocabulary"),
        ),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_affiliations_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_affiliations_organization_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_affiliations_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_affiliations")),
        sa.UniqueConstraint(
            "person_id",
            "organization_id",
            "start_date",
            name=op.f("uq_affiliations_person_id_organization_id_start_date"),
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("affiliations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_affiliations_organization_id"), ["organization_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_affiliations_person_id_first_day"),
            ["person_id", "first_day"],
            unique=False,
        )

    op.create_table(
        "aliases",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("folded", sa.String(length=300), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("confidence", sa.String(length=6), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "confidence IN ('high', 'medium', 'low')", name=op.f("ck_aliases_confidence_vocabulary")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_aliases_organization_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aliases")),
        sa.UniqueConstraint("text", name=op.f("uq_aliases_text")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("aliases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_aliases_folded"), ["folded"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_aliases_organization_id"), ["organization_id"], unique=False
        )

    op.create_table(
        "grouping_members",
        sa.Column("grouping_id", sa.Integer(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=80), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("confidence", sa.String(length=6), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "confidence IN ('high', 'medium', 'low')",
            name=op.f("ck_grouping_members_confidence_vocabulary"),
        ),
        sa.CheckConstraint(
            "(country IS NULL) <> (organization_id IS NULL)",
            name=op.f("ck_grouping_members_country_or_organization"),
        ),
        sa.ForeignKeyConstraint(
            ["grouping_id"],
            ["groupings.id"],
            name=op.f("fk_grouping_members_grouping_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_grouping_members_organization_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grouping_members")),
        sa.UniqueConstraint(
            "grouping_id", "country", name=op.f("uq_grouping_members_grouping_id_country")
        ),
        sa.UniqueConstraint(
            "grouping_id",
            "organization_id",
            name=op.f("uq_grouping_members_grouping_id_organization_id"),
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("grouping_members", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_grouping_members_organization_id"), ["organization_id"], unique=False
        )

    op.create_table(
        "person_emails",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_person_emails_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_emails")),
        sa.UniqueConstraint("address", name=op.f("uq_person_emails_address")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("person_emails", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_emails_person_id"), ["person_id"], unique=False)

    op.create_table(
        "spaces",
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=True),
        sa.Column("organizer_id", sa.Integer(), nullable=True),
        sa.Column("cadence", sa.String(length=80), nullable=True),
        sa.Column("since_year", sa.Integer(), nullable=True),
        sa.Column("scope", sa.String(length=80), nullable=True),
        sa.Column("website", sa.String(length=500), nullable=True),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("confidence", sa.String(length=6), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("name_en", sa.String(length=300), nullable=True),
        sa.Column("name_es", sa.String(length=300), nullable=True),
        sa.Column("name_pt", sa.String(length=300), nullable=True),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("sort_name", sa.String(length=100), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "confidence IN ('high', 'medium', 'low')", name=op.f("ck_spaces_confidence_vocabulary")
        ),
        sa.CheckConstraint(
            "kind IN ('igf', 'coordination', 'training-programme', 'intergovernmental-process', 'policy-forum', 'operators-meeting', 'technical-meeting', 'other')",
            name=op.f("ck_spaces_kind_vocabulary"),
        ),
        sa.CheckConstraint(
            "scope IN ('global', 'regional', 'sub-regional', 'national')",
            name=op.f("ck_spaces_scope_vocabulary"),
        ),
        sa.CheckConstraint(
            "coalesce(name_en, name_es, name_pt) IS NOT NULL", name=op.f("ck_spaces_named")
        ),
        sa.CheckConstraint(
            "since_year BETWEEN 1850 AND 2200", name=op.f("ck_spaces_since_year_is_a_year")
        ),
        sa.ForeignKeyConstraint(
            ["organizer_id"], ["organizations.id"], name=op.f("fk_spaces_organizer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spaces")),
        sa.UniqueConstraint("code", name=op.f("uq_spaces_code")),
        sa.UniqueConstraint("slug", name=op.f("uq_spaces_slug")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("spaces", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_spaces_organizer_id"), ["organizer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_spaces_sort_name"), ["sort_name"], unique=False)

    op.create_table(
        "users",
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=80), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "language IN ('en', 'es', 'pt')", name=op.f("ck_users_language_vocabulary")
        ),
        sa.CheckConstraint(
            "role IN ('admin', 'editor', 'contributor', 'viewer')",
            name=op.f("ck_users_role_vocabulary"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_users_organization_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_users_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "changes",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("undoes_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["undoes_id"], ["changes.id"], name=op.f("fk_changes_undoes_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_changes_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
        sa.UniqueConstraint("undoes_id", name=op.f("uq_changes_undoes_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_changes_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_changes_user_id"), ["user_id"], unique=False)

    op.create_table(
        "engagements",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("space_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=80), nullable=False),
        sa.Column("detail", sa.String(length=300), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("from_date", sa.String(length=10), nullable=False),
        sa.Column("to_date", sa.String(length=10), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("confidence", sa.String(length=6), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "confidence IN ('high', 'medium', 'low')",
            name=op.f("ck_engagements_confidence_vocabulary"),
        ),
        sa.CheckConstraint(
            "role IN ('secretariat', 'founder', 'organizer', 'co-organizer', 'host', 'member', 'associate-member', 'observer', 'representative', 'party', 'partner', 'sponsor', 'supporter', 'speaker', 'exhibitor', 'rapporteur', 'participant', 'co-located', 'monitors')",
            name=op.f("ck_engagements_role_vocabulary"),
        ),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_engagements_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_engagements_organization_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_engagements_person_id")
        ),
        sa.ForeignKeyConstraint(["space_id"], ["spaces.id"], name=op.f("fk_engagements_space_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagements")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("engagements", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_engagements_organization_id_space_id"),
            ["organization_id", "space_id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_engagements_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_engagements_space_id_organization_id"),
            ["space_id", "organization_id"],
            unique=False,
        )

    op.create_table(
        "events",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("uid", sa.String(length=255), nullable=False),
        sa.Column("space_id", sa.Integer(), nullable=True),
        sa.Column("edition", sa.Integer(), nullable=True),
        sa.Column("series", sa.String(length=120), nullable=True),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("start_date", sa.String(length=10), nullable=True),
        sa.Column("end_date", sa.String(length=10), nullable=True),
        sa.Column("start_time", sa.Time(), nullable=True),
        sa.Column("end_time", sa.Time(), nullable=True),
        sa.Column("timezone", sa.String(length=64), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("venue", sa.String(length=300), nullable=True),
        sa.Column("city", sa.String(length=120), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("mode", sa.String(length=80), nullable=False),
        sa.Column("status", sa.String(length=80), nullable=False),
        sa.Column("visibility", sa.String(length=80), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("relation", sa.String(length=80), nullable=True),
        sa.Column("languages", sa.String(length=80), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("url", sa.String(length=500), nullable=True),
        sa.Column("join_url", sa.String(length=500), nullable=True),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("feed_changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_start", sa.String(length=16), nullable=True),
        sa.Column("withdrawn_end", sa.String(length=16), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("confidence", sa.String(length=6), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("name_en", sa.String(length=300), nullable=True),
        sa.Column("name_es", sa.String(length=300), nullable=True),
        sa.Column("name_pt", sa.String(length=300), nullable=True),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("sort_name", sa.String(length=100), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "confidence IN ('high', 'medium', 'low')", name=op.f("ck_events_confidence_vocabulary")
        ),
        sa.CheckConstraint(
            "kind IN ('meeting', 'forum', 'summit', 'training', 'workshop', 'webinar', 'tutorial', 'talk', 'session', 'bilateral', 'other')",
            name=op.f("ck_events_kind_vocabulary"),
        ),
        sa.CheckConstraint(
            "mode IN ('in-person', 'online', 'hybrid', 'unknown')",
            name=op.f("ck_events_mode_vocabulary"),
        ),
        sa.CheckConstraint(
            "relation IN ('part-of', 'co-located')", name=op.f("ck_events_relation_vocabulary")
        ),
        sa.CheckConstraint(
            "status IN ('tentative', 'confirmed', 'cancelled')",
            name=op.f("ck_events_status_vocabulary"),
        ),
        sa.CheckConstraint(
            "visibility IN ('public', 'community', 'organization')",
            name=op.f("ck_events_visibility_vocabulary"),
        ),
        sa.CheckConstraint(
            "(parent_id IS NULL) = (relation IS NULL)", name=op.f("ck_events_relation_with_parent")
        ),
        sa.CheckConstraint(
            "coalesce(name_en, name_es, name_pt) IS NOT NULL", name=op.f("ck_events_named")
        ),
        sa.CheckConstraint("ends_at >= starts_at", name=op.f("ck_events_ends_after_start")),
        sa.CheckConstraint(
            "last_day >= first_day", name=op.f("ck_events_last_day_not_before_first")
        ),
        sa.CheckConstraint("latitude BETWEEN -90 AND 90", name=op.f("ck_events_latitude_range")),
        sa.CheckConstraint(
            "longitude BETWEEN -180 AND 180", name=op.f("ck_events_longitude_range")
        ),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_events_not_its_own_parent")),
        sa.CheckConstraint(
            "start_time IS NULL OR timezone IS NOT NULL", name=op.f("ck_events_times_have_a_zone")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["organizations.id"], name=op.f("fk_events_owner_id")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["events.id"], name=op.f("fk_events_parent_id")),
        sa.ForeignKeyConstraint(["space_id"], ["spaces.id"], name=op.f("fk_events_space_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("key", name=op.f("uq_events_key")),
        sa.UniqueConstraint("uid", name=op.f("uq_events_uid")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_events_country_starts_at_id"),
            ["country", "starts_at", "id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_events_ends_at"), ["ends_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_events_feed_changed_at"), ["feed_changed_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_events_first_day"), ["first_day"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_events_kind_starts_at_id"), ["kind", "starts_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_events_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_events_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_events_series"), ["series"], unique=False)
        batch_op.create_index(batch_op.f("ix_events_sort_name"), ["sort_name"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_events_space_id_starts_at_id"),
            ["space_id", "starts_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_events_starts_at_id"), ["starts_at", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_events_status_starts_at_id"), ["status", "starts_at", "id"], unique=False
        )

    op.create_table(
        "feeds",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "language IN ('en', 'es', 'pt')", name=op.f("ck_feeds_language_vocabulary")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_feeds_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feeds")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_feeds_token_hash")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("feeds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feeds_user_id"), ["user_id"], unique=False)

    op.create_table(
        "user_sessions",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("browser", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_user_sessions_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_user_sessions_token_hash")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("user_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_user_sessions_user_id"), ["user_id"], unique=False)

    op.create_table(
        "attendances",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("label", sa.String(length=200), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("stakeholder_group", sa.String(length=80), nullable=True),
        sa.Column("role", sa.String(length=120), nullable=False),
        sa.Column("status", sa.String(length=80), nullable=False),
        sa.Column("mode", sa.String(length=80), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("origin", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("confidence", sa.String(length=6), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "confidence IN ('high', 'medium', 'low')",
            name=op.f("ck_attendances_confidence_vocabulary"),
        ),
        sa.CheckConstraint(
            "mode IN ('in-person', 'online', 'both', 'unknown')",
            name=op.f("ck_attendances_mode_vocabulary"),
        ),
        sa.CheckConstraint(
            "stakeholder_group IN ('technical-community', 'government', 'intergovernmental', 'private-sector', 'civil-society', 'academia', 'media')",
            name=op.f("ck_attendances_stakeholder_group_vocabulary"),
        ),
        sa.CheckConstraint(
            "status IN ('planned', 'registered', 'attended', 'no-show', 'cancelled')",
            name=op.f("ck_attendances_status_vocabulary"),
        ),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (label IS NULL)", name=op.f("ck_attendances_person_or_label")
        ),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_attendances_minutes_not_negative")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_attendances_event_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_attendances_organization_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_attendances_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendances")),
        sa.UniqueConstraint("event_id", "label", name=op.f("uq_attendances_event_id_label")),
        sa.UniqueConstraint(
            "event_id", "person_id", name=op.f("uq_attendances_event_id_person_id")
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("attendances", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_attendances_organization_id_status_event_id"),
            ["organization_id", "status", "event_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_attendances_person_id_event_id"), ["person_id", "event_id"], unique=False
        )

    op.create_table(
        "change_items",
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.String(length=80), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("operation", sa.String(length=80), nullable=False),
        sa.Column("subject_table", sa.String(length=80), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "operation IN ('insert', 'update', 'delete')",
            name=op.f("ck_change_items_operation_vocabulary"),
        ),
        sa.ForeignKeyConstraint(
            ["change_id"], ["changes.id"], name=op.f("fk_change_items_change_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_items")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("change_items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_change_items_change_id"), ["change_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_change_items_subject_table_subject_id_id"),
            ["subject_table", "subject_id", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_change_items_table_name_row_id"), ["table_name", "row_id"], unique=False
        )

    op.create_table(
        "contributions",
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("space_id", sa.Integer(), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("date", sa.String(length=10), nullable=True),
        sa.Column("url", sa.String(length=500), nullable=True),
        sa.Column("amount", sa.Double(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("confidence", sa.String(length=6), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "confidence IN ('high', 'medium', 'low')",
            name=op.f("ck_contributions_confidence_vocabulary"),
        ),
        sa.CheckConstraint(
            "kind IN ('presentation', 'panel', 'moderation', 'training', 'statement', 'proposal', 'report', 'booth', 'sponsorship', 'grant', 'scholarship', 'other')",
            name=op.f("ck_contributions_kind_vocabulary"),
        ),
        sa.CheckConstraint(
            "(amount IS NULL) = (currency IS NULL)",
            name=op.f("ck_contributions_amount_with_currency"),
        ),
        sa.CheckConstraint(
            "(event_id IS NULL) <> (space_id IS NULL)", name=op.f("ck_contributions_event_or_space")
        ),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_contributions_amount_not_negative")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_contributions_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_contributions_organization_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_contributions_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["space_id"], ["spaces.id"], name=op.f("fk_contributions_space_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contributions")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("contributions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contributions_event_id"), ["event_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_contributions_organization_id"), ["organization_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_contributions_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contributions_space_id"), ["space_id"], unique=False)

    op.create_table(
        "event_organizations",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "role IN ('organizer', 'partner', 'host', 'sponsor')",
            name=op.f("ck_event_organizations_role_vocabulary"),
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["events.id"],
            name=op.f("fk_event_organizations_event_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_event_organizations_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_organizations")),
        sa.UniqueConstraint(
            "event_id",
            "organization_id",
            "role",
            name=op.f("uq_event_organizations_event_id_organization_id_role"),
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("event_organizations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_event_organizations_organization_id_role_event_id"),
            ["organization_id", "role", "event_id"],
            unique=False,
        )

    op.create_table(
        "event_topics",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_event_topics_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("fk_event_topics_topic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_topics")),
        sa.UniqueConstraint("event_id", "topic_id", name=op.f("uq_event_topics_event_id_topic_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("event_topics", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_event_topics_topic_id_event_id"), ["topic_id", "event_id"], unique=False
        )

    op.create_table(
        "follow_ups",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=500), nullable=False),
        sa.Column("owner_organization_id", sa.Integer(), nullable=True),
        sa.Column("owner_person_id", sa.Integer(), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_follow_ups_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["owner_organization_id"],
            ["organizations.id"],
            name=op.f("fk_follow_ups_owner_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["owner_person_id"], ["people.id"], name=op.f("fk_follow_ups_owner_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_ups")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("follow_ups", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follow_ups_event_id"), ["event_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_follow_ups_owner_organization_id"),
            ["owner_organization_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_follow_ups_owner_person_id"), ["owner_person_id"], unique=False
        )

    op.create_table(
        "headcounts",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("metric", sa.String(length=80), nullable=False),
        sa.Column("mode", sa.String(length=80), nullable=False),
        sa.Column("dimension", sa.String(length=80), nullable=False),
        sa.Column("value_key", sa.String(length=120), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("qualifier", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("confidence", sa.String(length=6), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "confidence IN ('high', 'medium', 'low')",
            name=op.f("ck_headcounts_confidence_vocabulary"),
        ),
        sa.CheckConstraint(
            "dimension <> '' OR value_key = ''", name=op.f("ck_headcounts_value_key_with_dimension")
        ),
        sa.CheckConstraint(
            "dimension IN ('', 'country', 'region', 'stakeholder_group', 'gender', 'badge')",
            name=op.f("ck_headcounts_dimension_vocabulary"),
        ),
        sa.CheckConstraint(
            "metric IN ('participants', 'registrations', 'newcomers', 'returning', 'expected', 'countries', 'organizations', 'sessions')",
            name=op.f("ck_headcounts_metric_vocabulary"),
        ),
        sa.CheckConstraint(
            "mode IN ('all', 'in-person', 'online')", name=op.f("ck_headcounts_mode_vocabulary")
        ),
        sa.CheckConstraint(
            "qualifier IN ('exact', 'at-least', 'about')",
            name=op.f("ck_headcounts_qualifier_vocabulary"),
        ),
        sa.CheckConstraint(
            "unit <> 'percent' OR value <= 100", name=op.f("ck_headcounts_percent_at_most_100")
        ),
        sa.CheckConstraint(
            "unit IN ('count', 'percent')", name=op.f("ck_headcounts_unit_vocabulary")
        ),
        sa.CheckConstraint("value >= 0", name=op.f("ck_headcounts_value_not_negative")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_headcounts_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_headcounts")),
        sa.UniqueConstraint(
            "event_id",
            "metric",
            "mode",
            "dimension",
            "value_key",
            "unit",
            name=op.f("uq_headcounts_event_id_metric_mode_dimension_value_key_unit"),
        ),
        sqlite_autoincrement=True,
    )
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
        "outcomes",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('note', 'minutes', 'recording', 'link')",
            name=op.f("ck_outcomes_kind_vocabulary"),
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_outcomes_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcomes")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("outcomes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outcomes_event_id"), ["event_id"], unique=False)

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
    op.create_index(
        "uq_engagements_key",
        "engagements",
        [
            "organization_id",
            "space_id",
            "role",
            "detail",
            sa.text("coalesce(person_id, 0)"),
            "from_date",
        ],
        unique=True,
    )
    op.create_index(
        "uq_contributions_key",
        "contributions",
        [
            sa.text("coalesce(event_id, 0)"),
            sa.text("coalesce(space_id, 0)"),
            "organization_id",
            sa.text("coalesce(person_id, 0)"),
            "kind",
            "title",
        ],
        unique=True,
    )
    op.execute("INSERT INTO revision (id, value) VALUES (1, 0)")


def downgrade() -> None:
    op.drop_index("uq_contributions_key", "contributions")
    op.drop_index("uq_engagements_key", "engagements")
    with op.batch_alter_table("import_rows", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_rows_person_id"))
        batch_op.drop_index(batch_op.f("ix_import_rows_attendance_id"))

    op.drop_table("import_rows")
    with op.batch_alter_table("outcomes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outcomes_event_id"))

    op.drop_table("outcomes")
    with op.batch_alter_table("import_batches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_batches_event_id"))

    op.drop_table("import_batches")
    op.drop_table("headcounts")
    with op.batch_alter_table("follow_ups", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_follow_ups_owner_person_id"))
        batch_op.drop_index(batch_op.f("ix_follow_ups_owner_organization_id"))
        batch_op.drop_index(batch_op.f("ix_follow_ups_event_id"))

    op.drop_table("follow_ups")
    with op.batch_alter_table("event_topics", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_topics_topic_id_event_id"))

    op.drop_table("event_topics")
    with op.batch_alter_table("event_organizations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_organizations_organization_id_role_event_id"))

    op.drop_table("event_organizations")
    with op.batch_alter_table("contributions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contributions_space_id"))
        batch_op.drop_index(batch_op.f("ix_contributions_person_id"))
        batch_op.drop_index(batch_op.f("ix_contributions_organization_id"))
        batch_op.drop_index(batch_op.f("ix_contributions_event_id"))

    op.drop_table("contributions")
    with op.batch_alter_table("change_items", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_change_items_table_name_row_id"))
        batch_op.drop_index(batch_op.f("ix_change_items_subject_table_subject_id_id"))
        batch_op.drop_index(batch_op.f("ix_change_items_change_id"))

    op.drop_table("change_items")
    with op.batch_alter_table("attendances", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attendances_person_id_event_id"))
        batch_op.drop_index(batch_op.f("ix_attendances_organization_id_status_event_id"))

    op.drop_table("attendances")
    with op.batch_alter_table("user_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_user_sessions_user_id"))

    op.drop_table("user_sessions")
    with op.batch_alter_table("feeds", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_feeds_user_id"))

    op.drop_table("feeds")
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_events_status_starts_at_id"))
        batch_op.drop_index(batch_op.f("ix_events_starts_at_id"))
        batch_op.drop_index(batch_op.f("ix_events_space_id_starts_at_id"))
        batch_op.drop_index(batch_op.f("ix_events_sort_name"))
        batch_op.drop_index(batch_op.f("ix_events_series"))
        batch_op.drop_index(batch_op.f("ix_events_parent_id"))
        batch_op.drop_index(batch_op.f("ix_events_owner_id"))
        batch_op.drop_index(batch_op.f("ix_events_kind_starts_at_id"))
        batch_op.drop_index(batch_op.f("ix_events_first_day"))
        batch_op.drop_index(batch_op.f("ix_events_feed_changed_at"))
        batch_op.drop_index(batch_op.f("ix_events_ends_at"))
        batch_op.drop_index(batch_op.f("ix_events_country_starts_at_id"))

    op.drop_table("events")
    with op.batch_alter_table("engagements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_engagements_space_id_organization_id"))
        batch_op.drop_index(batch_op.f("ix_engagements_person_id"))
        batch_op.drop_index(batch_op.f("ix_engagements_organization_id_space_id"))

    op.drop_table("engagements")
    with op.batch_alter_table("changes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_changes_user_id"))
        batch_op.drop_index(batch_op.f("ix_changes_at"))

    op.drop_table("changes")
    op.drop_table("users")
    with op.batch_alter_table("spaces", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_spaces_sort_name"))
        batch_op.drop_index(batch_op.f("ix_spaces_organizer_id"))

    op.drop_table("spaces")
    with op.batch_alter_table("person_emails", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_emails_person_id"))

    op.drop_table("person_emails")
    with op.batch_alter_table("grouping_members", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_grouping_members_organization_id"))

    op.drop_table("grouping_members")
    with op.batch_alter_table("aliases", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_aliases_organization_id"))
        batch_op.drop_index(batch_op.f("ix_aliases_folded"))

    op.drop_table("aliases")
    with op.batch_alter_table("affiliations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_affiliations_person_id_first_day"))
        batch_op.drop_index(batch_op.f("ix_affiliations_organization_id"))

    op.drop_table("affiliations")
    op.drop_table("topics")
    with op.batch_alter_table("sign_in_attempts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_attempts_email_at"))
        batch_op.drop_index(batch_op.f("ix_sign_in_attempts_address_at"))

    op.drop_table("sign_in_attempts")
    op.drop_table("settings")
    op.drop_table("revision")
    op.drop_table("region_countries")
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_people_sort_name"))

    op.drop_table("people")
    with op.batch_alter_table("organizations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organizations_successor_id"))
        batch_op.drop_index(batch_op.f("ix_organizations_sort_name"))
        batch_op.drop_index(batch_op.f("ix_organizations_parent_id"))

    op.drop_table("organizations")
    op.drop_table("old_slugs")
    op.drop_table("groupings")
