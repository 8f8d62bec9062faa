"""Workflows that were deleted and can be brought back."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add when."""
    op.add_column("workflow", sa.Column("deleted", sa.Double(), nullable=True))
