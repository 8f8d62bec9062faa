"""Whether the loop goes on while something else is done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass


@dataclass
class Heart:
    """How often the loop came round."""

    count: int = 0

    async def beat(self) -> None:
        while True:
            await asyncio.sleep(0.001)
            self.count += 1


@asynccontextmanager
async def beats_during() -> AsyncIterator[Heart]:
    """Count the turns of the loop, a millisecond apart, while the block runs."""
    heart = Heart()
    task = asyncio.create_task(heart.beat())
    await asyncio.sleep(0)
    try:
        yield heart
    finally:
        task.cancel()
        await asyncio.wait([task])
