"""What comes from the engine is told in the language of the window."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.window.trust import Effect, effect_lines
from engine.model.graph import Node
from engine.model.issues import Issue, phrase
from graph_editor.node_face import well_of
from resources import language
from tests.window import run_events
from tests.window.canvas import types
from widgets.run.step_detail import FailurePage

MISSING = Issue("file.missing", phrase("There is no file {path}.", path="a.csv"), "Check the path.", field="path")


@pytest.fixture(autouse=True)
def korean() -> Iterator[None]:
    language.use("ko")
    yield
    language.use("en")


def test_a_failure_is_told_on_its_node_and_in_the_run_panel(qtbot: QtBot) -> None:
    error = MISSING.as_json(phrases=True)
    model = run_events.model(1000.0, run_events.finished("draft", 1001, 1002, status="failed", ports={}, error=error))
    step = model.steps["draft"]
    assert " ".join(well_of(step.view, 300, 2).lines) == "a.csv 파일이 없습니다."
    page = FailurePage()
    qtbot.addWidget(page)
    page.show_issue(Issue.from_json(error), "", can_retry=True)
    assert (page.message.text(), page.remedy.text()) == ("a.csv 파일이 없습니다.", "경로를 확인합니다.")


@pytest.mark.parametrize(("kind", "params", "said"), [
    ("ai.llm", {"mode": "each", "model": "small"}, "로컬 small 항목마다"),
    ("flow.approval", {}, "계속할까요?"),
    ("flow.approval", {"question": "Save"}, "Save"),
    ("flow.input", {}, "모든 입력"),
    ("flow.wait", {"seconds": 5}, "5초"),
    ("data.transform", {"operation": "filter", "expression": "a > 1"}, "거르기 a > 1"),
    ("notify.send", {"channel": "desktop", "subject": "desktop"}, "바탕 화면 desktop"),
])  # fmt: skip
def test_summaries_of_nodes_translate_all_but_the_data(kind: str, params: dict[str, str], said: str) -> None:
    assert types().summary(Node("a", kind, params=params)) == said


def test_places_that_are_no_names_are_translated_in_the_trust_bar() -> None:
    effects = [Effect("read", "the workflow's folder"), Effect("host", "the provider openai"), Effect("write", "/data")]
    assert [words for _, words, _ in effect_lines(effects, {})] == [
        "openai 제공자 호출", "/data에 파일 쓰기", "워크플로 폴더의 파일 읽기",
    ]  # fmt: skip
