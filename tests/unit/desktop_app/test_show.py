"""What people see: values, progress, questions, errors."""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest
from rich.console import Console

from desktop_app import exits
from desktop_app.output import Output, to_line
from desktop_app.show.progress import Progress
from desktop_app.show.prompt import Decision, Prompt
from desktop_app.show.values import ago, block, duration, harmless, one_line, show_values, size, stamp
from engine.api.events import (
    ApprovalAnswered,
    ApprovalAsked,
    RunEvent,
    RunFinished,
    RunStarted,
    StepFailed,
    StepFinished,
    StepLog,
    StepProgress,
    StepStarted,
    StepToken,
)
from engine.model.issues import Issue, WeftError, counted
from engine.model.values import JsonObject

RUN = "r1"


def console(width: int = 80, *, terminal: bool = False, encoding: str = "utf-8") -> tuple[Console, Callable[[], str]]:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, errors="replace", write_through=True)
    made = Console(file=stream, width=width, force_terminal=terminal, color_system=None, highlight=False, emoji=False)
    return made, lambda: raw.getvalue().decode(encoding)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.0004, "0 ms"), (0.012, "12 ms"), (1.44, "1.4 s"), (14.4, "14 s"), (200, "3 min 20 s"), (7500, "2 h 5 min"), (-1, "0 ms")],
)
def test_durations(seconds: float, shown: str) -> None:
    assert duration(seconds) == shown


def test_times_and_sizes() -> None:
    assert stamp(0.5) == "1970-01-01T00:00:00.500Z"
    assert stamp(None) is None
    assert [size(count) for count in (7, 1500, 478_000_000, 1_120_000_000)] == ["7 bytes", "1.5 kB", "478 MB", "1.12 GB"]


def test_counts_and_how_long_ago() -> None:
    assert [counted(number, "run") for number in (0, 1, 2, 1234)] == ["0 runs", "1 run", "2 runs", "1,234 runs"]
    past = {0: "just now", 59: "just now", 61: "1 minute ago", 7300: "2 hours ago", 86400: "1 day ago", 200_000: "2 days ago"}
    assert [ago(time.time() - seconds) for seconds in past] == list(past.values())


def test_control_characters_do_not_reach_the_terminal() -> None:
    assert harmless("a\tb\r\nc\x1b[31m감사") == "a\tb\nc\ufffd[31m감사"
    assert one_line(" a\x1b\n b ") == "a b"
    made, shown = console()
    show_values(made, {"x": "\x1b]0;title\x07"})
    assert "\x1b" not in shown()


def test_values_are_aligned_and_long_ones_cut_on_a_terminal() -> None:
    made, shown = console(60)
    show_values(made, {"n": 3, "이름": "가", "report": "# One\n\ntwo", "rows": [{"a": 1}, {"b": "x" * 60}]})
    lines = [line.rstrip() for line in shown().splitlines()]
    assert lines[:5] == ["  n       3", "  이름    가", "  report", "    # One", ""]
    assert block("\n".join("abc" * 40), whole=False).endswith("80 more lines; --json gives all")
    assert len(block("\n".join("abc" * 40), whole=True).splitlines()) == 120


def _events() -> list[RunEvent]:
    error: JsonObject = {"code": "x.y", "text": "It\nbroke."}
    return [
        RunStarted(run=RUN, workflow="Triage", steps=5, done=1),
        StepStarted(run=RUN, address="읽기"),
        StepFinished(run=RUN, address="읽기", status="succeeded", ports={}, seconds=0.02, usage={"completion_tokens": 1234}),
        StepStarted(run=RUN, address="call"),
        StepLog(run=RUN, address="call", level="info", text="quiet"),
        StepLog(run=RUN, address="call", level="warning", text="careful"),
        StepFailed(run=RUN, address="call", attempt=1, error=error, retry_in=2.0),
        StepStarted(run=RUN, address="call", attempt=2),
        StepToken(run=RUN, address="call", text="Once upon"),
        StepProgress(run=RUN, address="call", fraction=0.5, text="half"),
        StepFailed(run=RUN, address="call", attempt=2, error=error),
        StepFinished(run=RUN, address="call", status="failed", ports={}, seconds=3, error=error),
        StepStarted(run=RUN, address="ask"),
        ApprovalAsked(run=RUN, address="ask", question={"text": "?"}),
        ApprovalAnswered(run=RUN, address="ask", status="approved", by="ann"),
        StepFinished(run=RUN, address="calm", status="succeeded", ports={}, seconds=1, error=error, caught="default"),
        StepFinished(run=RUN, address="rest", status="skipped", ports={}, seconds=0),
        StepFinished(run=RUN, address="pin", status="cached", ports={}, seconds=0),
        RunFinished(run=RUN, status="failed", error=error),
    ]


def test_progress_is_a_line_for_each_step() -> None:
    made, shown = console()
    progress = Progress(made)
    for event in _events():
        progress.take(event.as_json())
    assert shown().splitlines() == [
        "Triage  run r1, 1 of 5 steps done before",
        "  ✓ 읽기                20 ms  1,234 tokens",
        "    call                warning  careful",
        "    call                attempt 1 failed, next in 2.0 s: It broke.",
        "  ✗ call                It broke.",
        "  ? ask                 approved by ann",
        "  ✓ calm                failed, took the default: It broke.",
        "  – rest                skipped",
        "  = pin                 given",
    ]


