"""Alembic's entry to the migrations of the library database."""

from storage.migrations.environment import run
from storage.tables import LibraryTable

run(LibraryTable.metadata)
