"""Backups: whole, restored whole or not at all, and never trusted."""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import sqlite3
import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from engine.api.stores import RunRecord, StepRecord
from engine.model.issues import WeftError
from storage import archive
from storage.archive import Limits
from storage.backup import backup, restore
from storage.check import check
from storage.database import open_database
from storage.journal import SqliteJournal
from storage.lock import OwnerLock
from storage.paths import DataFolder
from storage.repositories.library import LibraryRepository
from storage.secrets import Secrets
from storage.swap import STAGING
from tests.helpers.programs import run, started

CANARY = "canary-3d0b-in-a-backup"


def fill(folder: DataFolder, mark: str) -> DataFolder:
    async def record() -> None:
        journal = SqliteJournal(folder)
        await journal.create_run(RunRecord("aaaa", "w", mark, "v", "/"))
        for number in range(5):
            await journal.record(StepRecord("aaaa", "", f"n{number}", "succeeded", {"out": f"{mark}{number}" * 20_000}))
        journal.close()

    folder.create()
    asyncio.run(record())
    engine = open_database("library", folder.library_db)
    LibraryRepository(engine).save_version("w", mark, f"name: {mark}", "/", "")
    engine.dispose()
    (folder.library / "하위" / "a:b.weft").parent.mkdir()
    (folder.library / "하위" / "a:b.weft").write_text(mark)
    (folder.runs / "aaaa").mkdir()
    (folder.runs / "aaaa" / "report.md").write_text(mark)
    (folder.models / "model.gguf").write_text("stays")
    Secrets(folder, keychain=lambda: None).set("openai", CANARY)
    return folder


