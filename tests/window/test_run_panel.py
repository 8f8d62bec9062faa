"""The run panel with its pages, as a person uses it."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow, QMenu
from pytestqt.qtbot import QtBot

from engine.api.events import ApprovalAnswered, RunFinished, StepStarted, StepToken
from engine.model.graph import Graph
from engine.model.issues import Issue
from engine.model.values import JsonObject
from tests.window import run_events
from tests.window.canvas import types
from widgets.elided import Elided
from widgets.run.entries import LOG, PROBLEMS, STEPS, TIMELINE, VARIABLES, RunEntry
from widgets.run.head import HEIGHT
from widgets.run.model import RunModel
from widgets.run.panel import RunPanel
from widgets.run.prompt import Call
from widgets.run.step_detail import ATTEMPTS, ERROR, INPUTS, OUTPUT, PROMPT
from widgets.run.step_detail import LOG as STEP_LOG
from widgets.run.value_card import ValueCard
from widgets.run.words import run_look, run_word
from widgets.values import brief

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(qtbot: QtBot) -> RunPanel:
    made = RunPanel(types())
    qtbot.addWidget(made)
    made.resize(1032, 236)
    made.show()
    qtbot.waitExposed(made)
    return made


def over() -> RunModel:
    usage = {"prompt_tokens": 1400, "completion_tokens": 38}
    done = run_events.finished("draft", 1006.4, 1010, ports={"out": "Dear Ms. Park,"}, usage=usage)
    return run_events.model(1000.0, done, RunFinished(run=run_events.R, at=1010, status="failed", outputs={"report": "# Done"}))


def tab(panel: RunPanel, page: int) -> None:
    QTest.mouseClick(panel.head.tabs, LEFT, pos=panel.head.tabs.tabRect(page).center() - QPoint(9, 0))


def test_without_a_run_it_says_what_to_do(panel: RunPanel) -> None:
    assert panel.head.none.text() == "", "the page says it"
    for page in (STEPS, LOG, TIMELINE):
        tab(panel, page)
        assert panel.is_empty
    tab(panel, PROBLEMS)
    assert not panel.is_empty


def test_the_head_tells_the_figures_of_the_run(panel: RunPanel) -> None:
    panel.show_runs([RunEntry(run_events.R, "Run 214", "failed", 1000.0, 10.0)])
    panel.show_run(over(), run_events.graph())
    head = panel.head
    assert (head.name.text(), head.state.text()) == ("Run 214", "Failed 10.0 s")
    assert head.path_words.text() == "Critical path 10.0 s"
    assert head.token_words.text() == "1,438 tokens"
    assert head.tabs.count_text(STEPS) == "5"


def test_figures_give_way_where_there_is_no_room(panel: RunPanel) -> None:
    panel.show_run(over(), run_events.graph())
    assert panel.minimumSizeHint().width() < 640
    panel.resize(640, 236)
    assert not panel.head.path_words.isVisible()
    assert not panel.head.token_words.isVisible()
    assert panel.head.state.isVisible()


def test_figures_never_lie_over_the_pages(panel: RunPanel) -> None:
    panel.show_runs([RunEntry(run_events.R, "Run at 11:05:27", "failed", 1000.0, 10.0)])
    panel.show_run(over(), run_events.graph())
    for width in range(1032, 560, -20):
        panel.resize(width, 236)
        QTest.qWait(0)
        tabs = panel.head.tabs
        for words in (panel.head.path_words, panel.head.token_words):
            figure = words.parentWidget()
            assert figure is not None
            if figure.isVisible():
                assert tabs.width() >= tabs.sizeHint().width(), width
                assert figure.x() > tabs.geometry().right(), width


@pytest.mark.parametrize("width", [460, 520, 560, 600, 700])
def test_no_page_is_cut_off_in_a_narrow_window(qtbot: QtBot, panel: RunPanel, width: int) -> None:
    panel.show_runs([RunEntry(run_events.R, "Run at 11:05:27", "failed", 1000.0, 10.0)])
    panel.show_run(over(), run_events.graph())
    panel.show_problems([Issue("a.b", "Bad.", "Mend it.", node="draft")])
    panel.resize(width, 236)
    head = panel.head
    qtbot.waitUntil(lambda: head.tabs.width() >= head.tabs.sizeHint().width())
    assert head.fold.geometry().right() < width
    assert head.state.isVisible() == (width > 520)
    if head.state.isVisible() and not head.name.isVisible():
        assert head.state.toolTip() == "Run at 11:05:27"


def test_in_a_narrow_panel_the_state_of_a_step_gives_way_to_its_pages(qtbot: QtBot, panel: RunPanel) -> None:
    panel.show_run(over(), run_events.graph())
    panel.show_step("order")
    detail = panel.steps.detail
    assert detail.state.isVisible()
    panel.resize(480, 236)
    qtbot.waitUntil(lambda: not detail.state.isVisible())
    qtbot.waitUntil(lambda: detail.tabs.width() >= detail.tabs.sizeHint().width())
    assert panel.steps.list.width() >= 130


def test_a_failure_is_told_as_a_whole_in_a_narrow_panel(qtbot: QtBot, panel: RunPanel) -> None:
    away: JsonObject = {
        "code": "model.unreachable", "text": "The server of the lab cannot be reached at all.",
        "remedy": "Start it, or see to it.", "node": "order", "field": "provider",
    }  # fmt: skip
    failed = run_events.finished("order", 1000.3, 1006.4, status="failed", ports={}, error=away)
    panel.show_run(run_events.model(1000.0, failed), run_events.graph())
    panel.show_step("order")
    panel.resize(450, 236)
    page = panel.steps.detail.failure
    assert page.way.isVisible()
    qtbot.waitUntil(lambda: page.message.mapTo(page, page.message.rect().topRight()).x() < page.viewport().width())
    assert page.way.mapTo(page, page.way.rect().topRight()).x() < page.viewport().width()


def test_the_time_behind_the_last_bar_is_in_sight(panel: RunPanel) -> None:
    panel.resize(460, 236)
    panel.show_run(over(), run_events.graph())
    assert panel.timeline.x_of(1010) + 40 < panel.timeline.viewport().width()


def test_the_chain_of_a_run_from_before_a_restart_is_that_of_the_graph(panel: RunPanel) -> None:
    run = over()
    run.before = {}
    panel.show_run(run, run_events.graph())
    assert panel.head.path_words.text() == "Critical path 10.0 s"


def test_a_click_on_a_bar_is_told_and_marks_the_step_on_both_pages(qtbot: QtBot, panel: RunPanel) -> None:
    panel.show_run(over(), run_events.graph())
    row = panel.timeline.rect_of("search").center().toPoint()
    with qtbot.waitSignal(panel.step_selected) as told:
        QTest.mouseClick(panel.timeline.viewport(), LEFT, pos=row)
    assert told.args == ["search"]
    tab(panel, STEPS)
    assert panel.steps.chosen == "search"
    assert panel.steps.list.currentIndex().data() == "Search knowledge"
    panel.select_step("draft")
    assert (panel.timeline.chosen, panel.steps.chosen) == ("draft", "draft")


def test_a_double_click_on_a_bar_opens_the_step(panel: RunPanel) -> None:
    panel.show_run(over(), run_events.graph())
    QTest.mouseDClick(panel.timeline.viewport(), LEFT, pos=panel.timeline.rect_of("order").center().toPoint())
    assert panel.head.tabs.currentIndex() == STEPS
    assert panel.steps.detail.tabs.currentIndex() == ERROR


def test_a_step_shows_output_inputs_log_and_attempts(panel: RunPanel) -> None:
    panel.show_run(over(), run_events.graph())
    panel.show_step("draft")
    detail = panel.steps.detail
    assert (detail.tabs.currentIndex(), detail.values.value) == (OUTPUT, "Dear Ms. Park,")
    QTest.mouseClick(detail.tabs, LEFT, pos=detail.tabs.tabRect(INPUTS).center() - QPoint(9, 0))
    assert detail.values.value == run_events.DOCS
    assert not detail.tabs.isTabVisible(ERROR)
    panel.select_step("order")
    assert detail.tabs.currentIndex() == ERROR
    assert detail.failure.message.text() == "The server answered 503."
    assert detail.failure.remedy.text() == "Try again later."
    detail.tabs.setCurrentIndex(ATTEMPTS)
    rows = [detail.attempts.topLevelItem(row) for row in range(3)]
    assert [(row.text(0), row.text(2), row.text(3)) for row in rows if row] == [
        ("1", "1.3 s", "The server answered 503."),
        ("2", "1.2 s", "The server answered 503."),
        ("3", "1.0 s", "The server answered 503."),
    ]
    detail.tabs.setCurrentIndex(STEP_LOG)
    assert detail.log.model.rowCount() == 10
    assert detail.log.model.lines[-1].text == "Failed after 6.1 s: The server answered 503."


def test_a_failure_leads_to_its_place_and_to_a_retry(qtbot: QtBot, panel: RunPanel) -> None:
    panel.show_run(over(), run_events.graph())
    panel.show_step("order")
    failure = panel.steps.detail.failure
    assert failure.place.text().strip() == "Show the field URL"
    assert not failure.allow.isVisible()
    with qtbot.waitSignal(panel.place_wanted) as place:
        QTest.mouseClick(failure.place, LEFT)
    assert place.args == ["order", "url"]
    with qtbot.waitSignal(panel.retry_wanted) as retry:
        QTest.mouseClick(failure.retry, LEFT)
    assert retry.args == ["order"]


def test_arrow_keys_go_through_the_steps(panel: RunPanel) -> None:
    panel.show_run(over(), run_events.graph())
    panel.show_step("ticket")
    told: list[str] = []
    panel.step_selected.connect(told.append)
    QTest.keyClick(panel.steps.list, Qt.Key.Key_Down)
    QTest.keyClick(panel.steps.list, Qt.Key.Key_Down)
    assert told == ["search", "order"]
    assert panel.timeline.chosen == "order"


def test_a_running_step_streams_into_its_output(qtbot: QtBot, panel: RunPanel) -> None:
    run = run_events.model(time.time() - 7)
    panel.show_run(run, run_events.graph())
    panel.show_step("draft")
    assert panel.steps.detail.values.text.toPlainText() == "Dear Ms. Park"
    token = StepToken(run=run_events.R, at=time.time(), address="draft", text=", I am sorry.")
    panel.take_changes(run.take(token.as_json()))
    qtbot.waitUntil(lambda: panel.steps.detail.values.text.toPlainText() == "Dear Ms. Park, I am sorry.")
    end = run_events.finished("draft", time.time() - 1, time.time(), ports={"out": {"reply": "Dear"}})
    panel.take_changes(run.take(end.as_json()))
    qtbot.waitUntil(lambda: panel.steps.detail.values.value == {"reply": "Dear"})


def test_what_is_selected_in_a_stream_stays_while_nothing_comes(panel: RunPanel) -> None:
    run = run_events.model(time.time() - 7)
    panel.show_run(run, run_events.graph())
    panel.show_step("draft")
    text = panel.steps.detail.values.text
    QTest.keyClick(text, Qt.Key.Key_Home, Qt.KeyboardModifier.ShiftModifier)
    panel.take_changes({"search"})
    panel.steps.detail.refresh()
    assert text.textCursor().selectedText() == "Dear Ms. Park"


def test_the_clock_stands_still_while_the_panel_is_hidden_or_the_run_is_over(qtbot: QtBot, panel: RunPanel) -> None:
    run = run_events.model(time.time() - 7)
    panel.show_run(run, run_events.graph())
    first = panel.head.state.text()
    qtbot.waitUntil(lambda: panel.head.state.text() != first)
    states = []
    for show in (False, True):
        panel.setVisible(show)
        states.append(panel.is_ticking)
    assert states == [False, True]
    panel.take_changes(run.take(RunFinished(run=run_events.R, at=time.time(), status="cancelled").as_json()))
    qtbot.waitUntil(lambda: not panel.is_ticking)
    assert panel.head.state.text().startswith("Cancelled")


def test_the_time_goes_on_while_a_person_is_waited_for(qtbot: QtBot, panel: RunPanel) -> None:
    now = time.time()
    done = run_events.finished("draft", now - 125, now - 120)
    run = run_events.model(now - 130, done, RunFinished(run=run_events.R, at=now - 119, status="waiting", waiting=["ask"]))
    panel.show_run(run, run_events.graph())
    first = panel.head.state.text()
    assert first.startswith("Waiting 2 m 1")
    qtbot.waitUntil(lambda: panel.head.state.text() not in ("", first))
    lane = next(lane for lane in panel.timeline.lanes if lane.address == "ask")
    tab(panel, STEPS)
    assert panel.steps.model.took(lane).startswith("2 m ")


def test_a_rejection_is_told_with_its_comment(panel: RunPanel) -> None:
    answered = ApprovalAnswered(run=run_events.R, at=1009, address="ask", status="rejected", by="Ann", comment="too much")
    ended = run_events.finished("ask", 1000.5, 1009, ports={"rejected": {"amount": 5}})
    run = run_events.model(1000.0, answered, ended, RunFinished(run=run_events.R, at=1010, status="succeeded"))
    panel.show_run(run, run_events.graph())
    panel.show_step("ask")
    detail = panel.steps.detail
    assert detail.state.text() == "Rejected"
    assert detail._figures.full_text().endswith("too much")
    assert "Rejected by Ann: too much" in [line.text for line in run.log]


def test_values_of_the_run(panel: RunPanel) -> None:
    run = over()
    run.inputs = {"tickets": "march.csv"}
    panel.show_run(run, run_events.graph())
    tab(panel, VARIABLES)
    variables = panel.variables
    rows = [variables.list.model().index(row, 0).data() for row in range(variables.list.model().rowCount())]
    assert rows == ["Outputs", "report", "Inputs", "tickets", "Variables", "tone"], "what it was run for"
    assert variables.values.value == "# Done"
    QTest.keyClick(variables.list, Qt.Key.Key_Down)
    assert variables.values.value == "march.csv"


def test_a_workflow_without_values_says_so(panel: RunPanel) -> None:
    panel.show_run(RunModel("r"), Graph())
    tab(panel, VARIABLES)
    assert panel.variables.is_empty


def test_another_run_is_chosen_from_the_menu(qtbot: QtBot, panel: RunPanel) -> None:
    runs = [RunEntry(f"r{number}", f"Run {number}", "succeeded", 1000.0, 2.0) for number in range(30, 0, -1)]
    panel.show_runs(runs)
    QTest.mouseClick(panel.head.chooser, LEFT)
    menu = panel.head.findChild(QMenu)
    assert menu is not None
    texts = [action.text() for action in menu.actions()]
    assert texts[0].startswith("Run 30 · ")
    assert texts[-1] == "All runs…"
    with qtbot.waitSignal(panel.run_chosen) as told:
        QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(menu.actions()[1]).center())
    assert told.args == ["r29"]


def test_problems_are_opened(qtbot: QtBot, panel: RunPanel) -> None:
    error = Issue("template.unknown-name", "Docs have no sourc.", 'Did you mean "source"?', node="draft", field="prompt")
    warning = Issue("http.body-unused", "The body is not used.", node="order", field="body", severity="warning")
    panel.show_run(None, run_events.graph())
    panel.show_problems([warning, error])
    assert panel.head.tabs.count_text(PROBLEMS) == "2"
    tab(panel, PROBLEMS)
    problems = panel.problems
    assert problems.model.rows == [error, warning]
    assert problems.model.place(error) == "Draft reply · prompt"
    rect = problems.list.visualRect(problems.model.index(0, 0))
    second = QPoint(60, rect.bottom() + 20)
    QTest.mouseClick(problems.list.viewport(), LEFT, pos=second)
    with qtbot.waitSignal(panel.problem_opened) as opened:
        QTest.mouseDClick(problems.list.viewport(), LEFT, pos=second)
    assert opened.args == [warning]
    QTest.keyClick(problems.list, Qt.Key.Key_Up)
    with qtbot.waitSignal(panel.problem_opened) as by_key:
        QTest.keyClick(problems.list, Qt.Key.Key_Return)
    assert by_key.args == [error]
    panel.show_problems([error])
    assert problems.model.rows[problems.list.currentIndex().row()] == error
    panel.show_problems([])
    assert panel.head.tabs.count_text(PROBLEMS) == ""


def test_folding_away_and_coming_back_in_a_dock(qtbot: QtBot) -> None:
    window, dock = QMainWindow(), QDockWidget()
    qtbot.addWidget(window)
    panel = RunPanel(types())
    dock.setWidget(panel)
    window.setCentralWidget(QMainWindow())
    window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, dock)
    window.resize(1000, 800)
    window.show()
    qtbot.waitExposed(window)
    window.resizeDocks([dock], [300], Qt.Orientation.Vertical)
    qtbot.waitUntil(lambda: panel.height() > 250)
    height = panel.height()
    QTest.mouseClick(panel.head.fold, LEFT)
    qtbot.waitUntil(lambda: panel.height() == HEIGHT)
    assert panel.head.tabs.is_quiet
    tab(panel, LOG)
    qtbot.waitUntil(lambda: abs(panel.height() - height) <= 2)
    assert panel.head.tabs.currentIndex() == LOG


CALLS = (
    Call(1, 1, "local", "qwen", [("system", "Be brief."), ("user", "Answer <b>Kim</b>.")], 1006.4, 1006.9, 1010.0, (1400, 38)),
    Call(2, 1, "local", "qwen", [("user", "Again.")], 1012.0, error="The server is busy."),
)


def test_messages_are_shown_as_they_were_sent(qtbot: QtBot, panel: RunPanel) -> None:
    panel.show_run(over(), run_events.graph())
    panel.show_step("draft")
    detail, page = panel.steps.detail, panel.steps.detail.prompt
    with qtbot.waitSignal(panel.calls_wanted) as wanted:
        QTest.mouseClick(detail.tabs, LEFT, pos=detail.tabs.tabRect(PROMPT).center() - QPoint(9, 0))
    assert wanted.args == ["draft"]
    detail.show_calls("search", CALLS)
    assert page.shown_call() is None, "another step was asked about"
    detail.show_calls("draft", CALLS[:1])
    assert page.text.toPlainText() == "System\nBe brief.\n\nUser\nAnswer <b>Kim</b>."
    assert page.figures.full_text() == "1,400 tokens sent, 38 received · first token after 0.5 s · 3.6 s · local · qwen"
    assert not page.pick.isVisible()
    detail.show_calls("draft", CALLS)
    assert page.text.toPlainText() == "User\nAgain.\n\nThe server is busy."
    assert [page.pick.itemText(row) for row in range(2)] == ["Attempt 1, call 1", "Attempt 2, call 1"]
    QTest.mouseClick(page.copy_button, LEFT)
    assert QApplication.clipboard().text() == "user:\nAgain."


def test_steps_that_ask_no_model_have_no_prompt(panel: RunPanel) -> None:
    panel.show_run(over(), run_events.graph())
    panel.show_step("draft")
    detail = panel.steps.detail
    detail.tabs.setCurrentIndex(PROMPT)
    panel.select_step("search")
    assert not detail.tabs.isTabVisible(PROMPT)
    assert detail.tabs.currentIndex() == OUTPUT


def test_all_that_a_script_printed_is_opened_as_a_file(qtbot: QtBot, panel: RunPanel) -> None:
    done = run_events.finished("save", 1010, 1011, usage={"left_out": 3_900_000})
    panel.show_run(run_events.model(1000.0, done), run_events.graph())
    panel.show_step("save")
    panel.steps.detail.tabs.setCurrentIndex(STEP_LOG)
    button = panel.steps.detail.log.file_button
    assert button.isVisible()
    assert [one.full_text() for one in panel.steps.detail.log.findChildren(Elided) if one.isVisible()] == ["3.9 MB left out"]
    with qtbot.waitSignal(panel.file_wanted) as wanted:
        QTest.mouseClick(button, LEFT)
    assert wanted.args == ["save"]
    panel.select_step("search")
    assert not button.isVisible()


def test_a_run_that_is_over_leads_to_what_it_gave(panel: RunPanel) -> None:
    panel.show_run(run_events.model(1000.0), run_events.graph())
    assert not panel.head.outputs.isVisible()
    panel.show_run(over(), run_events.graph())
    tab(panel, VARIABLES)
    variables = panel.variables
    last = variables.list.model().rowCount() - 1
    QTest.mouseClick(
        variables.list.viewport(), LEFT, pos=variables.list.visualRect(variables.list.model().index(last, 0)).center()
    )
    assert variables.values.value == "kind"
    tab(panel, LOG)
    QTest.mouseClick(panel.head.outputs, LEFT)
    assert panel.head.tabs.currentIndex() == VARIABLES
    assert variables.values.value == "# Done"


def test_a_value_is_enlarged_to_the_window(qtbot: QtBot, panel: RunPanel) -> None:
    panel.resize(900, 500)
    panel.show_run(over(), run_events.graph())
    QTest.mouseClick(panel.head.outputs, LEFT)
    QTest.mouseClick(panel.variables.values.enlarge_button, LEFT)
    card = panel.findChild(ValueCard)
    assert isinstance(card, ValueCard)
    assert card.values.value == "# Done"
    assert card.values.current_view() == "markdown"
    assert card.card_rect().height() == 500 - 24
    panel.resize(900, 600)
    qtbot.waitUntil(lambda: card.card_rect().height() == 600 - 24)
    QTest.keyClicks(card.values.find_field, "one")
    QTest.keyClick(card.values.find_field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: panel.findChild(ValueCard) is None)


def test_what_was_searched_for_goes_with_its_workflow(panel: RunPanel) -> None:
    graph = run_events.graph()
    panel.show_run(over(), graph)
    QTest.mouseClick(panel.head.outputs, LEFT)
    field = panel.variables.values.find_field
    QTest.keyClicks(field, "refund")
    panel.show_run(over(), graph)
    assert field.text() == "refund"
    panel.show_run(over(), Graph(id="another"))
    assert field.text() == ""


def test_a_run_that_ended_with_a_rejection_says_so() -> None:
    refused = ApprovalAnswered(run=run_events.R, at=107, address="ask", status="rejected", by="ana", comment="too dear")
    ended = RunFinished(run=run_events.R, at=110, status="succeeded")
    assert run_word(run_events.model(100.0, refused, ended)) == "Rejected"
    follows = StepStarted(run=run_events.R, at=108, address="save")
    handled = run_events.model(100.0, refused, follows, run_events.finished("save", 108, 109), ended)
    assert (run_word(handled), run_look(handled)) == ("Succeeded", "succeeded")


def test_a_step_that_was_stopped_halfway_says_so() -> None:
    run = run_events.model(100.0, RunFinished(run=run_events.R, at=110, status="stopped"))
    assert (run.step("draft").view.status, run.step("save").view.status) == ("stopped", "idle")


def test_a_host_that_was_refused_is_allowed_by_a_click(qtbot: QtBot, panel: RunPanel) -> None:
    remedy = "Add `127.0.0.1:80` to the allowed hosts of the workflow (`allow_hosts`), if you trust it."
    error: JsonObject = {**run_events.ERROR, "code": "http.blocked-address", "remedy": remedy}
    done = run_events.finished("order", 1006.4, 1007, status="failed", error=error, ports={})
    panel.show_run(run_events.model(1000.0, done), run_events.graph())
    panel.show_step("order")
    failure = panel.steps.detail.failure
    assert "allow_hosts" not in failure.remedy.text()
    with qtbot.waitSignal(panel.host_wanted) as asked:
        QTest.mouseClick(failure.allow, LEFT)
    assert asked.args == ["order", "127.0.0.1:80"]


def test_numbers_have_their_thousands_apart() -> None:
    step = run_events.model(1000.0, run_events.finished("draft", 1006, 1010, usage={"prompt_tokens": 14038})).steps["draft"]
    assert step.view.detail == "14,038 tokens"
    assert brief(list(range(2000))) == "2,000 items"
