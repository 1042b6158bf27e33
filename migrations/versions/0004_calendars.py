"""Calendars of others that are brought in; what readers of our feeds were told."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feed_states",
        sa.Column("identity", sa.String(length=64), nullable=False),
        sa.Column("etag", sa.String(length=64), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_states")),
        sa.UniqueConstraint("identity", name=op.f("uq_feed_states_identity")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_feed_states_changed_at"), "feed_states", ["changed_at"])

    op.create_table(
        "calendar_sources",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=2000), nullable=True),
        sa.Column("space_id", sa.Integer(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("visibility", sa.String(length=80), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("adds_new", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("etag", sa.String(length=300), nullable=True),
        sa.Column("last_modified", sa.String(length=80), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.JSON(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('meeting', 'forum', 'summit', 'training', 'workshop', 'webinar', 'tutorial', 'talk', 'session', 'bilateral', 'other')",
            name=op.f("ck_calendar_sources_kind_vocabulary"),
        ),
        sa.CheckConstraint(
            "language IN ('en', 'es', 'pt')", name=op.f("ck_calendar_sources_language_vocabulary")
        ),
        sa.CheckConstraint(
            "visibility IN ('public', 'community', 'organization')",
            name=op.f("ck_calendar_sources_visibility_vocabulary"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_calendar_sources_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["organizations.id"], name=op.f("fk_calendar_sources_owner_id")
        ),
        sa.ForeignKeyConstraint(
            ["space_id"], ["spaces.id"], name=op.f("fk_calendar_sources_space_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_sources")),
        sa.UniqueConstraint("address", name=op.f("uq_calendar_sources_address")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "calendar_items",
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=500), nullable=False),
        sa.Column("recurrence", sa.String(length=32), nullable=False),
        sa.Column("starts", sa.String(length=16), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("theirs", sa.JSON(), nullable=False),
        sa.Column("taken", sa.JSON(), nullable=True),
        sa.Column("conflicts", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(length=80), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("match", sa.String(length=80), nullable=True),
        sa.Column("candidates", sa.JSON(), nullable=False),
        sa.Column("answer", sa.String(length=80), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "answer IN ('event', 'create', 'skip')",
            name=op.f("ck_calendar_items_answer_vocabulary"),
        ),
        sa.CheckConstraint(
            "match IN ('uid', 'name+dates', 'decision')",
            name=op.f("ck_calendar_items_match_vocabulary"),
        ),
        sa.CheckConstraint(
            "status IN ('question', 'new', 'changed', 'conflict', 'same', 'skipped', 'gone')",
            name=op.f("ck_calendar_items_status_vocabulary"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_calendar_items_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["events.id"],
            name=op.f("fk_calendar_items_event_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["calendar_sources.id"],
            name=op.f("fk_calendar_items_source_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_items")),
        sa.UniqueConstraint(
            "source_id",
            "uid",
            "recurrence",
            name=op.f("uq_calendar_items_source_id_uid_recurrence"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_calendar_items_event_id"), "calendar_items", ["event_id"])
    op.create_index(
        op.f("ix_calendar_items_source_id_status_starts_id"),
        "calendar_items",
        ["source_id", "status", "starts", "id"],
    )
    op.create_index(op.f("ix_calendar_items_uid"), "calendar_items", ["uid"])

    # Added one by one: to make a table anew, SQLite would drop it, and with it all that hangs on it.
    op.add_column(
        "events", sa.Column("feed_version", sa.Integer(), nullable=False, server_default="1")
    )
    op.add_column("events", sa.Column("withdrawn_timezone", sa.String(length=64), nullable=True))
    op.add_column(
        "events",
        sa.Column(
            "withdrawn_visibility",
            sa.String(length=80),
            sa.CheckConstraint(
                "withdrawn_visibility IN ('public', 'community', 'organization')",
                name=op.f("ck_events_withdrawn_visibility_vocabulary"),
            ),
            nullable=True,
        ),
    )
    op.add_column("events", sa.Column("withdrawn_version", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_events_withdrawn_at"), "events", ["withdrawn_at"])
    # So far only public events were remembered.
    op.execute(
        "UPDATE events SET withdrawn_visibility = 'public', withdrawn_timezone = timezone, "
        "withdrawn_version = CASE WHEN feed_changed_at = withdrawn_at THEN feed_version END "
        "WHERE withdrawn_at IS NOT NULL"
    )
    op.add_column(
        "feeds",
        sa.Column(
            "scope",
            sa.String(length=80),
            sa.CheckConstraint(
                "scope IN ('all', 'person', 'organization')", name=op.f("ck_feeds_scope_vocabulary")
            ),
            nullable=False,
            server_default="all",
        ),
    )


def downgrade() -> None:
    op.drop_column("feeds", "scope")
    op.drop_index(op.f("ix_events_withdrawn_at"), table_name="events")
    for name in (
        "withdrawn_version", "withdrawn_visibility", "withdrawn_timezone", "feed_version",
    ):  # fmt: skip
        op.drop_column("events", name)
    op.drop_index(op.f("ix_calendar_items_uid"), table_name="calendar_items")
    op.drop_index(op.f("ix_calendar_items_source_id_status_starts_id"), table_name="calendar_items")
    op.drop_index(op.f("ix_calendar_items_event_id"), table_name="calendar_items")

    op.drop_table("calendar_items")
    op.drop_table("calendar_sources")
    op.drop_index(op.f("ix_feed_states_changed_at"), table_name="feed_states")

    op.drop_table("feed_states")
