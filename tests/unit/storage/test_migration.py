"""A migration succeeds or leaves the database as it was, whatever happens in its middle."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from engine.model.issues import WeftError
from storage.database import REVISIONS, open_database, writing
from storage.migration import SCRIPTS, migrate
from storage.tables import Setting, Workflow, WorkflowVersion
from tests.helpers.programs import read_line, run, started

SCRIPT = '''"""Next."""
import sqlalchemy as sa
from alembic import op
revision, down_revision = "9999", "{newest}"


def upgrade():
    {body}
'''
CHANGE = """
    with op.batch_alter_table("workflow") as batch:
        batch.add_column(sa.Column("owner", sa.Text(), nullable=False, server_default=""))
        batch.drop_column("status")
    op.execute("UPDATE setting SET value = '2'")
"""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "weft.db"
    engine = open_database("library", path)
    with writing(engine) as session:
        session.add(Setting(key="a", value=1))
        session.add(Workflow(id="w", name="W"))
        session.flush()
        session.add(WorkflowVersion(hash="h", workflow_id="w", text="t"))
    engine.dispose()
    return path


def scripts(tmp_path: Path, body: str) -> Path:
    folder = tmp_path / "scripts"
    shutil.copytree(SCRIPTS / "library", folder)
    (folder / "versions" / "v9999_next.py").write_text(SCRIPT.format(body=body, newest=REVISIONS["library"]), encoding="utf-8")
    return folder


def dump(path: Path) -> str:
    with closing(sqlite3.connect(path)) as database:
        return "\n".join(database.iterdump())


def test_rows_survive_and_a_copy_of_before_is_kept(database: Path, tmp_path: Path) -> None:
    before = dump(database)
    copy = migrate(database, scripts(tmp_path, CHANGE))
    assert dump(copy) == before
    with closing(sqlite3.connect(database)) as changed:
        assert changed.execute("SELECT * FROM workflow").fetchone() == ("w", "W", "", 0.0, 0.0, None, "")
        assert changed.execute("SELECT workflow_id FROM workflow_version").fetchall() == [("w",)]
        assert changed.execute("SELECT value FROM setting").fetchone() == ("2",)
        assert changed.execute("SELECT version_num FROM alembic_version").fetchone() == ("9999",)
    with pytest.raises(WeftError) as caught:
        open_database("library", database)
    assert caught.value.issue.code == "database.newer"


@pytest.mark.parametrize("body", [
    CHANGE + '    raise ValueError("no")',
    'op.execute("DROP TABLE workflow")',
    CHANGE + '    op.execute("COMMIT"); raise ValueError("half done")',
    CHANGE + '    op.execute("COMMIT"); op.execute("BEGIN"); op.execute("DROP TABLE setting"); raise ValueError("no")',
], ids=["raises", "breaks a reference", "commits by itself", "commits and goes on"])
def test_a_failing_migration_leaves_everything_as_it_was(body: str, database: Path, tmp_path: Path) -> None:
    before = dump(database)
    with pytest.raises(WeftError) as caught:
        migrate(database, scripts(tmp_path, body))
    assert caught.value.issue.code == "database.migration-failed"
    assert dump(database) == before
    open_database("library", database).dispose()


def test_without_space_for_the_copy_nothing_is_begun(database: Path, tmp_path: Path) -> None:
    before = dump(database)
    code = """
import resource, sys
from pathlib import Path
from engine.model.issues import WeftError
from storage.migration import migrate
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
try:
    migrate(*map(Path, sys.argv[1:]))
except WeftError as error:
    print(error.issue.code)
"""
    assert run(code, database, scripts(tmp_path, CHANGE)).stdout == "storage.full\n"
    assert dump(database) == before
    assert {path.name for path in tmp_path.glob("weft.db*")} <= {"weft.db", "weft.db-wal", "weft.db-shm"}


def test_killed_half_way_the_old_database_is_intact_and_the_next_start_goes_on(database: Path, tmp_path: Path) -> None:
    before = dump(database)
    folder = scripts(tmp_path, CHANGE + '    print("half", flush=True); import time; time.sleep(60)')
    code = "import sys; from pathlib import Path; from storage.migration import migrate; migrate(*map(Path, sys.argv[1:]))"
    with started(code, database, folder) as program:
        assert read_line(program) == "half"
        program.kill()
        program.wait()
    assert dump(database) == before
    open_database("library", database).dispose()
    shutil.rmtree(folder)
    migrate(database, scripts(tmp_path, CHANGE))
    with closing(sqlite3.connect(database)) as changed:
        assert changed.execute("SELECT value FROM setting").fetchone() == ("2",)
