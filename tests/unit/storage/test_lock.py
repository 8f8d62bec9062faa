"""One owner, however it ends."""

from __future__ import annotations

import os
import signal
import stat
from pathlib import Path

import psutil
import pytest

from engine.model.issues import WeftError
from storage.lock import Owner, OwnerLock, read_owner
from storage.paths import DataFolder
from tests.helpers.programs import read_line, run, started

OWN = """
import sys
from pathlib import Path
from storage.lock import OwnerLock
from storage.paths import DataFolder
lock = OwnerLock(DataFolder(Path(sys.argv[1])))
print(lock.acquire("weft daemon") is not None)
if lock.owner:
    lock.publish("unix:/somewhere", "secret-token")
    print("published")
    sys.stdin.readline()
    lock.release()
"""


def test_the_second_one_is_told_at_once(folder: DataFolder) -> None:
    with OwnerLock(folder) as first, OwnerLock(folder) as second:
        owner = first.acquire("weft run")
        assert owner == Owner(os.getpid(), psutil.Process().create_time(), "weft run")
        assert first.acquire("weft run") == owner
        assert second.acquire("weft") is None
        assert read_owner(folder) == owner
        first.release()
        assert read_owner(folder) is None
        assert second.acquire("weft") is not None
    assert read_owner(folder) is None
    assert OwnerLock(folder).acquire("again") is not None


def test_the_address_and_the_token_are_for_this_user_alone(folder: DataFolder) -> None:
    with OwnerLock(folder) as lock:
        with pytest.raises(WeftError) as caught:
            lock.publish("unix:/x", "token")
        assert caught.value.issue.code == "storage.not-owner"
        lock.acquire("weft")
        owner = lock.publish("unix:/x", "secret-token")
        assert read_owner(folder) == owner == lock.owner
        assert "secret-token" not in repr(owner)
        for path in (folder.owner_file, folder.lock):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_living_owner_in_another_program_is_seen(folder: DataFolder) -> None:
    with started(OWN, folder.root) as program:
        assert [read_line(program), read_line(program)] == ["True", "published"]
        owner = read_owner(folder)
        assert owner is not None
        assert owner == Owner(program.pid, owner.started, "weft daemon", "unix:/somewhere", "secret-token")
        assert OwnerLock(folder).acquire("weft") is None
        assert run(OWN, folder.root).stdout == "False\n"
        program.communicate("end\n")
    assert read_owner(folder) is None
    assert not folder.owner_file.exists()


@pytest.mark.parametrize("reaped", [True, False], ids=["gone", "zombie"])
def test_the_lock_of_a_killed_owner_is_taken_over(reaped: bool, folder: DataFolder) -> None:
    with started(OWN, folder.root) as program, OwnerLock(folder) as lock:
        assert [read_line(program), read_line(program)] == ["True", "published"]
        program.send_signal(signal.SIGKILL)
        if reaped:
            program.wait()
        else:
            os.waitid(os.P_PID, program.pid, os.WEXITED | os.WNOWAIT)  # dead, and still in the table of processes
        assert folder.owner_file.exists()
        assert read_owner(folder) is None
        assert lock.acquire("weft") is not None
        found = read_owner(folder)
        assert found is not None
        assert found.pid == os.getpid()


@pytest.mark.parametrize("content", [
    "", "[]", "{}", "null", "\xff", '{"pid": "x", "started": 0, "program": "", "address": "", "token": ""}',
    '{"pid": 99999999999999999999, "started": 0, "program": "", "address": "", "token": ""}',
    '{"pid": -1, "started": 0, "program": "", "address": "", "token": ""}',
    '{"pid": %d, "started": 12345.0, "program": "weft", "address": "", "token": ""}',
])
def test_what_a_dead_owner_left_is_ignored(content: str, folder: DataFolder) -> None:
    """The id of a process is given again, here to this one."""
    folder.owner_file.write_text(content.replace("%d", str(os.getpid())), encoding="latin-1")
    assert read_owner(folder) is None
    with OwnerLock(folder) as lock:
        assert lock.acquire("weft") is not None


def test_the_lock_file_is_not_inherited_by_children(folder: DataFolder) -> None:
    with OwnerLock(folder) as lock:
        lock.acquire("weft")
        with started("import sys; print('ready'); sys.stdin.readline()") as child:
            assert read_line(child) == "ready"
            lock.release()
            assert OwnerLock(folder).acquire("weft") is not None
            child.communicate("end\n")


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WeftError) as caught:
        OwnerLock(DataFolder(tmp_path / "file" / "data")).acquire("weft")
    assert caught.value.issue.code == "data.not-writable"
