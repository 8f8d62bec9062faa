"""Where the folders are, and what is said when they cannot be."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.model.issues import WeftError
from storage.paths import DataFolder, config_folder
from tests.helpers.checkout import ROOT
from tests.helpers.programs import run


def test_the_environment_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert DataFolder.default({"WEFT_DATA": "/x/y"}).root == Path("/x/y")
    assert DataFolder.default({"WEFT_DATA": "here"}).root == tmp_path / "here"
    assert DataFolder.default({"WEFT_DATA": "~/there"}).root == tmp_path / "home/there"
    assert config_folder({"WEFT_CONFIG": "/c"}) == Path("/c")
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    for folder in (DataFolder.default({}).root, config_folder({})):
        assert folder.is_relative_to(tmp_path / "home")
        assert folder.name == "weft"
    assert not (tmp_path / "home").exists()


def test_every_part_lies_inside_and_has_a_place_of_its_own() -> None:
    folder = DataFolder(Path("/data"))
    parts = [getattr(folder, name) for name, value in vars(DataFolder).items() if isinstance(value, property)]
    assert len(set(parts)) == len(parts) == 12
    assert {part.parent for part in parts} == {Path("/data")}


def test_the_folder_is_made_for_the_user_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        folder = DataFolder(tmp_path / "a" / "data").create().create()
    finally:
        os.umask(before)
    for path in (folder.root, folder.blobs, folder.models, folder.runs, folder.library, folder.logs):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700


def test_what_cannot_be_a_data_folder_is_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "nowhere").symlink_to(tmp_path / "none")
    for name in ("file", "file/data", "nowhere"):
        with pytest.raises(WeftError) as caught:
            DataFolder.default({"WEFT_DATA": str(tmp_path / name)})
        assert caught.value.issue.code == "data.no-folder"
    with pytest.raises(WeftError) as caught:
        DataFolder.default({"WEFT_DATA": str(tmp_path / ("long" * 100))})
    assert caught.value.issue.code == "data.not-readable"
    monkeypatch.setattr(os, "access", lambda *_: False)  # as an ordinary user may find it; root may always look
    with pytest.raises(WeftError, match="no permission to read"):
        DataFolder.default({"WEFT_DATA": str(tmp_path)})


def test_a_read_only_disk_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(WeftError, match="no permission to write"):
        DataFolder(tmp_path).create()
    monkeypatch.setattr(os, "statvfs", lambda _: SimpleNamespace(f_flag=os.ST_RDONLY))
    with pytest.raises(WeftError, match="the file system is read-only"):
        DataFolder(tmp_path).create()


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for root in (tmp_path / "file", tmp_path / "file" / "data"):
        with pytest.raises(WeftError) as caught:
            DataFolder(root).create()
        assert caught.value.issue.code == "data.not-writable"
        assert str(root) in str(caught.value)
        assert "WEFT_DATA" in caught.value.issue.remedy


def test_a_folder_that_others_own_is_named(tmp_path: Path) -> None:
    code = """
import os, sys
from pathlib import Path
from engine.model.issues import WeftError
from storage.paths import DataFolder
if os.getuid() == 0:
    os.setuid(65534)
for root in sys.argv[1:]:
    try:
        DataFolder(Path(root)).create()
    except WeftError as error:
        print(error.issue.code)
"""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    assert run(code, closed, closed / "data").stdout == "data.not-writable\n" * 2


def test_without_a_home_the_variable_is_named() -> None:
    code = """
import os, pwd, sys
os.environ.pop("HOME", None)
def nobody(uid):
    raise KeyError(uid)
pwd.getpwuid = nobody
from engine.model.issues import WeftError
from storage.paths import DataFolder, config_folder
for work in (lambda: DataFolder.default({}), lambda: config_folder({}), lambda: DataFolder.default({"WEFT_DATA": "~/x"})):
    try:
        print(work())
    except WeftError as error:
        print(error.issue.code, "WEFT_" in error.issue.remedy)
"""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert result.stdout == "data.no-home True\n" * 3
