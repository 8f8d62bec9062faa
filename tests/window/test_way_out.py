"""Messages that the settings can help with lead there, and say what to do with the means of the window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop_app.window.document_canvas import DocumentCanvas
from desktop_app.window.frame import Frame
from desktop_app.window.look import Look
from desktop_app.window.preferences import PreferencesFile
from desktop_app.window.workspace import Workspace
from engine.model.issues import Issue
from engine.providers import errors
from engine.providers.config import BUILT_IN
from tests.window.engine_helpers import LONG_MS
from widgets.forms.notes import Problems as FieldProblems
from widgets.run.problems import ProblemsModel
from widgets.run.step_detail import FailurePage
from widgets.way_out import WayButton, advice, told, way_out

ASKING = """\
schema_version: 1
id: 6f0c1a52-0000-4000-8000-000000000021
name: Asking
nodes:
  ask:
    type: ai.llm
    params: {provider: openai, model: gpt-5, prompt: hello}
  out:
    type: flow.output
    params: {name: said}
edges:
  - {from: ask.out, to: out.value}
"""


@pytest.fixture
def workspace(qtbot: QtBot, qapp: QApplication, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setattr("desktop_app.services.CHECKOUT", home)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    path, file = home / "window.json", home / "asking.weft"
    path.write_text('{"look.language": "en", "look.theme": "dark"}', encoding="utf-8")
    file.write_text(ASKING, encoding="utf-8")
    look, frame = Look(qapp, PreferencesFile(path)), Frame()
    frame.resize(1400, 900)
    frame.show()
    made = Workspace(frame, look, [file])
    made.begin()
    qtbot.waitUntil(lambda: made.engine.registry is not None and made.pages.current() is not None, timeout=LONG_MS)
    yield made
    made.quit.begin(ask=False)
    qtbot.waitUntil(lambda: made.quit.stage == "done", timeout=LONG_MS)
    made.end()
    for thing in (made, frame, look):
        thing.deleteLater()


@pytest.mark.parametrize("code", ["model.missing-secret", "model.not-installed", "secret.missing"])
def test_lists_and_fields_speak_of_the_window(qtbot: QtBot, code: str) -> None:
    issue = Issue(code, "It does not work.", "Run `weft something`.", node="ask", field="model")
    below = FieldProblems()
    qtbot.addWidget(below)
    below.show_all("", [], [issue])
    said = [label.text() for label in below.findChildren(QLabel)]
    assert any(advice(issue) in text for text in said)
    assert not any("weft something" in text for text in said)
    assert ProblemsModel().spoken(issue).endswith(f"ask · model. {advice(issue)}")


def test_a_step_that_failed_for_a_key_leads_to_the_providers(workspace: Workspace, qtbot: QtBot) -> None:
    view = workspace.pages.current()
    assert view is not None
    canvas = view.canvas
    assert isinstance(canvas, DocumentCanvas)
    qtbot.waitUntil(lambda: workspace.control.panel is not None, timeout=LONG_MS)
    qtbot.waitUntil(lambda: canvas.document.asked is not None, timeout=LONG_MS)
    workspace.library.trust(canvas.document)
    qtbot.waitUntil(lambda: canvas.document.asked is None, timeout=LONG_MS)
    workspace.window.actions["run"].trigger()
    qtbot.waitUntil(lambda: canvas.run is not None and canvas.run.status == "failed", timeout=LONG_MS)
    workspace.window.toasts.clear()
    panel = workspace.control.panel
    assert panel is not None
    panel.show_page(1)
    panel.select_step("ask")
    page = panel.findChild(FailurePage)
    assert isinstance(page, FailurePage)
    qtbot.waitUntil(page.way.isVisible, timeout=LONG_MS)
    assert page.remedy.text() == "Give it a key in the settings."
    QTest.mouseClick(page.way, Qt.MouseButton.LeftButton)
    assert workspace.settings.page is not None
    assert workspace.settings.page.current == "providers"


def test_nothing_speaks_of_the_command() -> None:
    openai = next(provider for provider in BUILT_IN if provider.name == "openai")
    for error in (errors.missing_secret(openai), errors.unusable_secret(openai), errors.status_error(openai, "m", 401, "")):
        assert "weft" in error.issue.remedy
        assert "weft" not in told(error.issue)


def test_a_remedy_of_its_own_stays_where_the_settings_are_a_help() -> None:
    openai = next(provider for provider in BUILT_IN if provider.name == "openai")
    issue = errors.unreachable(openai, "refused").issue
    assert advice(issue) == issue.advice
    assert way_out(issue) is not None


def test_what_the_settings_cannot_mend_has_no_link(qtbot: QtBot) -> None:
    button = WayButton()
    qtbot.addWidget(button)
    button.show_issue(Issue("model.auth", "No."))
    assert not button.isHidden()
    button.show_issue(Issue("template.unknown-name", "No."))
    assert button.isHidden()
