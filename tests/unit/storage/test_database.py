"""Databases are made, found again, and refused with their file as it was."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_mock_engine
from sqlmodel import Session, SQLModel, col, select

from engine.model.issues import WeftError
from storage.database import REVISIONS, DatabaseKind, open_database, reading, writing
from storage.migration import SCRIPTS, head, migrate
from storage.repositories.library import LibraryRepository
from storage.sqlite import PAGE, connect, copy_database
from storage.tables import JournalTable, LibraryTable, Setting
from tests.helpers.checkout import ROOT
from tests.helpers.programs import read_line, run, started

KINDS: list[DatabaseKind] = ["library", "journal"]


def make(kind: DatabaseKind, path: Path) -> Path:
    open_database(kind, path).dispose()
    return path


def schema(path: Path) -> list[tuple[str, str | None]]:
    with closing(sqlite3.connect(path)) as database:
        return sorted(database.execute("SELECT name, sql FROM sqlite_master").fetchall())


def structure(path: Path) -> dict[str, Any]:
    """Return tables and indexes with their columns, whatever the order and the words in which they were made."""
    with closing(sqlite3.connect(path)) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        indexes = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'index'")]
        columns = {name: sorted(row[1:] for row in database.execute(f"PRAGMA table_info({name})")) for name in tables}
        keys = {name: sorted(database.execute(f"PRAGMA foreign_key_list({name})")) for name in tables}
        order = {name: list(database.execute(f"PRAGMA index_info({name})")) for name in indexes}
        return {"columns": columns, "keys": keys, "indexes": {name: [row[2] for row in rows] for name, rows in order.items()}}


def refused(path: Path, *, read_only: bool = False) -> WeftError:
    before = path.read_bytes()
    with pytest.raises(WeftError) as caught:
        open_database("library", path, read_only=read_only)
    assert path.read_bytes() == before
    assert caught.value.issue.remedy
    assert str(path) in str(caught.value)
    return caught.value


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_database_equals_a_migrated_one(kind: DatabaseKind, tmp_path: Path) -> None:
    old = tmp_path / "old.db"
    with closing(sqlite3.connect(old)) as database:
        database.execute(dict(schema(make(kind, tmp_path / "new.db")))["alembic_version"] or "")
    migrate(old, SCRIPTS / kind)
    assert structure(old) == structure(tmp_path / "new.db")
    with closing(sqlite3.connect(old)) as database:
        assert database.execute("SELECT version_num FROM alembic_version").fetchall() == [(REVISIONS[kind],)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_program_knows_its_newest_revision(kind: DatabaseKind) -> None:
    assert head(SCRIPTS / kind) == REVISIONS[kind]


@pytest.mark.parametrize("dump", sorted((Path(__file__).parents[2] / "data/databases").glob("*.sql")), ids=lambda path: path.stem)
def test_stored_databases_of_every_revision_still_open(dump: Path, tmp_path: Path) -> None:
    path, kind = tmp_path / "stored.db", dump.stem.split("-")[0]
    with closing(sqlite3.connect(path)) as database:
        database.executescript(dump.read_text(encoding="utf-8"))
    assert kind in KINDS
    open_database("library" if kind == "library" else "journal", path).dispose()
    with closing(sqlite3.connect(path)) as database:
        table = "workflow" if kind == "library" else "run"
        assert database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] > 0


def test_a_new_database_is_private(tmp_path: Path) -> None:
    assert make("library", tmp_path / "weft.db").stat().st_mode & 0o777 == 0o600


def test_changes_are_committed_together_or_not_at_all(tmp_path: Path) -> None:
    engine = open_database("library", tmp_path / "weft.db")
    with writing(engine) as session:
        session.add(Setting(key="theme", value="dark"))

    def change_and_fail(session: Session) -> None:
        session.add(Setting(key="lost", value=1))
        session.flush()
        raise KeyError

    with pytest.raises(KeyError), writing(engine) as session:
        change_and_fail(session)
    with reading(engine) as session:
        assert session.exec(select(Setting.key)).all() == ["theme"]
    engine.dispose()


@pytest.mark.parametrize("number", ["9999", "1" * 40, "abcdef"])
def test_a_newer_database_is_refused_and_untouched(number: str, tmp_path: Path) -> None:
    path = make("library", tmp_path / "weft.db")
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = ?", (number,))
    assert refused(path).issue.code == "database.newer"
    assert refused(path, read_only=True).issue.code == "database.newer"


def test_an_older_database_is_not_changed_by_a_reader(tmp_path: Path) -> None:
    path = make("library", tmp_path / "weft.db")
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '0000'")
    assert refused(path, read_only=True).issue.code == "database.older"


def test_damage_is_found_and_the_file_kept(tmp_path: Path) -> None:
    sound = make("library", tmp_path / "sound.db").read_bytes()
    path = tmp_path / "weft.db"
    for content in (b"\0" * 100 + sound[100:], sound[:5000], sound[:-1], sound[:50], b"name,age\n", b"x" * len(sound)):
        path.write_bytes(content)
        assert refused(path).issue.code == "database.damaged"
        assert refused(path, read_only=True).issue.code == "database.damaged"
        assert "weft data restore" in refused(path).issue.remedy


def test_a_damaged_page_is_named_when_it_is_needed(tmp_path: Path) -> None:
    path = make("library", tmp_path / "weft.db")
    engine = open_database("library", path)
    LibraryRepository(engine).register("a", "A", "")
    engine.dispose()
    with closing(sqlite3.connect(path)) as database:
        page, = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'workflow'").fetchone()
    content = bytearray(path.read_bytes())
    content[(page - 1) * PAGE : page * PAGE] = b"\xff" * PAGE
    path.write_bytes(content)
    engine = open_database("library", path)
    with pytest.raises(WeftError) as caught:
        LibraryRepository(engine).workflows()
    assert caught.value.issue.code == "database.damaged"
    engine.dispose()


def test_the_database_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "weft.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE bookmark (url TEXT)")
    assert refused(path).issue.code == "database.damaged"


def test_a_reader_without_a_database_sees_an_empty_one(tmp_path: Path) -> None:
    engine = open_database("library", tmp_path / "weft.db", read_only=True)
    assert LibraryRepository(engine).workflows() == []
    engine.dispose()
    assert list(tmp_path.iterdir()) == []


def test_an_unfinished_first_start_is_finished_by_the_next(tmp_path: Path) -> None:
    path = tmp_path / "weft.db"
    connect(path).close()  # a file in WAL mode with no tables: killed before the commit
    engine = open_database("library", path, read_only=True)
    assert LibraryRepository(engine).workflows() == []
    engine.dispose()
    make("library", path)
    assert "workflow" in dict(schema(path))


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    engine = open_database("library", make("library", tmp_path / "weft.db"), read_only=True)
    with pytest.raises(WeftError) as caught, writing(engine) as session:
        session.add(Setting(key="a", value=1))
    assert caught.value.issue.code == "storage.read-only"
    engine.dispose()


def test_a_reader_sees_one_state_while_a_writer_goes_on(tmp_path: Path) -> None:
    path = make("library", tmp_path / "weft.db")
    writer, reader = open_database("library", path), open_database("library", path, read_only=True)
    keys = select(Setting.key).order_by(col(Setting.key))
    with reading(reader) as before:
        assert before.exec(keys).all() == []
        with writing(writer) as session:
            session.add(Setting(key="a", value=1))
        assert before.exec(keys).all() == []
    with reading(reader) as after:
        assert after.exec(keys).all() == ["a"]
    writer.dispose()
    reader.dispose()


def test_two_programs_make_and_fill_one_database_at_once(tmp_path: Path) -> None:
    path = tmp_path / "weft.db"
    code = """
