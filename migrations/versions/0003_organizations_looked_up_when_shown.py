"""Which organizations a text may mean is looked up when it is shown."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("import_organizations", "candidates")


def downgrade() -> None:
    op.add_column(
        "import_organizations",
        sa.Column("candidates", sa.JSON(), nullable=False, server_default="[]"),
    )