def content(folder: DataFolder) -> dict[str, object]:
    """Return everything that a backup covers, by name."""
    found: dict[str, object] = {}
    for path in sorted(folder.root.rglob("*")):
        name = path.relative_to(folder.root).as_posix()
        if path.is_dir() or name.startswith(("models", "logs", "owner")) or name.endswith((".lock", "-wal", "-shm")):
            continue
        if path.suffix == ".db":
            with closing(sqlite3.connect(path)) as database:
                found[name] = list(database.iterdump())
        else:
            found[name] = path.read_bytes()
    return found


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A filled data folder with a backup of it, and the config folder of its secrets."""
    place = tmp_path_factory.mktemp("template")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WEFT_CONFIG", str(place / "config"))
        backup(fill(DataFolder(place / "full"), "old"), place / "saved.zip")
        yield place


@pytest.fixture
def full(template: Path, tmp_path: Path) -> DataFolder:
    shutil.copytree(template / "full", tmp_path / "full")
    shutil.copytree(template / "config", os.environ["WEFT_CONFIG"])
    return DataFolder(tmp_path / "full")


@pytest.fixture
def saved(template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(template / "saved.zip", tmp_path))


def refused(source: Path, folder: DataFolder, limits: Limits = archive.LIMITS) -> WeftError:
    before = content(folder)
    with pytest.raises(WeftError) as caught:
        restore(source, folder, limits=limits)
    assert content(folder) == before
    assert not (folder.root / STAGING).exists()
    assert caught.value.issue.remedy
    return caught.value


def test_everything_comes_back(full: DataFolder, saved: Path, tmp_path: Path) -> None:
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    before = content(full)
    other = fill(DataFolder(tmp_path / "other"), "new")
    (other.checkpoints_db).write_bytes(b"of the present data")
    (other.library / "extra.weft").write_text("goes")
    manifest = restore(saved, other)
    assert content(other) == before
    rows = {"alembic_version": 1, "approval": 0, "attempt": 0, "call": 0, "log": 0, "run": 1, "step": 5}
    assert manifest.databases["journal.db"].rows == rows
    assert (other.models / "model.gguf").read_text() == "stays"
    assert check(other) == []
    journal = SqliteJournal(other)
    assert len(asyncio.run(journal.load("aaaa"))) == 5
    journal.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["full", "other", "saved.zip"]


def test_an_empty_place_can_be_backed_up_and_restored(tmp_path: Path, full: DataFolder) -> None:
    empty = DataFolder(tmp_path / "empty").create()
    assert backup(empty, tmp_path / "empty.zip").files == {}
    restore(tmp_path / "empty.zip", full)
    assert set(content(full)) == {"secrets.json"}  # secrets are not taken away by a backup that has none


def test_the_key_of_the_secrets_stays_out(saved: Path, full: DataFolder, tmp_path: Path) -> None:
    key = Path(os.environ["WEFT_CONFIG"]) / "secrets.key"
    with zipfile.ZipFile(saved) as opened:
        data = b"".join(opened.read(name) for name in opened.namelist())
    for form in (CANARY.encode(), key.read_bytes()):
        assert form not in data
        assert form not in saved.read_bytes()
    other = DataFolder(tmp_path / "other")
    restore(saved, other)
    assert Secrets(other, keychain=lambda: None).get("openai") == CANARY
    key.unlink()
    with pytest.raises(WeftError):
        Secrets(other, keychain=lambda: None).get("openai")


def test_a_backup_is_made_while_runs_go_on(full: DataFolder, tmp_path: Path) -> None:
    async def work() -> int:
        journal = SqliteJournal(full)
        stop = asyncio.Event()

        async def write() -> int:
            number = 0
            while not stop.is_set():
                await journal.record(StepRecord("bbbb", "", f"n{number}", "succeeded", {"out": f"{number}" * 20_000}))
                number += 1
            return number

        writing = asyncio.create_task(write())
        await asyncio.to_thread(backup, full, tmp_path / "running.zip")
        stop.set()
        count = await writing
        journal.close()
        return count

    written = asyncio.run(work())
    other = DataFolder(tmp_path / "other")
    manifest = restore(tmp_path / "running.zip", other)
    assert 0 < manifest.databases["journal.db"].rows["step"] <= written + 5
    assert check(other) == []


def test_links_and_odd_names_are_left_out_and_told(full: DataFolder, tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("not ours")
    (full.runs / "link").symlink_to(tmp_path / "outside")
    (full.runs / "folder").symlink_to(tmp_path)
    os.mkfifo(full.runs / "pipe")
    (Path(os.fsdecode(bytes(full.runs) + b"/\xff.txt"))).write_text("x")
    (full.library / ".a.part").write_text("half")
    manifest = backup(full, tmp_path / "odd.zip")
    assert manifest.left_out == ["'runs/folder'", "'runs/link'", "'runs/pipe'", "'runs/\\udcff.txt'"]
    assert not [name for name in manifest.files if "outside" in name or name.endswith(".part")]
    restore(tmp_path / "odd.zip", DataFolder(tmp_path / "other"))


def test_a_place_that_is_taken_is_not_overwritten(full: DataFolder, saved: Path) -> None:
    before = saved.read_bytes()
    for target, code in ((saved, "backup.exists"), (full.library / "x.zip", "backup.inside")):
        with pytest.raises(WeftError) as caught:
            backup(full, target)
        assert caught.value.issue.code == code
    assert saved.read_bytes() == before
    assert "library/x.zip" not in content(full)


def test_a_place_that_is_none_is_told(full: DataFolder, saved: Path) -> None:
    for target in (saved / "x.zip", Path("/proc/x.zip"), saved.parent / ("long" * 100)):
        with pytest.raises(WeftError) as caught:
            backup(full, target)
        assert caught.value.issue.code == "storage.failed"
        assert str(target) in caught.value.issue.text
        assert "database" not in caught.value.issue.text


def test_damaged_data_is_not_backed_up(full: DataFolder, tmp_path: Path) -> None:
    data = full.journal_db.read_bytes()
    full.journal_db.write_bytes(data[: len(data) // 2])
    with pytest.raises(WeftError) as caught:
        backup(full, tmp_path / "bad.zip")
    assert caught.value.issue.code == "database.damaged"
    assert [path.name for path in tmp_path.iterdir()] == ["full"]


def test_nothing_is_restored_under_a_living_owner(full: DataFolder, saved: Path) -> None:
    with OwnerLock(full) as lock:
        lock.acquire("weft daemon")
        error = refused(saved, full)
    assert error.issue.code == "data.owned"
    assert "weft daemon" in error.issue.text


def rewrite(saved: Path, target: Path, change: Callable[[dict[str, bytes]], None], **manifest: object) -> Path:
    with zipfile.ZipFile(saved) as opened:
        files = {name: opened.read(name) for name in opened.namelist()}
    change(files)
    if manifest:
        files["manifest.json"] = json.dumps(json.loads(files["manifest.json"]) | manifest).encode()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, data in files.items():
            opened.writestr(name, data)
    return target


def announced(saved: Path, name: str, data: bytes) -> dict[str, object]:
    from hashlib import sha256

    with zipfile.ZipFile(saved) as opened:
        files = json.loads(opened.read("manifest.json"))["files"]
    return {"files": files | {name: [len(data), sha256(data).hexdigest()]}}


@pytest.mark.parametrize("name", [
    "../evil", "/etc/evil", "library/../../evil", "library//evil", "./library/evil", "config/secrets.key", "owner.json",
    "library", "library/", "models/evil", "weft.db/evil", "..",
])
def test_names_that_lead_elsewhere_are_refused(name: str, saved: Path, full: DataFolder, tmp_path: Path) -> None:
    bad = rewrite(saved, tmp_path / "bad.zip", lambda files: files.update({name: b"evil"}), **announced(saved, name, b"evil"))
    assert refused(bad, full).issue.code in ("backup.unsafe", "backup.damaged")
    assert not list(tmp_path.rglob("evil"))


def test_a_link_in_a_backup_is_refused(saved: Path, full: DataFolder, tmp_path: Path) -> None:
    shutil.copy(saved, tmp_path / "bad.zip")
    info = zipfile.ZipInfo("library/link")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "bad.zip", "a") as opened:
        opened.writestr(info, "/etc/passwd")
    assert refused(tmp_path / "bad.zip", full).issue.code == "backup.unsafe"


@pytest.mark.parametrize("limits", [Limits(files=3), Limits(size=1000), Limits(small=1000, ratio=2), Limits(manifest=100)])
def test_a_bomb_is_refused(limits: Limits, saved: Path, full: DataFolder) -> None:
    assert refused(saved, full, limits).issue.code == "backup.too-large"


def test_a_backup_of_the_emptiest_data_is_no_bomb(tmp_path: Path, full: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    (full.runs / "zeros").write_bytes(bytes(3_000_000))
    limits = Limits(small=1_000_000)
    monkeypatch.setattr("storage.backup.LIMITS", limits)
    backup(full, tmp_path / "zeros.zip")
    other = DataFolder(tmp_path / "other")
    restore(tmp_path / "zeros.zip", other, limits=limits)
    assert (other.runs / "zeros").read_bytes() == bytes(3_000_000)


@pytest.mark.parametrize(("change", "manifest", "code"), [
    (lambda files: files.pop("manifest.json"), {}, "backup.damaged"),
    (lambda files: files.update({"manifest.json": b"[]"}), {}, "backup.damaged"),
    (lambda files: files.update({"manifest.json": b"[" * 100_000}), {}, "backup.damaged"),
    (lambda files: files.pop("weft.db"), {}, "backup.damaged"),
    (lambda files: files.update({"secrets.json": b"{}"}), {}, "backup.damaged"),
    (lambda files: files.update({"library/more": b"x"}), {}, "backup.damaged"),
    (lambda files: None, {"format": 2}, "backup.newer"),
    (lambda files: None, {"format": "x"}, "backup.damaged"),
    (lambda files: None, {"databases": {}}, "backup.damaged"),
    (lambda files: None, {"files": 3}, "backup.damaged"),
])
def test_a_changed_backup_is_refused(
    change: Callable[[dict[str, bytes]], None], manifest: dict[str, object], code: str, saved: Path, full: DataFolder,
) -> None:
    assert refused(rewrite(saved, saved.with_name("bad.zip"), change, **manifest), full).issue.code == code


def test_other_rows_than_announced_and_newer_databases_are_refused(saved: Path, full: DataFolder, tmp_path: Path) -> None:
    def with_library(statement: str) -> Path:
        path = tmp_path / "changed.db"
        with zipfile.ZipFile(saved) as opened:
            path.write_bytes(opened.read("weft.db"))
        with closing(sqlite3.connect(path)) as database, database:
            database.execute(statement)
        changed = {"weft.db": path.read_bytes()}
        told = announced(saved, "weft.db", changed["weft.db"])
        return rewrite(saved, tmp_path / "bad.zip", lambda files: files.update(changed), **told)

    assert refused(with_library("DELETE FROM workflow_version"), full).issue.code == "backup.damaged"
    assert refused(with_library("UPDATE alembic_version SET version_num = '9999'"), full).issue.code == "database.newer"


def outcome(source: Path, folder: DataFolder) -> str:
    try:
        restore(source, folder)
    except WeftError as error:
        return error.issue.code
    return "restored"


def test_any_damage_is_refused_or_harmless(saved: Path, full: DataFolder, tmp_path: Path) -> None:
    before, good, rng = content(full), saved.read_bytes(), random.Random(1)
    bad, codes = tmp_path / "bad.zip", list[str]()
    for _ in range(40):
        data = bytearray(good)
        for _ in range(rng.randint(1, 3)):
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        bad.write_bytes(data[: rng.choice([len(data), len(data), rng.randrange(len(data))])])
        codes.append(outcome(bad, full))
        assert content(full) == before
    assert {code.partition(".")[0] for code in codes} <= {"backup", "restored"}
    assert "backup.damaged" in codes


def test_a_missing_file_and_another_kind_of_file_are_told(full: DataFolder, tmp_path: Path) -> None:
    (tmp_path / "text.zip").write_text("hello")
    assert refused(tmp_path / "none.zip", full).issue.code == "backup.missing"
    assert refused(tmp_path / "text.zip", full).issue.code == "backup.damaged"
    os.mkfifo(tmp_path / "pipe.zip")
    for path in (tmp_path / "pipe.zip", Path("/dev/zero"), tmp_path):
        assert refused(path, full).issue.code == "backup.not-regular"


class Killed(BaseException):
    """Ends the exchange as a kill would."""


def test_killed_at_any_rename_the_next_owner_finishes(
    saved: Path, full: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    wanted = content(full)
    template = fill(DataFolder(tmp_path / "template"), "new")
    rename, left = Path.rename, 0

    def dying(self: Path, target: Path) -> Path:
        nonlocal left
        left -= 1
        if left < 0:
            raise Killed
        return rename(self, target)

    for survived in range(20):
        folder = DataFolder(tmp_path / f"killed{survived}")
        shutil.copytree(template.root, folder.root)
        left = survived
        monkeypatch.setattr(Path, "rename", dying)
        try:
            restore(saved, folder)
            finished = True
        except Killed:
            finished = False
        monkeypatch.setattr(Path, "rename", rename)
        folder.create()  # what every program does first
        if not finished:
            assert [issue.code for issue in check(folder)][-1] == "data.restore-interrupted"
        with OwnerLock(folder) as lock:
            assert lock.acquire("weft")
        assert content(folder) == wanted
        assert (folder.models / "model.gguf").exists()
        if finished:
            break
    assert finished
    assert survived > 8


def test_killed_before_everything_is_unpacked_nothing_changes(saved: Path, tmp_path: Path) -> None:
    folder = fill(DataFolder(tmp_path / "other"), "new")
    before = content(folder)
    code = """
