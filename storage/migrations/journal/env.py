"""Alembic's entry to the migrations of the journal database."""

from storage.migrations.environment import run
from storage.tables import JournalTable

run(JournalTable.metadata)
