"""Runs that go up to some nodes only."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the nodes; runs before went through the whole workflow."""
    op.add_column("run", sa.Column("until", sa.Text(), nullable=True))
