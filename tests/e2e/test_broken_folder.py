"""What is wrong with the data folder itself: told in a sentence, or mended where nothing is lost by it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.helpers.weft_command import FAILED, REFUSED, REST, Weft, node, result, text


def hello(weft: Weft) -> Path:
    return weft.write("hello.weft", node("end", "flow.output", value="hi"))


@pytest.mark.parametrize("place", [0, 4096])
def test_damaged_records_of_langgraph_are_begun_anew(weft: Weft, place: int) -> None:
    path = hello(weft)
    assert weft("run", path, "--json").code == 0
    with (weft.data / "checkpoints.db").open("r+b") as file:
        file.seek(place)
        file.write(b"\xde\xad" * 200)
    done = weft("run", path, "--json")
    assert (done.code, done.json(REST)["outputs"]) == (0, {"result": "hi"})


def test_a_data_folder_that_is_a_file(weft: Weft) -> None:
    path = hello(weft)
    weft.data.write_text("no folder")
    for command in (("run", path), ("resume", "1m7w00000000000a")):
        done = weft(*command, "--json")
        assert (done.code, done.json(REFUSED)["error"]["code"]) == (1, "data.no-folder")
        assert "WEFT_DATA" in done.json()["error"]["remedy"]
    for line in ("runs list", "data check", "secrets list", "validate hello.weft", "data backup x.zip", "runs cancel x"):
        assert weft(*line.split(), "--json").json(FAILED)["error"]["code"] == "data.no-folder", line
    assert weft.data.read_text() == "no folder"


def lose(path: Path, how: str) -> None:
    """Lose a database with what lies beside it."""
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)
    if how != "missing":
        path.touch()
    if how == "empty beside its log":
        path.with_name(f"{path.name}-wal").write_bytes(b"frames" * 1000)


@pytest.mark.parametrize("how", ["missing", "empty", "empty beside its log"])
def test_a_lost_journal_is_told_once(weft: Weft, how: str) -> None:
    path = hello(weft)
    lost = weft("run", path, "--json").json()["run"]
    lose(weft.data / "journal.db", how)

    checked = weft("data", "check", "--json")
    (issue,) = checked.items({})
    assert (checked.code, issue["code"]) == (1, "data.journal-lost")
    assert how.partition(" ")[0] in issue["text"]
    listed = weft("runs", "list", "--json")
    assert (listed.code, listed.items({})) == (0, [])
    done = weft("run", path, "--json")
    assert (done.code, done.json(REST)["outputs"]) == (0, {"result": "hi"}), "work goes on"
    for told in (listed.err, done.err):
        assert "All runs are gone" in told
        assert "weft data restore FILE" in told

    again = weft("run", path, "--json")
    assert "gone" not in again.err + weft("runs", "list").err
    assert weft("data", "check").code == 0
    assert weft("runs", "show", lost, "--json").code == 2


def test_a_journal_that_never_was_is_no_loss(weft: Weft) -> None:
    path = weft.write("asks.weft", result("{{ inputs.who }}"), inputs={"who": {"type": "text", "required": True}})
    for _ in range(2):
        refused = weft("run", path, "--json")
        assert (refused.code, "gone" in refused.err) == (2, False), refused
    assert weft("data", "check").code == 0


def test_a_lost_library_is_told(weft: Weft) -> None:
    path = hello(weft)
    assert weft("run", path).code == 0
    lose(weft.data / "weft.db", "missing")
    assert [issue["code"] for issue in weft("data", "check", "--json").items({})] == ["data.library-lost"]
    done = weft("run", path)
    assert (done.code, "stored workflows" in done.err) == (0, True)
    assert "gone" not in weft("run", path).err


def test_lost_values_are_told(weft: Weft) -> None:
    path = weft.write("large.weft", text("much", "{{ 'x' * 90000 }}"), result("{{ nodes.much.output }}"), edges="much > end")
    assert weft("run", path, "--json").code == 0
    shutil.rmtree(weft.data / "blobs")
    assert "blob.missing" in {issue["code"] for issue in weft("data", "check", "--json").items({})}
    done = weft("run", hello(weft))
    assert (done.code, "large values of runs are gone" in done.err) == (0, True), done
    assert "gone" not in weft("run", hello(weft)).err


def test_lost_records_of_langgraph_are_no_loss(weft: Weft) -> None:
    path = hello(weft)
    assert weft("run", path).code == 0
    lose(weft.data / "checkpoints.db", "missing")
    done = weft("run", path)
    assert (done.code, "gone" in done.err) == (0, False)
