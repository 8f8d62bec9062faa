"""Work that a cancelled task brings to its end, because what it is about has happened already."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class Unbroken:
    """What one task does although it is cancelled meanwhile. `cancelled` tells that it was; `leave` obeys afterwards."""

    cancelled: bool = False

    async def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what the work gives, however often the caller is cancelled. It has to end soon."""
        task = asyncio.create_task(work)
        while not task.done():
            try:
                await asyncio.wait([task])
            except asyncio.CancelledError:
                self.cancelled = True
        return task.result()

    def leave(self) -> None:
        """Raise the CancelledError that was held back, if any."""
        if self.cancelled:
            raise asyncio.CancelledError