import sys
from pathlib import Path
import storage.backup
from storage.paths import DataFolder
def wait(*_):
    print("unpacked", flush=True)
    sys.stdin.readline()
storage.backup._verify = wait
storage.backup.restore(Path(sys.argv[1]), DataFolder(Path(sys.argv[2])))
"""
    with started(code, saved, folder.root) as program:
        assert program.stdout
        assert program.stdout.readline() == "unpacked\n"
        program.kill()
        program.wait()
    assert (folder.root / STAGING).exists()
    with OwnerLock(folder) as lock:
        assert lock.acquire("weft")
    assert content(folder) == before


def test_a_full_disk_changes_nothing(saved: Path, full: DataFolder, tmp_path: Path) -> None:
    code = """
import resource, sys
from pathlib import Path
from engine.model.issues import WeftError
from storage.backup import backup, restore
from storage.paths import DataFolder
resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
for work in (lambda: restore(Path(sys.argv[1]), folder), lambda: backup(folder, Path(sys.argv[3]))):
    folder = DataFolder(Path(sys.argv[2]))
    try:
        work()
    except WeftError as error:
        print(error.issue.code)
"""
    before = content(full)
    result = run(code, saved, full.root, tmp_path / "more.zip")
    assert (result.stdout, result.stderr) == ("storage.full\n" * 2, "")
    assert content(full) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["full", "saved.zip"]


def test_check_finds_what_is_wrong(full: DataFolder) -> None:
    assert check(full) == []
    blobs = sorted(full.blobs.rglob("*/*"))
    blobs[0].unlink()
    blobs[1].write_bytes(b"changed")
    full.secrets.write_text("no")
    full.checkpoints_db.write_bytes(b"no database" * 100)
    issues = check(full)
    assert sorted(issue.code for issue in issues) == ["blob.damaged", "blob.missing", "data.checkpoints", "secret.store-damaged"]
    assert {issue.severity for issue in issues if issue.code == "data.checkpoints"} == {"warning"}
    assert all("aaaa" in issue.text for issue in issues if issue.code.startswith("blob"))
    data = full.journal_db.read_bytes()
    full.journal_db.write_bytes(data[:-8192])
    assert "database.damaged" in [issue.code for issue in check(full)]


def test_check_reads_every_page(full: DataFolder) -> None:
    data = bytearray(full.library_db.read_bytes())
    data[-8192:-8000] = b"\xff" * 192  # the head of the last page
    full.library_db.write_bytes(data)
    assert [issue.code for issue in check(full)][:1] == ["database.damaged"]


def test_check_of_an_empty_folder_finds_nothing(tmp_path: Path) -> None:
    assert check(DataFolder(tmp_path / "none")) == []
    assert not (tmp_path / "none").exists()


def test_check_of_a_journal_that_is_just_being_made_finds_nothing(folder: DataFolder) -> None:
    open_database("library", folder.create().library_db).dispose()
    with closing(sqlite3.connect(folder.journal_db)) as connection:
        connection.executescript("PRAGMA journal_mode = WAL; PRAGMA user_version = 1;")
    assert folder.journal_db.stat().st_size > 0
    assert check(folder) == []