import sys
from pathlib import Path
from storage.database import open_database, writing
from storage.tables import Setting

def count(path, times):
    engine = open_database("library", path)
    for number in range(times):
        with writing(engine) as session:
            found = session.get(Setting, "count") or Setting(key="count", value=0)
            found.value += 1
            session.add(found)
    engine.dispose()

if __name__ == "__main__":
    print("ready")
    sys.stdin.readline()
    count(Path(sys.argv[1]), 30)
    print("alembic" in sys.modules)
"""
    names: dict[str, Any] = {"__name__": "here"}
    exec(compile(code, "count", "exec"), names)
    with started(code, path) as other:
        assert read_line(other) == "ready"
        assert other.stdin
        other.stdin.write("go\n")
        other.stdin.flush()
        names["count"](path, 30)
        assert other.communicate(timeout=60) == ("False\n", "")  # a new database needs no alembic, which is slow to load
    engine = open_database("library", path)
    with reading(engine) as session:
        assert session.exec(select(Setting)).one().value == 60
    engine.dispose()


def test_a_read_only_folder_can_be_read(foreign_place: Path) -> None:
    folder = foreign_place / "data"
    folder.mkdir(mode=0o755)
    path = folder / "weft.db"
    engine = open_database("library", path)
    with writing(engine) as session:
        session.add(Setting(key="a", value=1))
    engine.dispose()
    path.chmod(0o444)
    folder.chmod(0o555)
    code = """
import os, sys
from pathlib import Path
from typing import Any
from engine.model.issues import WeftError
from storage.database import open_database
from storage.repositories.settings import SettingsRepository
from storage.writer import GroupWriter
if os.getuid() == 0:
    os.setuid(65534)
path = Path(sys.argv[1])
reader = open_database("library", path, read_only=True)
print(SettingsRepository(reader).all())
reader.dispose()
writer = open_database("library", path)
for work in (lambda: SettingsRepository(writer).set("a", 2), lambda: GroupWriter(path)):
    try:
        work()
    except WeftError as error:
        print(error.issue.code)
writer.dispose()
"""
    result = run(code, path)
    assert (result.stdout, result.stderr) == ("{'a': 1}\n" + "storage.read-only\n" * 2, "")
    assert list(folder.iterdir()) == [path]
    folder.chmod(0o755)


@pytest.mark.parametrize("base", [LibraryTable, JournalTable])
def test_the_tables_can_be_made_on_postgresql(base: type[SQLModel]) -> None:
    made: list[Any] = []
    engine = create_mock_engine("postgresql://", lambda element, *_, **__: made.append(element))
    base.metadata.create_all(engine, checkfirst=False)
    statements = [str(element.compile(dialect=engine.dialect)) for element in made]
    assert sum("CREATE TABLE" in statement for statement in statements) == len(base.metadata.tables)


def test_what_is_special_to_sqlite_stays_in_few_files() -> None:
    special = {"sqlite.py", "writer.py", "journal.py", "migration.py", "database.py", "backup.py", "check.py"}
    for path in (ROOT / "storage").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert path.name in special or not re.search(r"PRAGMA|import sqlite3|INSERT OR|sqlite_", text), path


def test_a_copy_is_complete_while_others_write(tmp_path: Path) -> None:
    path = make("library", tmp_path / "weft.db")
    engine = open_database("library", path)
    with writing(engine) as session:
        session.add(Setting(key="a", value="x" * 100_000))
    copy_database(path, tmp_path / "copy.db")  # its rows are still in the write-ahead log
    engine.dispose()
    with closing(sqlite3.connect(tmp_path / "copy.db")) as database:
        assert len(database.execute("SELECT value FROM setting").fetchone()[0]) == 100_002
    assert not list(tmp_path.glob("copy.db?*"))
