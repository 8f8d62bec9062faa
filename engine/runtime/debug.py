"""Where a run pauses for who debugs it. Known only while the run is under way: what is resumed pauses nowhere."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

Go = Literal["", "continue", "step"]


@dataclass(slots=True, eq=False)
class Debugger:
    """Pauses before the steps that have a breakpoint, and before every step while stepping; each once."""

    breakpoints: frozenset[str] = frozenset()
    stepping: bool = False
    _paused: dict[str, asyncio.Future[None]] = field(default_factory=dict)
    _passed: set[str] = field(default_factory=set)

    def stops_at(self, address: str) -> bool:
        """Tell whether the run is to pause before this step."""
        return (self.stepping or address in self.breakpoints) and address not in self._passed

    async def pause(self, address: str) -> None:
        """Wait until somebody lets the step go on. Other steps go on meanwhile."""
        future = self._paused[address] = asyncio.get_running_loop().create_future()
        try:
            await future
            self._passed.add(address)
        finally:
            del self._paused[address]

    def change(self, breakpoints: Iterable[str] | None, go: Go) -> None:
        """Pause elsewhere when `breakpoints` are given, and go on: to the next breakpoint, or with what paused first."""
        if breakpoints is not None:
            self.breakpoints = frozenset(breakpoints)
        if go:
            self.stepping = go == "step"
            self.release(1 if self.stepping else None)

    def release(self, count: int | None = None) -> None:
        """Let steps go on, those first that paused first; without `count` all of them."""
        for future in [future for future in self._paused.values() if not future.done()][:count]:
            future.set_result(None)
