"""Saved reports and issued figures; persons and events of attendances are read from an index."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_REPORTS = "report IN ('organization', 'event', 'space', 'period', 'coverage')"


def upgrade() -> None:
    op.create_table(
        "saved_reports",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("report", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(_REPORTS, name=op.f("ck_saved_reports_report_vocabulary")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_saved_reports_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_reports")),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_saved_reports_user_id_name")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_saved_reports_user_id"), "saved_reports", ["user_id"])

    op.create_table(
        "issued_reports",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("report", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("audience", sa.String(length=80), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(_REPORTS, name=op.f("ck_issued_reports_report_vocabulary")),
        sa.CheckConstraint(
            "audience IN ('public', 'community')",
            name=op.f("ck_issued_reports_audience_vocabulary"),
        ),
        sa.CheckConstraint(
            "language IN ('en', 'es', 'pt')", name=op.f("ck_issued_reports_language_vocabulary")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_issued_reports_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issued_reports")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_issued_reports_issued_at"), "issued_reports", ["issued_at"])
    op.create_index(
        op.f("ix_issued_reports_report_subject"), "issued_reports", ["report", "subject"]
    )
    op.create_index(op.f("ix_issued_reports_user_id"), "issued_reports", ["user_id"])

    op.create_table(
        "issued_report_events",
        sa.Column("issued_report_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["events.id"],
            name=op.f("fk_issued_report_events_event_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["issued_report_id"],
            ["issued_reports.id"],
            name=op.f("fk_issued_report_events_issued_report_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issued_report_events")),
        sa.UniqueConstraint(
            "issued_report_id",
            "event_id",
            name=op.f("uq_issued_report_events_issued_report_id_event_id"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_issued_report_events_event_id"), "issued_report_events", ["event_id"])
    # On PostgreSQL this holds writes for as long as it takes: seconds for a million attendances.
    op.drop_index(op.f("ix_attendances_person_id_event_id"), table_name="attendances")
    op.create_index(
        op.f("ix_attendances_person_id_event_id_status"),
        "attendances",
        ["person_id", "event_id", "status"],
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_attendances_person_id_event_id_status"), table_name="attendances")
    op.create_index(
        op.f("ix_attendances_person_id_event_id"), "attendances", ["person_id", "event_id"]
    )
    op.drop_table("issued_report_events")
    op.drop_table("issued_reports")
    op.drop_table("saved_reports")
