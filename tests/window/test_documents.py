"""Opening, saving and closing documents, with real files."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop_app.window.documents import CopyQuestion, UnsavedQuestion
from desktop_app.window.files import Broken, file_name, write
from desktop_app.window.questions import Questions
from engine.model.issues import WeftError
from engine.model.serialize import load
from resources import language
from resources.files import path as resource
from storage.paths import DataFolder
from tests.window.document_helpers import HELLO, Desk, add_node, is_example, modified, rename, trouble


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    desk = Desk(qtbot, DataFolder.default())
    yield desk
    desk.service.end()


@pytest.fixture
def hello(home: Path) -> Path:
    path = home / "안녕 hello #1.weft"
    path.write_text(HELLO, encoding="utf-8")
    return path


def test_opens_a_file_with_unknown_node_types(desk: Desk, hello: Path) -> None:
    document = desk.open(hello)
    assert (document.title, document.path, modified(document)) == ("Hello", hello, False)
    assert set(document.graph.nodes) == {"hello", "odd"}


def test_one_file_is_one_document_whatever_its_name(desk: Desk, hello: Path, home: Path, qtbot: QtBot) -> None:
    document = desk.open(hello)
    (home / "link.weft").symlink_to(hello)
    for name in (hello, home / "link.weft", home / "x" / ".." / hello.name):
        (home / "x").mkdir(exist_ok=True)
        with qtbot.waitSignal(desk.service.shown, check_params_cb=lambda shown: shown is document):
            desk.service.open(name)
    assert desk.service.documents == [document]


def test_a_file_asked_for_twice_at_once_is_opened_once(desk: Desk, hello: Path) -> None:
    desk.service.open(hello)
    document = desk.open(hello)
    desk.save(document)
    assert desk.service.documents == [document]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("schema_version: 1\nname: [unclosed\n", "document.syntax", 3),
        ("schema_version: 99\nname: New\nnodes: {}\n", "document.newer", 1),
        ("schema_version: 1\nname: A\nnodes:\n  a:\n    type: [1]\n", "", 5),
    ],
)
def test_a_damaged_file_says_where(desk: Desk, home: Path, qtbot: QtBot, text: str, code: str, line: int) -> None:
    path = home / "bad.weft"
    path.write_text(text)
    with qtbot.waitSignal(desk.service.failed):
        desk.service.open(path)
    error = desk.heard.failures[0][1]
    assert isinstance(error, Broken)
    assert (error.text, error.issue.file, error.issue.line) == (text, str(path), line)
    assert error.issue.remedy
    assert code in error.issue.code


def test_a_missing_file_and_a_folder_are_told(desk: Desk, home: Path, qtbot: QtBot) -> None:
    for path, code in ((home / "no.weft", "document.missing"), (home, "document.is-folder")):
        with qtbot.waitSignal(desk.service.failed) as told:
            desk.service.open(path)
        assert told.args is not None
        assert told.args[1].issue.code == code


def test_a_save_keeps_mode_and_link(desk: Desk, hello: Path, home: Path) -> None:
    hello.chmod(0o640)
    link = home / "link.weft"
    link.symlink_to(hello)
    document = desk.open(link)
    rename(document, "Other")
    assert modified(document)
    assert desk.save(document)
    assert not modified(document)
    assert link.is_symlink()
    assert stat.S_IMODE(hello.stat().st_mode) == 0o640
    assert load(hello.read_text(encoding="utf-8")).graph.name == "Other"


def test_edits_during_a_save_are_still_to_be_saved(desk: Desk, hello: Path, qtbot: QtBot) -> None:
    document = desk.open(hello)
    rename(document, "First")
    with qtbot.waitSignal(desk.service.saved):
        desk.service.save(document)
        rename(document, "Second")
    assert modified(document)
    assert load(hello.read_text(encoding="utf-8")).graph.name == "First"
    assert desk.save(document)
    assert load(hello.read_text(encoding="utf-8")).graph.name == "Second"


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Holds up what is being written until it is set."""
    gate = threading.Event()

    def late(*given: Any) -> Any:
        gate.wait(5)
        return write(*given)

    monkeypatch.setattr("desktop_app.window.documents.write", late)
    return gate