def test_progress_in_an_old_encoding() -> None:
    made, shown = console(encoding="ascii")
    progress = Progress(made)
    for event in _events():
        progress.take(event.as_json())
    assert "  + ??" in shown()
    assert "  x call" in shown()


@pytest.mark.parametrize("width", [20, 80])
def test_live_progress_shows_what_is_under_way(width: int) -> None:
    made, shown = console(width, terminal=True)
    progress = Progress(made, live=True)
    for event in _events()[:10]:
        progress.take(event.as_json())
        progress.draw(now=True)
    text = shown()
    assert "starting" not in text
    if width > 20:
        assert "attempt 2  50% half" in text
        assert "Once upon" in text
    for number in range(12):
        progress.take(StepStarted(run=RUN, address=f"s{number}").as_json())
    progress.draw(now=True)
    assert "and 5 more" in shown()
    for event in _events()[10:]:
        progress.take(event.as_json())
    assert shown().endswith("\x1b[2K") or "\x1b[?25h" in shown(), "the cursor is back"


# questions


def prompt(payload: Any = None) -> tuple[Prompt, Callable[[], str]]:
    made, shown = console()
    question = {"text": "Send\x1b[2J it?", "payload": payload, "effect": "It is sent."}
    return Prompt(made, "ask", question), shown


@pytest.mark.parametrize(
    ("line", "decision"),
    [
        ("a", Decision(approved=True)),
        ("approve looks good", Decision(approved=True, comment="looks good")),
        ("yes", Decision(approved=True)),
        ("r  not now ", Decision(comment="not now")),
        ("NO", Decision()),
        ("l", Decision(later=True)),
        (None, Decision(later=True)),
        ("", None),
        ("perhaps", None),
    ],
)
def test_answers_are_understood(line: str | None, decision: Decision | None) -> None:
    asked, shown = prompt({"n": 3})
    asked.show()
    assert "Send\ufffd[2J it?" in shown()
    assert '{"n": 3}' in shown()
    assert asked.take(line) == decision


def test_an_edit_without_an_editor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EDITOR", raising=False)
    monkeypatch.delenv("VISUAL", raising=False)
    asked, shown = prompt({"n": 3})
    assert asked.take("edit") is None
    assert asked.take("{n: 3}") is None
    assert "This is no JSON" in shown()
    assert asked.take("e") is None
    assert asked.take('{"n": 4}') == Decision(approved=True, edited=True, payload={"n": 4})
    assert asked.take("e") is None
    assert asked.take("") == Decision(approved=True)


def test_an_edit_with_an_editor(monkeypatch: pytest.MonkeyPatch) -> None:
    change = "import sys, pathlib; p = pathlib.Path(sys.argv[1]); p.write_text(p.read_text().replace('3', '5'))"
    monkeypatch.setenv("EDITOR", f'"{sys.executable}" -c "{change}"')
    asked, shown = prompt({"n": 3})
    assert asked.take("e") == Decision(approved=True, edited=True, payload={"n": 5})
    monkeypatch.setenv("EDITOR", "no-such-editor")
    assert asked.take("e") is None
    assert "did not work" in shown()


# errors


@pytest.mark.parametrize(
    ("code", "exit_code"),
    [
        ("document.syntax", 2), ("trust.needed", 2), ("database.newer", 2), ("model.not-found", 2), ("model.source-failed", 1),
        ("storage.full", 1), ("owner.silent", 1), ("data.owned", 1), ("database.damaged", 1), ("secret.name", 2),
        ("secret.store-locked", 1), ("approval.answered", 2),
    ],
)  # fmt: skip
def test_exit_codes_of_errors(code: str, exit_code: int) -> None:
    assert exits.of_error(WeftError(Issue(code, "x"))) == exit_code


def test_errors_for_people_have_place_text_and_remedy(capsys: pytest.CaptureFixture[str]) -> None:
    Output().error(WeftError(Issue("a.b", "Wrong.", "Correct it.", node="n", field="f", file="x.weft", line=3)))
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "error  x.weft, line 3, n.f: Wrong.\n       Correct it.\n"


def test_a_path_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    Output().error(WeftError(Issue("a.b", "There is no file /x/y.weft.", "Check it.", file="/x/y.weft")))
    assert capsys.readouterr().err == "error  There is no file /x/y.weft.\n       Check it.\n"


def test_errors_for_programs_are_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    Output("json", shape={"run": None}).error(WeftError(Issue("a.b", "Wrong."), Issue("c.d", "Too.")))
    captured = capsys.readouterr()
    assert captured.err == ""
    assert captured.out.count("\n") == 1
    assert captured.out.startswith('{"run": null, "error": {"code": "a.b"')
    assert '"issues": [{"code": "a.b"' in captured.out


def test_json_is_readable_where_it_can_be() -> None:
    assert to_line({"a": "감"}) == '{"a": "감"}'
    assert to_line({"a": "감"}, readable=False) == '{"a": "\\uac10"}'
    assert to_line({"a": "\ud83d"}) == '{"a": "\\ud83d"}'
