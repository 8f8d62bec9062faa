"""Documents are saved whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model.issues import WeftError
from storage.documents import read_document, save_document
from tests.helpers.programs import run, started


@given(text=st.text(st.characters(codec="utf-8", exclude_characters="\ufeff")))
def test_text_comes_back_with_its_line_ends(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "document.weft"
    save_document(path, text)
    assert read_document(path) == text


def test_only_the_file_is_left_and_its_mode_stays(tmp_path: Path) -> None:
    path = tmp_path / "new" / "표.weft"
    save_document(path, "one")
    path.chmod(0o640)
    save_document(path, "two")
    assert read_document(path) == "two"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert list(path.parent.iterdir()) == [path]


def test_a_link_is_followed(tmp_path: Path) -> None:
    target, link = tmp_path / "real" / "a.weft", tmp_path / "a.weft"
    save_document(target, "one")
    link.symlink_to(target)
    save_document(link, "two")
    assert link.is_symlink()
    assert read_document(target) == "two"
    assert list(target.parent.iterdir()) == [target]


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.weft"
    path.write_bytes(b"\xef\xbb\xbfname: a\r\n")
    assert read_document(path) == "name: a\r\n"


@pytest.mark.parametrize(("content", "line", "column"), [
    (b"name: a\nnotes: \xff\n", 2, 8),
    ("이름: 가\n".encode() + "설명".encode() + b"\xed\xa0\x80", 2, 3),
    ("name: a".encode("utf-16"), 1, 1),
])
def test_text_that_is_not_utf_8_is_located(content: bytes, line: int, column: int, tmp_path: Path) -> None:
    path = tmp_path / "a.weft"
    path.write_bytes(content)
    with pytest.raises(WeftError) as caught:
        read_document(path)
    issue = caught.value.issue
    assert (issue.code, issue.file, issue.line, issue.column) == ("document.encoding", str(path), line, column)


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "large.weft").write_bytes(b"x" * 11)
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "sparse.weft").open("wb") as file:
        file.truncate(5 << 30)
    for path, code in (
        (tmp_path / "none", "missing"), (tmp_path, "is-folder"), (tmp_path / "large.weft", "too-large"),
        (tmp_path / "sparse.weft", "too-large"), (tmp_path / "pipe", "not-regular"), (Path("/dev/zero"), "not-regular"),
    ):
        with pytest.raises(WeftError) as caught:
            read_document(path, limit=10)
        assert caught.value.issue.code == f"document.{code}"
        assert caught.value.issue.file == str(path)
        assert caught.value.issue.remedy
    assert read_document(tmp_path / "large.weft", limit=11) == "x" * 11


SAVE = """
import os, resource, sys
from pathlib import Path
from engine.model.issues import WeftError
from storage.documents import save_document
what, *paths = sys.argv[1:]
if what == "full":
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
elif os.getuid() == 0:
    os.setuid(65534)
for path in paths:
    try:
        save_document(Path(path), "x" * 100_000)
    except WeftError as error:
        print(error.issue.code, error.issue.file == path)
"""


def test_a_full_disk_leaves_the_old_text(tmp_path: Path) -> None:
    path = tmp_path / "a.weft"
    save_document(path, "old")
    assert run(SAVE, "full", path).stdout == "document.full True\n"
    assert read_document(path) == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_read_only_place_leaves_the_old_text(foreign_place: Path) -> None:
    folder, path = foreign_place / "closed", foreign_place / "open" / "a.weft"
    for place in (folder / "a.weft", path):
        save_document(place, "old")
    path.chmod(0o444)
    path.parent.chmod(0o777)
    folder.chmod(0o555)
    assert run(SAVE, "other", folder / "a.weft", path).stdout == "document.read-only True\n" * 2
    folder.chmod(0o755)
    assert [read_document(place) for place in (folder / "a.weft", path)] == ["old", "old"]
    assert [len(list(place.iterdir())) for place in (folder, path.parent)] == [1, 1]


def test_half_a_character_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.weft"
    save_document(path, "old")
    with pytest.raises(WeftError) as caught:
        save_document(path, "\ud800")
    assert caught.value.issue.code == "document.encoding"
    assert read_document(path) == "old"


def test_a_kill_while_saving_leaves_one_whole_text(tmp_path: Path) -> None:
    path = tmp_path / "a.weft"
    code = """
import sys
from pathlib import Path
from storage.documents import save_document
while True:
    for letter in "ab":
        save_document(Path(sys.argv[1]), letter * 200_000)
        print(letter)
"""
    for rounds in (1, 4):
        with started(code, path) as program:
            assert program.stdout
            for _ in range(rounds):
                program.stdout.readline()
            program.kill()
            program.wait()
        assert read_document(path) in ("a" * 200_000, "b" * 200_000)