def test_undo_after_an_edit_during_a_save_is_not_saved(desk: Desk, hello: Path, qtbot: QtBot, gate: threading.Event) -> None:
    document = desk.open(hello)
    rename(document, "Saved")
    document.document.end_joining()
    with qtbot.waitSignal(desk.service.saved):
        desk.service.save(document)
        rename(document, "Typed meanwhile")
        gate.set()
    document.document.undo()
    document.document.undo()
    assert document.graph.name == "Hello"
    assert load(hello.read_text(encoding="utf-8")).graph.name == "Saved"
    assert modified(document)


def test_an_end_that_was_asked_for_is_answered_when_a_document_is_closed_meanwhile(
    desk: Desk, hello: Path, qtbot: QtBot, gate: threading.Event
) -> None:
    document = desk.open(hello)
    rename(document, "Edited")
    said: list[bool] = []
    desk.service.may_end(said.append)
    for answer in ("save", "discard"):
        question = desk.heard.questions[-1]
        assert isinstance(question, UnsavedQuestion)
        question.answer(answer)
        desk.service.close(document)
    gate.set()
    qtbot.waitUntil(lambda: said == [True])


def test_a_question_about_the_end_is_answered_when_its_document_goes(desk: Desk, hello: Path, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    questions = Questions(window)
    desk.service.asked.connect(questions.ask)
    desk.service.closed.connect(questions.drop)
    document = desk.open(hello)
    rename(document, "Edited")
    said: list[bool] = []
    desk.service.may_end(said.append)
    assert questions.card is not None
    assert desk.save(document)
    desk.service.close(document)
    assert said == [False]


def test_a_new_document_is_saved_in_the_library_under_its_name(desk: Desk) -> None:
    first, second = desk.service.new(), desk.service.new()
    for document, name in ((first, "티켓: 분류/정리?"), (second, "Second")):
        rename(document, name)
        assert desk.save(document)
    assert desk.person.offered is None, "what has a name is not asked for one"
    assert first.path == DataFolder.default().library / "티켓 분류 정리.weft"
    assert second.path == DataFolder.default().library / "Second.weft"
    assert len(first.graph.id) == 36
    assert first.graph.id != second.graph.id
    assert [notice.action is not None for notice in desk.heard.notices] == [True, True]


def test_one_without_a_name_is_asked_for_it(desk: Desk) -> None:
    library = DataFolder.default().library
    document = desk.service.new()
    add_node(document)
    assert not desk.save(document), "the question was dismissed"
    assert desk.person.offered == library / "Untitled.weft"
    desk.person.place = library / "Named now.weft"
    assert desk.save(document)
    assert (document.title, document.path) == ("Named now", desk.person.place)


def test_untitled_ones_are_numbered_beside_those_of_the_library(desk: Desk) -> None:
    library = DataFolder.default().library
    first, second = desk.service.new(), desk.service.new()
    assert (first.title, second.title) == ("Untitled", "Untitled 2")
    desk.person.place = library / "Untitled.weft"
    assert desk.save(first)
    assert desk.service.new().title == "Untitled 3"
    desk.service.close(first)
    desk.service.close(second)
    language.use("ko")
    assert desk.service.new().title == "제목 없음"
    language.use("en")
    assert [document.title for document in desk.service.documents] == ["Untitled 3", "Untitled"]
    assert desk.service.new().title == "Untitled 2"


@pytest.mark.parametrize(
    ("title", "name"),
    [("a/b\\c:d", "a b c d"), ("  ..hidden. ", "hidden"), ("CON", "CON workflow"), ("\x00\n", ""), ("가" * 200, "가" * 80)],
)
def test_titles_become_names_of_files(title: str, name: str) -> None:
    assert file_name(title) == name


def test_saved_elsewhere_it_is_another_workflow(desk: Desk, hello: Path, home: Path, qtbot: QtBot) -> None:
    document = desk.open(hello)
    before = document.graph.id
    desk.person.place = home / "new folder" / "copy.weft"
    with qtbot.waitSignal(desk.service.saved):
        desk.service.save_as(document)
    assert desk.person.offered == home / "Hello.weft"
    assert document.path == desk.person.place
    assert document.graph.id != before
    assert load(desk.person.place.read_text()).graph.id == document.graph.id
    assert hello.read_text(encoding="utf-8") == HELLO
    document.document.undo_stack.undo()
    assert document.graph.id != before


def test_what_lies_in_the_library_is_moved_to_its_place(desk: Desk, home: Path, qtbot: QtBot) -> None:
    document = desk.service.new()
    rename(document, "Mine")
    assert desk.save(document)
    first, identity = document.path, document.graph.id
    assert first is not None
    notice = desk.heard.notices[-1]
    assert notice.action is not None
    desk.person.place = home / "projects" / "mine.weft"
    with qtbot.waitSignal(desk.service.saved):
        notice.action[1]()
    assert document.path == desk.person.place
    assert document.graph.id == identity
    assert not first.exists()
    assert load(desk.person.place.read_text()).graph.id == identity


def test_a_place_that_is_open_in_another_tab_is_refused(desk: Desk, hello: Path, home: Path) -> None:
    other = home / "other.weft"
    other.write_text(HELLO)
    desk.open(other)
    document = desk.open(hello)
    said: list[bool] = []
    desk.service.save_to(document, other, said.append)
    assert said == [False]
    assert "open in another tab" in desk.heard.notices[0].text


def test_a_closed_document_with_edits_is_asked_about(desk: Desk, hello: Path, qtbot: QtBot) -> None:
    document = desk.open(hello)
    rename(document, "Edited")
    for choice in ("cancel", "save"):
        desk.service.close(document)
        question = desk.heard.questions.pop()
        assert isinstance(question, UnsavedQuestion)
        assert question.documents == (document,)
        question.answer(choice)
        assert document in desk.service.documents
    qtbot.waitUntil(lambda: desk.service.documents == [])
    assert load(hello.read_text(encoding="utf-8")).graph.name == "Edited"
    assert desk.heard.questions == []


def test_the_program_ends_when_everything_is_decided(desk: Desk, hello: Path) -> None:
    document, new = desk.open(hello), desk.service.new()
    said: list[bool] = []
    desk.service.may_end(said.append)
    assert said == [True]
    rename(document, "Edited")
    rename(new, "New one")
    desk.service.may_end(said.append)
    question = desk.heard.questions[0]
    assert isinstance(question, UnsavedQuestion)
    assert question.documents == (document, new)
    question.answer("save")
    desk.qtbot.waitUntil(lambda: len(said) == 2)
    assert said == [True, True]
    assert not modified(document)
    assert (DataFolder.default().library / "New one.weft").exists()


def test_reverted_it_is_as_the_file_and_undo_brings_the_edits_back(desk: Desk, hello: Path, qtbot: QtBot) -> None:
    document = desk.open(hello)
    add_node(document)
    with qtbot.waitSignal(desk.service.noticed):
        desk.service.revert(document)
    assert "more" not in document.graph.nodes
    assert not modified(document)
    document.document.undo()
    assert "more" in document.graph.nodes
    assert modified(document)


def test_an_example_stays_and_its_copy_has_all_files(desk: Desk, home: Path, qtbot: QtBot) -> None:
    source = resource("examples", "ticket_triage", "ticket_triage.weft")
    before = {file: file.read_bytes() for file in source.parent.iterdir() if file.is_file()}
    document = desk.open(source)
    assert is_example(document)
    first_id = document.graph.id
    add_node(document)
    desk.service.save(document)
    question = desk.heard.questions.pop()
    assert isinstance(question, CopyQuestion)
    assert {file.name for file in question.files} == {file.name for file in before} - {source.name}
    target = question.target
    with qtbot.waitSignal(desk.service.saved):
        question.answer("copy")
    assert document.path == target
    assert not is_example(document)
    assert document.graph.id != first_id
    assert target.is_relative_to(DataFolder.default().library)
    assert {file.name: file.read_bytes() for file in target.parent.iterdir() if file != target} == {
        file.name: content for file, content in before.items() if file != source
    }
    assert {file: file.read_bytes() for file in before} == before
    assert "more" in load(target.read_text()).graph.nodes
    rename(document, "Mine")
    assert desk.save(document)


def test_an_example_is_not_copied_over_other_files(desk: Desk, home: Path) -> None:
    document = desk.open(resource("examples", "ticket_triage", "ticket_triage.weft"))
    folder = home / "mine"
    folder.mkdir()
    (folder / "tickets.csv").write_text("my own")
    said: list[bool] = []
    desk.service.save_to(document, folder / "mine.weft", said.append)
    assert desk.heard.questions == []
    desk.qtbot.waitUntil(lambda: said == [False])
    assert trouble(document) == "document.in-the-way"
    assert [file.name for file in folder.iterdir()] == ["tickets.csv"]
    assert is_example(document)


def test_an_example_is_asked_for_a_place_once(desk: Desk, home: Path, qtbot: QtBot) -> None:
    source = resource("examples", "ticket_triage", "ticket_triage.weft")
    document = desk.open(source)
    desk.person.place = source
    desk.service.save_as(document)
    assert desk.person.told == ["Examples stay as they are. Choose another folder."]
    assert desk.person.offered == DataFolder.default().library / document.file_title / f"{document.file_title}.weft"
    desk.person.place = home / "mine" / "mine.weft"
    with qtbot.waitSignal(desk.service.saved):
        desk.service.save_as(document)
    assert (desk.heard.questions, desk.person.told[1:]) == ([], [""])
    assert (document.path, is_example(document)) == (home / "mine" / "mine.weft", False)
    assert (home / "mine" / "tickets.csv").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_read_only_file_keeps_the_edits(desk: Desk, hello: Path) -> None:
    document = desk.open(hello)
    rename(document, "Edited")
    hello.chmod(0o400)
    assert not desk.save(document)
    assert modified(document)
    assert trouble(document) == "document.read-only"


def test_a_full_disk_keeps_the_edits_and_the_recovery_file(desk: Desk, hello: Path, qtbot: QtBot) -> None:
    import resource as limits

    document = desk.open(hello)
    rename(document, "Edited")
    recovery = DataFolder.default().root / "recovery"
    qtbot.waitUntil(lambda: recovery.is_dir() and any(recovery.glob("*.json")), timeout=5000)
    soft, hard = limits.getrlimit(limits.RLIMIT_FSIZE)
    limits.setrlimit(limits.RLIMIT_FSIZE, (100, hard))
    try:
        assert not desk.save(document)
    finally:
        limits.setrlimit(limits.RLIMIT_FSIZE, (soft, hard))
    assert modified(document)
    assert trouble(document) == "document.full"
    assert hello.read_text(encoding="utf-8") == HELLO
    assert [file.name for file in hello.parent.glob("*.part")] == []
    assert list(recovery.glob("*.json"))
    assert desk.save(document)
    assert trouble(document) == ""
    qtbot.waitUntil(lambda: not list(recovery.glob("*.json")))


def test_a_large_file_does_not_hold_up_the_window(desk: Desk, home: Path, qtbot: QtBot) -> None:
    from time import perf_counter

    path = home / "large.weft"
    line = "        some text in a prompt that is long\n" * 60
    nodes = "".join(f"  m{n}:\n    type: data.transform\n    params:\n      template: |\n{line}" for n in range(2000))
    path.write_text(f"schema_version: 1\nname: Large\nnodes:\n{nodes}")
    assert path.stat().st_size > 5_000_000
    beats = [perf_counter()]
    clock = QTimer(interval=1)
    clock.timeout.connect(lambda: beats.append(perf_counter()))
    clock.start()
    with qtbot.waitSignal(desk.service.opened, timeout=20_000):
        desk.service.open(path)
    clock.stop()
    pauses = sorted(after - before for before, after in pairwise(beats))
    assert len(beats) > 10
    assert pauses[-1] < 0.15


def test_what_cannot_be_opened_for_another_reason_is_told(desk: Desk, hello: Path) -> None:
    document = desk.open(hello)
    desk.service.close(document)
    hello.write_bytes(b"name: \xff\xfe")
    with desk.qtbot.waitSignal(desk.service.failed) as told:
        desk.service.open(hello)
    assert told.args is not None
    assert isinstance(told.args[1], WeftError)
    assert told.args[1].issue.code == "document.encoding"
    assert told.args[1].issue.line == 1
