"""What is wrong with the data folder itself: told in a sentence, or mended where nothing is lost by it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.weft_command import REFUSED, REST, Weft, node


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
        assert (done.code, done.json(REFUSED)["error"]["code"]) == (1, "data.not-writable")
        assert "WEFT_DATA" in done.json()["error"]["remedy"]
    assert weft.data.read_text() == "no folder"
