"""The owner of a data folder whose engine ends by itself."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from desktop_app.workbench import Workbench
from engine.api.redact import Redactor
from engine.model.issues import WeftError
from engine.model.values import JsonObject
from engine.server.protocol import Emit
from storage.lock import OwnerLock
from storage.paths import DataFolder


class Played(Workbench):
    """An owner with two requests and nothing that would have to be closed."""

    async def _open(self, folder: DataFolder, redactor: Redactor) -> None:
        desk: Any = self._answer
        self._desk = desk

    async def _answer(self, do: str, given: JsonObject, emit: Emit) -> JsonObject:
        if do == "break":
            raise KeyboardInterrupt
        await asyncio.sleep(60)
        return {}


@pytest.mark.expect_log("ERROR engine.runtime.host: engine: the engine's loop ended")
def test_all_calls_fail_and_the_data_folder_is_free(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    folder.create()
    lock = OwnerLock(folder)
    assert lock.acquire("weft")
    owner = Played(folder, lock, lambda _: None)
    before = owner.call("wait")
    for call in (owner.call("break"), before, owner.call("wait")):
        with pytest.raises(WeftError) as caught:
            call.result(10)
        assert caught.value.issue.code == "engine.stopped"
    with pytest.raises(WeftError, match="not running"):
        owner.call("wait").result(10)
    owner.close()
    following = OwnerLock(folder)
    assert following.acquire("weft")
    following.release()
