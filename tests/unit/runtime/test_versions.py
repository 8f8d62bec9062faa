"""A run executes a version as it was stored, whatever becomes of the files that it refers to."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.runtime.runner import KEPT_PLANS
from tests.helpers.engine import graph_of, open_engine, task

TEXT = {"$ref": "text.md"}


async def test_a_run_goes_on_when_the_file_is_gone(tmp_path: Path) -> None:
    (tmp_path / "text.md").write_text("as it was")
    graph = graph_of(task("ask", kind="test.ask"), task("r", kind="test.result", value=TEXT), edges="ask > r")
    async with open_engine(tmp_path) as engine:
        run = await engine.start(graph)
        assert (await engine.runner.wait(run)).status == "waiting"
    (tmp_path / "text.md").unlink()
    async with open_engine(tmp_path) as engine:
        await engine.runner.answer(f"{run}:ask", "approved")
        result = await engine.resume(run)
    assert (result.status, result.outputs) == ("succeeded", {"result": "as it was"})


async def test_a_changed_file_is_another_version(tmp_path: Path) -> None:
    graph = graph_of(task("r", kind="test.result", value=TEXT))
    told = []
    async with open_engine(tmp_path) as engine:
        for text in ("old", "new"):
            (tmp_path / "text.md").write_text(text)
            told.append((await engine.run(graph)).outputs["result"])
    assert told == ["old", "new"]


async def test_few_versions_are_kept_ready(tmp_path: Path) -> None:
    async with open_engine(tmp_path) as engine:
        for value in range(KEPT_PLANS + 3):
            assert (await engine.run(graph_of(task("a", value=value)))).status == "succeeded"
        assert len(engine.runner._compiled) == KEPT_PLANS


@pytest.mark.parametrize(("value", "status"), [("text", "succeeded"), (3, "failed")])
async def test_accept_refers_to_a_schema_of_the_document(tmp_path: Path, value: object, status: str) -> None:
    (tmp_path / "schema.yaml").write_text("anyOf: [{$ref: '#/$defs/word'}]\n$defs: {word: {type: string}}\n")
    async with open_engine(tmp_path) as engine:
        for ref in ("#/schemas/Word", "schema.yaml"):
            checked = task("a", value=value, options={"accept": {"schema": {"$ref": ref}}})
            result = await engine.run(graph_of(checked, schemas={"Word": {"type": "string"}}))
            assert result.status == status
            assert result.error is None or result.error["code"] == "output.rejected"
