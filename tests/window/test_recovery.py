"""Edits that were not saved when the program was killed."""

from __future__ import annotations

import json
import os
import signal
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.window.comparison import in_words
from desktop_app.window.recovery import Leftover
from engine.model.serialize import load
from storage.paths import DataFolder
from tests.helpers.programs import read_line, started
from tests.window.canvas import types
from tests.window.document_helpers import HELLO, Desk, add_node, rename

PROGRAM = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from desktop_app.window.documents import DocumentService
from engine.model.changes import SetDocument
from storage.paths import DataFolder

app = QApplication(["weft", "-platform", "offscreen"])
folder = DataFolder.default().create()
service = DocumentService(folder, None)

def edit(document):
    document.document.apply(SetDocument(("name",), "Edited before the kill"), "Rename")

service.opened.connect(edit)
service.new()
for name in sys.argv[1:]:
    service.open(Path(name))

def look():
    if len(list((folder.root / "recovery").glob("*.json"))) == len(sys.argv):
        print("kept", flush=True)
        timer.stop()

timer = QTimer(interval=20)
timer.timeout.connect(look)
timer.start()
app.exec()
"""


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    desk = Desk(qtbot, DataFolder.default())
    yield desk
    desk.service.end()


@pytest.fixture
def hello(home: Path) -> Path:
    path = home / '한글 이름 "quoted".weft'
    path.write_text(HELLO, encoding="utf-8")
    return path


def kept() -> list[Path]:
    return list((DataFolder.default().root / "recovery").glob("*.json"))


def found(desk: Desk) -> list[Leftover]:
    said: list[list[Leftover]] = []
    desk.service.leftovers(said.append)
    desk.qtbot.waitUntil(lambda: bool(said))
    return said[0]


def kill_a_program_with_edits(*files: Path) -> None:
    with started(PROGRAM, *files) as program:
        assert read_line(program) == "kept"
        os.kill(program.pid, signal.SIGKILL)


def test_work_that_is_what_the_file_holds_is_not_offered(desk: Desk, hello: Path) -> None:
    kill_a_program_with_edits(hello)
    file = next(leftover for leftover in found(desk) if leftover.path == hello).file
    told = json.loads(file.read_text())
    told["text"] = HELLO.replace("name: Hello\n", "name: 'Hello'\n")
    file.write_text(json.dumps(told))
    assert [leftover.path for leftover in found(desk)] == [None]
    assert not file.exists()


def test_after_a_kill_everything_is_offered_and_restored(desk: Desk, hello: Path, qtbot: QtBot) -> None:
    before = time.time()
    kill_a_program_with_edits(hello)
    leftovers = {leftover.path: leftover for leftover in found(desk)}
    assert set(leftovers) == {hello, None}
    of_file, of_new = leftovers[hello], leftovers[None]
    assert of_file.differences is not None
    assert in_words(of_file.differences, types()) == ["Name: Hello → Edited before the kill"]
    assert not of_file.file_is_newer
    assert before < of_file.kept.time <= time.time()
    assert of_new.kept.name == "Edited before the kill"

    document = desk.service.restore(of_file)
    assert (document.title, document.path, document.is_modified) == ("Edited before the kill", hello, True)
    qtbot.waitUntil(lambda: not of_file.file.exists())
    assert len(kept()) == 2, "it is kept under this process now, the other one still waits"
    assert desk.save(document)
    assert load(hello.read_text(encoding="utf-8")).graph.name == "Edited before the kill"

    new = desk.service.restore(of_new)
    assert (new.path, new.is_modified) == (None, True)
    desk.service.save(new)
    qtbot.waitUntil(lambda: kept() == [])
    assert found(desk) == []


def test_what_is_not_wanted_is_discarded(desk: Desk, hello: Path, qtbot: QtBot) -> None:
    kill_a_program_with_edits(hello)
    for leftover in found(desk):
        desk.service.discard(leftover)
    assert found(desk) == []
    assert kept() == []
    assert hello.read_text(encoding="utf-8") == HELLO


def test_one_that_is_older_than_its_file_says_so_and_asks(desk: Desk, hello: Path, qtbot: QtBot) -> None:
    kill_a_program_with_edits(hello)
    hello.write_text(HELLO.replace("name: Hello", "name: Saved later"), encoding="utf-8")
    leftover = next(leftover for leftover in found(desk) if leftover.path == hello)
    assert leftover.file_is_newer
    document = desk.service.restore(leftover)
    qtbot.waitUntil(lambda: document.trouble is not None)
    assert document.trouble is not None
    assert document.trouble.kind == "changed"
    assert document.title == "Edited before the kill"


def test_one_whose_file_is_open_is_restored_into_it(desk: Desk, hello: Path) -> None:
    kill_a_program_with_edits(hello)
    leftover = next(leftover for leftover in found(desk) if leftover.path == hello)
    document = desk.open(hello)
    assert desk.service.restore(leftover) is document
    assert document.title == "Edited before the kill"
    document.document.undo()
    assert document.title == "Hello"


@pytest.mark.parametrize("order", ["opened before", "opened after", "opened meanwhile", "restored twice"])
def test_what_another_program_wrote_meanwhile_is_not_replaced_unasked(desk: Desk, hello: Path, order: str, qtbot: QtBot) -> None:
    kill_a_program_with_edits(hello)
    if order == "restored twice":
        kill_a_program_with_edits(hello)
    theirs = HELLO.replace("name: Hello", "name: Theirs")
    hello.write_text(theirs, encoding="utf-8")
    leftovers = [leftover for leftover in found(desk) if leftover.path == hello]
    if order in ("opened before", "restored twice"):
        desk.open(hello)
    elif order == "opened meanwhile":
        desk.service.open(hello)
    document = desk.service.restore(leftovers[0])
    if order == "opened after":
        desk.service.open(hello)
    for leftover in leftovers[1:]:
        assert desk.service.restore(leftover) is document
    assert not desk.save(document), "the answer comes at once or when the file was looked at"
    qtbot.waitUntil(lambda: document.trouble is not None)
    assert document.trouble is not None
    assert document.trouble.kind == "changed"
    desk.service.may_end(lambda _: None)
    desk.heard.questions[-1].answer("save")  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: "Choose which version to keep" in desk.heard.notices[-1].text)
    assert hello.read_text(encoding="utf-8") == theirs
    assert desk.service.documents == [document], "it is open once"
    desk.service.keep_mine(document)
    assert desk.save(document)
    assert load(hello.read_text(encoding="utf-8")).graph.name == "Edited before the kill"


def test_a_second_kill_does_not_forget_what_it_was_made_of(desk: Desk, hello: Path, qtbot: QtBot) -> None:
    kill_a_program_with_edits(hello)
    first = next(leftover for leftover in found(desk) if leftover.path == hello)
    hello.write_text(HELLO.replace("name: Hello", "name: Theirs"), encoding="utf-8")
    desk.open(hello)
    desk.service.restore(first)
    qtbot.waitUntil(lambda: not first.file.exists())
    kept_now = [json.loads(file.read_bytes()) for file in kept()]
    again = next(one for one in kept_now if one["place"])
    assert (again["stamp"], again["digest"]) == (list(first.kept.stamp or ()), first.kept.digest)


def test_a_file_that_was_only_touched_is_not_asked_about(desk: Desk, hello: Path, qtbot: QtBot) -> None:
    kill_a_program_with_edits(hello)
    leftover = next(leftover for leftover in found(desk) if leftover.path == hello)
    hello.write_text(HELLO, encoding="utf-8")
    document = desk.open(hello)
    desk.service.restore(leftover)
    qtbot.waitUntil(lambda: not leftover.file.exists())
    assert document.trouble is None
    assert desk.save(document)


def test_one_that_equals_its_file_is_nothing_to_ask_about(desk: Desk, hello: Path) -> None:
    kill_a_program_with_edits(hello)
    leftover = next(leftover for leftover in found(desk) if leftover.path == hello)
    hello.write_text(leftover.kept.text, encoding="utf-8")
    assert [other.path for other in found(desk)] == [None]


def test_edits_are_kept_after_two_seconds_and_only_for_this_user(desk: Desk, hello: Path, qtbot: QtBot) -> None:
    document = desk.open(hello)
    add_node(document)
    start = time.monotonic()
    qtbot.waitUntil(lambda: len(kept()) == 1, timeout=5000)
    assert 1.5 < time.monotonic() - start < 4
    assert stat.S_IMODE(kept()[0].stat().st_mode) == 0o600
    assert stat.S_IMODE(kept()[0].parent.stat().st_mode) == 0o700
    assert found(desk) == [], "this program lives"
    document.document.undo()
    qtbot.waitUntil(lambda: kept() == [])


def test_an_end_without_a_question_keeps_the_last_edit(qtbot: QtBot, hello: Path) -> None:
    desk = Desk(qtbot, DataFolder.default())
    rename(desk.open(hello), "A moment ago")
    desk.service.end()
    assert [json.loads(file.read_bytes())["name"] for file in kept()] == ["A moment ago"]


def test_discarded_edits_are_not_kept(qtbot: QtBot, hello: Path) -> None:
    desk = Desk(qtbot, DataFolder.default())
    rename(desk.open(hello), "Unwanted")
    desk.service.may_end(lambda _: None)
    desk.heard.questions[0].answer("discard")  # type: ignore[arg-type]
    desk.service.end()
    assert kept() == []


@pytest.mark.expect_log("WARNING .*cannot be read")
def test_a_damaged_recovery_file_stays_and_hinders_nobody(desk: Desk, hello: Path) -> None:
    kill_a_program_with_edits(hello)
    victim = next(leftover for leftover in found(desk) if leftover.path is None).file
    victim.write_bytes(victim.read_bytes()[:200])
    assert [leftover.path for leftover in found(desk)] == [hello]
    assert victim.exists()


def test_a_full_data_folder_is_told_once(desk: Desk, hello: Path, qtbot: QtBot) -> None:
    import resource as limits

    document = desk.open(hello)
    soft, hard = limits.getrlimit(limits.RLIMIT_FSIZE)
    limits.setrlimit(limits.RLIMIT_FSIZE, (50, hard))
    try:
        rename(document, "One")
        qtbot.waitUntil(lambda: bool(desk.heard.notices), timeout=5000)
    finally:
        limits.setrlimit(limits.RLIMIT_FSIZE, (soft, hard))
    assert "lost in a crash" in desk.heard.notices[0].text
    rename(document, "Two")
    qtbot.waitUntil(lambda: len(kept()) == 1, timeout=5000)
    assert len(desk.heard.notices) == 1
