"""The example *ticket triage*: what it gives follows from the tickets and the answers."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.checkout import ROOT
from tests.helpers.fake_model_server import FakeModelServer, Reply
from tests.helpers.weft_command import REST, SHOWN, Weft

EXAMPLE = ROOT / "resources" / "examples" / "ticket_triage"


def tickets(folder: Path) -> list[dict[str, str]]:
    """Return the rows of the tickets."""
    return list(csv.DictReader(io.StringIO((folder / "tickets.csv").read_text(encoding="utf-8"))))


def model(rows: list[dict[str, str]], wrong: dict[str, dict[str, str]]) -> FakeModelServer:
    """Return a model that knows the answers, but for what it has `wrong`."""

    def answer(body: dict[str, Any]) -> Reply:
        asked = body["messages"][-1]["content"]
        row = next(row for row in rows if row["message"] in asked and row["subject"] in asked)
        hurry = "danger" if row["urgency"] == "high" else "none"
        right = {"category": row["category"], "reason": "a | b", "hurry": hurry, "urgency": row["urgency"]}
        return Reply(json.dumps(right | wrong.get(row["id"], {})))

    return FakeModelServer(default=answer)


@pytest.fixture
def copy(weft: Weft, tmp_path: Path) -> Path:
    """The example in a folder of its own, which asks the provider `mine`."""
    folder = tmp_path / "copy"
    shutil.copytree(EXAMPLE, folder)
    file = folder / "ticket_triage.weft"
    text = file.read_text(encoding="utf-8")
    assert text.count("provider: local") == 1
    file.write_text(text.replace("provider: local", "provider: mine"), encoding="utf-8")
    return folder


def run(weft: Weft, copy: Path, wrong: dict[str, dict[str, str]], approve: str = "yes") -> dict[str, Any]:
    """Run the copy and return what the run gave."""
    with model(tickets(copy), wrong) as server:
        weft("providers", "set", "mine", "--base-url", server.url, "--model", "m")
        done = weft("run", str(copy / "ticket_triage.weft"), "--trust", "--approve", approve, "--json")
    assert done.code == 0, done
    rest: dict[str, Any] = done.json(REST)
    return rest


def section(report: str, title: str) -> str:
    """Return the text below a heading of the second level."""
    return report.partition(f"## {title}\n")[2].partition("\n## ")[0]


WRONG = {
    "T-001": {"category": "general"},
    "T-003": {"hurry": "deadline", "urgency": "high"},
    "T-009": {"hurry": "none"},  # urgent, the model says, but it names no hurry
}


def test_counts_agreement_and_report_follow_the_answers(weft: Weft, copy: Path) -> None:
    outputs = run(weft, copy, WRONG)["outputs"]
    assert set(outputs) == {"counts", "agreement", "report"}
    assert outputs["counts"] == {"billing": 7, "delivery": 9, "technical": 9, "account": 8, "general": 7}
    assert outputs["agreement"] == {
        "tickets": 40, "category_right": 39, "urgency_right": 38, "truly_urgent": 11, "urgent_found": 10, "false_alarms": 1,
    }  # fmt: skip
    report = outputs["report"]
    assert "| Category | 39 of 40 (98 %) |\n| Urgency | 38 of 40 (95 %) |\n| Urgent tickets found | 10 of 11 (91 %) |" in report
    assert "Calling every ticket normal would be right about the urgency of 29 of them." in report
    assert "| general | 7 | 1 |" in section(report, "By category")
    assert [line.split("|")[1].strip() for line in section(report, "Where the model was wrong").splitlines()[3:] if line] == [
        *WRONG
    ]
    assert "| T-003 | Owen Trask | Hub keeps going offline | technical | a \\| b | approved |" in section(
        report, "Urgent tickets"
    )
    assert section(report, "All tickets").count("| T-") == 40
    assert section(report, "Approved replies").count("### T-") == 11
    tables = [line for line in report.splitlines() if line.startswith("| T-")]
    assert {line.replace("\\|", "").count("|") for line in tables} <= {5, 6, 7}


def test_another_ticket_gives_another_result(weft: Weft, copy: Path) -> None:
    before = run(weft, copy, {})["outputs"]
    file = copy / "tickets.csv"
    text = file.read_text(encoding="utf-8")
    text = text.replace("Does it work on 110 V?", "Is it | 110 V?")
    file.write_text(text.replace("the flat kind?,general,normal", "the flat kind?,technical,high"), encoding="utf-8")
    after = run(weft, copy, {"T-007": {"category": "general", "hurry": "none"}})["outputs"]
    assert before["agreement"]["urgency_right"] == 40
    assert after["agreement"] == {
        "tickets": 40, "category_right": 39, "urgency_right": 39, "truly_urgent": 12, "urgent_found": 11, "false_alarms": 0,
    }  # fmt: skip
    assert after["counts"] == before["counts"], "the model says the same as before"
    assert "| T-007 | Is it \\| 110 V? | general, normal | technical, high |" in after["report"]
    assert "Nowhere." in before["report"]


def test_what_was_rejected_stands_in_the_report(weft: Weft, copy: Path) -> None:
    rest = run(weft, copy, {}, approve="no")
    report = rest["outputs"]["report"]
    assert "Replies approved: 0." in report
    assert "not approved" in section(report, "Urgent tickets")
    assert "## Approved replies" not in report
    steps = weft("runs", "show", rest["run"], "--json").json(SHOWN)["steps"]
    assert next(step["status"] for step in steps if step["key"] == "notify") == "skipped"


def test_nothing_urgent_asks_nobody(weft: Weft, copy: Path) -> None:
    calm = {row["id"]: {"hurry": "none"} for row in tickets(copy)}
    report = run(weft, copy, calm, approve="ask")["outputs"]["report"]
    assert section(report, "Urgent tickets").strip() == "None."
