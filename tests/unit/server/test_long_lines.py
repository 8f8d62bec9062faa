"""Events with tens of megabytes: told whole and in order, and nobody else waits while they are written."""

from __future__ import annotations

from typing import Any

import pytest

from engine.api.events import StepFinished
from engine.model.values import Json, JsonObject
from engine.server.protocol import Emit, decode, encode
from engine.server.server import OwnerServer
from tests.helpers.beats import beats_during
from tests.unit.server.test_server import Raw

ROWS: list[Json] = [{"id": number, "name": f"Customer {number}", "tags": ["a", 1.5]} for number in range(60_000)]


async def tells(_do: str, _given: JsonObject, emit: Emit) -> JsonObject:
    emit(1, StepFinished(run="r", address="a", status="succeeded", ports={"out": ROWS}, seconds=0.0).as_json())
    emit(2, {"event": "short"})
    return {"done": True}


async def test_a_long_event() -> None:
    server = OwnerServer(tells)
    await server.open()
    raw = await Raw.to(server)
    async with beats_during() as heart:
        await raw.send(encode({"id": 2, "do": "rows", "with": {}}))
        got = b""
        while got.count(b"\n") < 3:
            got += await raw.reader.read(1 << 20)
    first, second, result = map(decode, got.splitlines())
    event = first["event"]
    assert isinstance(event, dict)
    assert event["ports"] == {"out": ROWS}
    assert (second["number"], result["result"]) == (2, {"done": True})
    assert heart.count > 10
    raw.writer.close()
    await server.close()


@pytest.mark.expect_log("ERROR engine.server.outbox: a line for a client could not be written")
async def test_a_long_event_that_cannot_be_written_ends_the_connection() -> None:
    odd: Any = {"event": "odd", "text": "x" * (2 << 20), "value": object()}

    async def tells_odd(_do: str, _given: JsonObject, emit: Emit) -> JsonObject:
        emit(1, odd)
        return {"done": True}

    server = OwnerServer(tells_odd)
    await server.open()
    raw = await Raw.to(server)
    await raw.send(encode({"id": 2, "do": "odd", "with": {}}))
    last = await raw.message()
    assert (last["id"], last["error"]["code"]) == (None, "owner.internal")
    await raw.ended()
    await server.close()
