"""Values, read-only: views that fit, search, copy, saving, and ten megabytes that never freeze the window."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtGui import QDesktopServices, QGuiApplication, QKeySequence, QShortcut, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from engine.model.values import Json
from tests.window.run_events import DOCS
from widgets.run.value_models import BATCH, TreeModel
from widgets.run.value_text import LONGEST_LINE, LineBreaker, hits, pieces, place_in_text
from widgets.run.values import CUT, ValueView
from widgets.safe_text import SafeText, safe_document

PAUSE = 0.2
"""Seconds for which the window may stand still, with room for a slow machine."""

values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@pytest.fixture
def view(qtbot: QtBot) -> ValueView:
    made = ValueView()
    qtbot.addWidget(made)
    made.resize(700, 300)
    made.show()
    qtbot.waitExposed(made)
    return made


class Heartbeat:
    """Notices for how long the window worked without listening, in time of its thread: other programs do not count."""

    def __init__(self, parent: QWidget) -> None:
        self.worst, self._last = 0.0, time.thread_time()
        self._timer = QTimer(parent, interval=5)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def _beat(self) -> None:
        now = time.thread_time()
        self.worst, self._last = max(self.worst, now - self._last), now

    def stop(self) -> float:
        """Return the longest pause."""
        self._beat()
        self._timer.stop()
        return self.worst


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (DOCS, "table"),
        ({"a": [1, 2]}, "tree"),
        ([1, 2], "tree"),
        ("plain words", "text"),
        ("# Report\n\n- one", "markdown"),
        (None, "text"),
        ({}, "text"),
        ([], "text"),
        (12, "text"),
        ([{"a": 1}, 2], "tree"),
    ],
)
def test_a_value_is_shown_as_it_fits(view: ValueView, value: Json, kind: str) -> None:
    view.show_value(value)
    assert view.current_view() == kind


def test_the_view_that_was_chosen_stays(view: ValueView) -> None:
    view.show_value(DOCS)
    choice = view.choice()
    assert choice is not None
    QTest.keyClick(choice, Qt.Key.Key_Right)
    assert view.current_view() == "tree"
    view.show_value([*DOCS, *DOCS])
    assert view.current_view() == "tree"
    QTest.mouseClick(choice, Qt.MouseButton.LeftButton, pos=choice.place_of(0).center().toPoint())
    assert view.current_view() == "table"


def test_a_table_shows_cells(view: ValueView) -> None:
    view.show_value(DOCS)
    model = view.table.model()
    assert [model.headerData(place, Qt.Orientation.Horizontal) for place in range(2)] == ["text", "score"]
    assert model.index(1, 1).data() == "0.84"


def test_a_tree_is_read_as_it_is_opened(view: ValueView) -> None:
    view.show_value({"many": list(range(10_000))})
    model = view.tree.model()
    assert isinstance(model, TreeModel)
    inner = model.index(0, 0)
    assert model.rowCount(inner) < 10_000
    view.tree.expand(inner)
    assert BATCH <= model.rowCount(inner) < 10_000
    assert model.index_of(("many", 9_999)).siblingAtColumn(1).data() == "9999"
    assert model.parent(model.index(5, 0, inner)) == inner
    assert model.parent(inner) == QModelIndex()


def test_search_goes_from_hit_to_hit_and_round(qtbot: QtBot, view: ValueView) -> None:
    view.show_value({"first": "Needle", "deep": [{"x": 1}, {"x": "a needle"}], "needle": 3})
    model = view.tree.model()
    assert isinstance(model, TreeModel)
    view.find_field.setFocus()
    QTest.keyClicks(view.find_field, "needle")
    found = []
    for _ in range(4):
        before = view.tree.currentIndex()
        QTest.keyClick(view.find_field, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda before=before: view.tree.currentIndex() != before)  # type: ignore[misc]
        found.append(model.path(view.tree.currentIndex()))
    assert found == [("first",), ("deep", 1, "x"), ("needle",), ("first",)]
    QTest.keyClicks(view.find_field, "less")
    QTest.keyClick(view.find_field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.find_note.text() == "Nothing found")


def test_find_goes_to_the_search_field_and_not_to_the_window(qtbot: QtBot, view: ValueView) -> None:
    asked = QShortcut(QKeySequence.StandardKey.Find, view.window())
    told: list[int] = []
    asked.activated.connect(lambda: told.append(1))
    view.show_value({"a": 1})
    with qtbot.waitActive(view):
        view.activateWindow()
    view.tree.setFocus()
    QTest.keyClick(view.tree, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert view.find_field.hasFocus()
    assert told == []


def test_search_in_a_table_chooses_the_cell(qtbot: QtBot, view: ValueView) -> None:
    view.show_value(DOCS)
    QTest.keyClicks(view.find_field, "ship")
    QTest.keyClick(view.find_field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.table.currentIndex().row() == 1)
    assert view.table.currentIndex().data() == "Shipping"


def test_a_long_text_is_cut_until_all_is_wanted(qtbot: QtBot, view: ValueView) -> None:
    text = "word " * 60_000
    view.show_value(text)
    shown = len(view.text.toPlainText().replace("\n", ""))
    assert CUT <= shown < len(text)
    assert f"first {shown:,}" in view.more_words.full_text()
    QTest.mouseClick(view.more_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not view.is_loading and not view.more_button.isVisible())
    assert view.text.toPlainText().replace("\n", "") == text


def test_search_in_a_cut_text_reads_all_of_it(qtbot: QtBot, view: ValueView) -> None:
    view.show_value("word " * 60_000 + "needle")
    QTest.keyClicks(view.find_field, "needle")
    QTest.keyClick(view.find_field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.text.textCursor().selectedText() == "needle", timeout=10_000)


@pytest.mark.parametrize("kind", ["one line", "lines", "objects"])
def test_ten_megabytes_do_not_freeze_the_window(qtbot: QtBot, view: ValueView, kind: str) -> None:
    made: dict[str, Json] = {
        "one line": "x" * 10_000_000,
        "lines": "some words of a line\n" * 500_000,
        "objects": [{"id": number, "text": "y" * 80} for number in range(100_000)],
    }
    big = made[kind]
    beat = Heartbeat(view)
    view.show_value(big)
    qtbot.waitUntil(lambda: beat.worst > 0)
    if kind == "objects":
        choice = view.choice()
        assert choice is not None
        for _ in range(2):
            QTest.keyClick(choice, Qt.Key.Key_Right)
        assert view.current_view() == "text"
    shown = view.text.blockCount()
    QTest.mouseClick(view.more_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: view.text.blockCount() > 2 * shown, timeout=10_000)
    assert beat.stop() < PAUSE
    view.show_value("small")
    assert not view.is_loading


def test_copy_takes_all_of_it(view: ValueView) -> None:
    view.show_value({"a": "x" * 2 * CUT})
    QTest.mouseClick(view.copy_button, Qt.MouseButton.LeftButton)
    assert json.loads(QGuiApplication.clipboard().text()) == {"a": "x" * 2 * CUT}


def test_save_asks_where_and_writes(qtbot: QtBot, view: ValueView, tmp_path: Path) -> None:
    view.show_value("한글 text", "draft.out")
    QTest.mouseClick(view.save_button, Qt.MouseButton.LeftButton)
    dialog = view.findChild(QFileDialog)
    assert dialog is not None
    assert dialog.selectedFiles()[0].endswith("draft.out.txt")
    with qtbot.waitSignal(view.saved) as told:
        dialog.fileSelected.emit(str(tmp_path / "it.txt"))
    dialog.close()
    assert (told.args, (tmp_path / "it.txt").read_text(encoding="utf-8")) == ([str(tmp_path / "it.txt")], "한글 text")
    view.save_to(str(tmp_path / "no" / "folder.txt"))
    assert "Not saved" in view.find_note.text()


@given(values)
@settings(max_examples=60, deadline=None)
def test_pieces_make_up_the_whole_text(value: Json) -> None:
    text = "".join(pieces(value))
    assert text == value if isinstance(value, str) else json.loads(text) == value


@given(st.lists(st.text(alphabet="ab\n", max_size=50), max_size=5), st.integers(1, 3))
def test_lines_are_broken_only_where_they_are_too_long(parts: list[str], times: int) -> None:
    stretched = [part.replace("a", "a" * 400 * times) for part in parts]
    breaker = LineBreaker()
    broken = "".join(breaker(part) for part in stretched)
    assert broken.replace("\n", "") == "".join(stretched).replace("\n", "")
    assert max(map(len, broken.split("\n"))) <= LONGEST_LINE


@given(values, st.text(alphabet="abc1", min_size=1, max_size=2))
@settings(max_examples=60, deadline=None)
def test_hits_are_places_that_hold_the_words(value: Json, wanted: str) -> None:
    for path in hits(value, wanted):
        assert path is not None
        here = value
        for step in path:
            here = here[step]  # type: ignore[index]
        held = here if isinstance(here, str) else "" if isinstance(here, dict | list) else json.dumps(here)
        assert wanted in str(path[-1]).lower() or wanted in held.lower()


@settings(max_examples=40, deadline=None)
@given(values)
def test_any_value_is_read_through_the_tree(value: Json) -> None:
    def read(model: TreeModel, index: QModelIndex) -> Json:
        while model.canFetchMore(index):
            model.fetchMore(index)
        branch = model.branch(index)
        below = [model.index(row, 0, index) for row in range(model.rowCount(index))]
        if isinstance(branch.value, dict):
            return {str(model.branch(one).name): read(model, one) for one in below}
        return [read(model, one) for one in below] if isinstance(branch.value, list) else branch.value

    assert read(TreeModel(value), QModelIndex()) == value


def test_markdown_fetches_nothing_and_shows_links_and_html_as_text(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "pic.png").write_bytes(b"no picture")
    shown = SafeText()
    qtbot.addWidget(shown)
    shown.resize(400, 200)
    shown.show()
    shown.show_markdown(
        f"# Title\n\n[click](http://evil.example/x) <b>bold</b> <script>x()</script> ![p]({(tmp_path / 'pic.png').as_uri()})\n\n"
        "| a | b |\n|---|---|\n| [in](http://cell.example) | 2 |"
    )
    text = shown.toPlainText()
    assert "click (http://evil.example/x)" in text
    assert "<b>bold</b>" in text
    assert "in (http://cell.example)" in text
    assert "￼" not in text
    assert shown.document().resource(QTextDocument.ResourceType.ImageResource.value, (tmp_path / "pic.png").as_uri()) is None
    assert not any("href" in part for part in (shown.document().toHtml(),))


def test_markdown_of_any_text_is_shown() -> None:
    for text in ("", "|", "[](", "![](", "# ", "<", "\x00", "[a]()", "* " * 500):
        shown = safe_document(text).toPlainText()
        assert all(letter in shown for letter in text if letter.isalnum()), text


LATE = "word " * 60_000 + "needle" + " more" * 400_000


def test_search_reads_the_rest_of_a_text_no_further_than_needed(qtbot: QtBot, view: ValueView) -> None:
    view.show_value(LATE)
    QTest.keyClicks(view.find_field, "needle")
    QTest.keyClick(view.find_field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.text.textCursor().selectedText() == "needle", timeout=10_000)
    assert not view.is_loading
    assert len(view.text.toPlainText()) < len(LATE) / 2
    assert view.more_button.isVisible()


def test_search_says_that_a_large_text_does_not_have_it_and_shows_no_more_of_it(qtbot: QtBot, view: ValueView) -> None:
    large: list[Json] = [LATE, {"a": LATE, "b": list(range(9_000))}, "# Title\n" + LATE]
    for value in large:
        view.show_value(value)
        if isinstance(value, dict):
            view.show_as("text")
        view.find_field.clear()
        QTest.keyClicks(view.find_field, "nowhere")
        QTest.keyClick(view.find_field, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: view.find_note.text() == "Nothing found", timeout=10_000)
        assert len(view.text.toPlainText()) < 2 * CUT


def test_search_finds_what_stands_late_in_large_markdown(qtbot: QtBot, view: ValueView) -> None:
    view.show_value("# Title\n" + LATE)
    assert view.current_view() == "markdown"
    QTest.keyClicks(view.find_field, "needle")
    QTest.keyClick(view.find_field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.text.textCursor().selectedText() == "needle", timeout=10_000)


@given(values, st.text(alphabet="abc1 \n", min_size=1, max_size=3), st.integers(0, 20))
@settings(max_examples=60, deadline=None)
def test_the_place_in_a_text_is_the_first_from_there(value: Json, wanted: str, start: int) -> None:
    text = "".join(pieces(value)).lower()
    found = [place for place in place_in_text(value, wanted, start) if place is not None]
    at = text.find(wanted, start)
    assert found == ([at] if at >= 0 else []) or len(text) != len("".join(pieces(value)))


def test_a_file_that_was_written_can_be_opened(view: ValueView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    (tmp_path / "report.md").write_text("# Done")
    (tmp_path / "run.sh").write_text("")
    view.show_value({"path": str(tmp_path / "report.md"), "bytes": 6})
    assert view.file.words.full_text() == str(tmp_path / "report.md")
    QTest.mouseClick(view.file.open_button, Qt.MouseButton.LeftButton)
    QTest.mouseClick(view.file.folder_button, Qt.MouseButton.LeftButton)
    assert opened == [str(tmp_path / "report.md"), str(tmp_path)]
    view.show_value(str(tmp_path / "run.sh"))
    assert view.file.isVisible()
    assert not view.file.open_button.isVisible(), "it might be run"
    others: list[Json] = ["report.md", "//host/share/a.txt", "/" + "x" * 3000, "/no\0", {"path": 3}, [1], str(tmp_path)]
    for other in others:
        view.show_value(other)
        assert not view.file.isVisible(), other
    view.show_value({"a": {"path": str(tmp_path / "report.md")}, "b": 1})
    model = view.tree.model()
    QTest.mouseClick(view.tree.viewport(), Qt.MouseButton.LeftButton, pos=view.tree.visualRect(model.index(0, 0)).center())
    assert view.file.isVisible()
