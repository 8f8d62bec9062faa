"""A run as it goes, on stderr: a line for each step that is done, and on a terminal what is under way below them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from desktop_app.show.layout import say
from desktop_app.show.values import duration, one_line, went_on
from engine.model.issues import counted

if TYPE_CHECKING:
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

REFRESH_S = 0.1
SHOWN_AT_ONCE = 8
NAME_WIDTH = 18

SIGNS = {
    "succeeded": ("✓", "green"),
    "caught": ("✓", "yellow"),
    "failed": ("✗", "red"),
    "skipped": ("–", "dim"),
    "cached": ("=", "dim"),
    "asks": ("?", "yellow"),
}
PLAIN_SIGNS = {"succeeded": "+", "caught": "+", "failed": "x", "skipped": "-", "cached": "=", "asks": "?"}
SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"


@dataclass(slots=True)
class _Running:
    """A step under way."""

    begun: float
    attempt: int = 1
    note: str = ""
    tail: str = ""
    asks: bool = False


@dataclass
class Progress:
    """Takes a run's events as plain data. `live` shows what is under way; only one such display may be open at a time."""

    console: Console
    live: bool = False
    _running: dict[str, _Running] = field(default_factory=dict)
    _done: set[tuple[str, str]] = field(default_factory=set)
    _width: int = NAME_WIDTH
    _view: Live | None = None
    _drawn: float = 0.0
    _named: bool = False

    def take(self, event: Mapping[str, Any]) -> None:
        """Show an event."""
        handler = getattr(self, f"_on_{event.get('event')}", None)
        if handler is not None:
            handler(event)
            self.draw()

    def draw(self, *, now: bool = False) -> None:
        """Bring what is under way up to date, as often as the eye can follow."""
        if not self.live or (not now and time.monotonic() - self._drawn < REFRESH_S):
            return
        self._drawn = time.monotonic()
        if self._named and not self._running:
            self.pause()
            return
        if self._view is None:
            from rich.live import Live

            self._view = Live(
                console=self.console, auto_refresh=False, transient=True, redirect_stdout=False, redirect_stderr=False
            )
            self._view.start()
        from rich.console import Group

        self._view.update(Group(*self._under_way()), refresh=True)

    def pause(self) -> None:
        """Take away what is under way, so that something else can be shown; `draw` brings it back."""
        if self._view is not None:
            self._view.stop()
            self._view = None

    # events

    def _on_run_started(self, event: Mapping[str, Any]) -> None:
        if self._named:
            return
        self._named = True
        done, steps = event.get("done", 0), event.get("steps", 0)
        before = f", {done} of {counted(steps, 'step')} done before" if done else ""
        say(self.console, _text((str(event.get("workflow")), "bold"), (f"  run {event.get('run')}{before}", "dim")))

    def _on_step_started(self, event: Mapping[str, Any]) -> None:
        self._running[event["address"]] = _Running(time.monotonic(), event.get("attempt", 1))

    def _on_step_progress(self, event: Mapping[str, Any]) -> None:
        if step := self._running.get(event["address"]):
            step.note = f"{event['fraction']:.0%} {event.get('text', '')}".rstrip()

    def _on_step_token(self, event: Mapping[str, Any]) -> None:
        if step := self._running.get(event["address"]):
            step.tail = (step.tail + event["text"])[-400:]

    def _on_step_log(self, event: Mapping[str, Any]) -> None:
        if event["level"] == "warning":
            self._line(" ", "", event["address"], ("warning", "yellow"), f"  {one_line(event['text'])}")
        elif step := self._running.get(event["address"]):
            step.tail = event["text"]

    def _on_step_failed(self, event: Mapping[str, Any]) -> None:
        pause = event.get("retry_in")
        if pause is not None:
            told = f"attempt {event['attempt']} failed, next in {duration(pause)}: {one_line(event['error'].get('text', ''))}"
            self._line(" ", "", event["address"], (told, "yellow"))

    def _on_step_finished(self, event: Mapping[str, Any]) -> None:
        address, status = event["address"], event["status"]
        self._running.pop(address, None)
        if (address, status) in self._done:
            return
        self._done.add((address, status))
        tokens = event.get("usage", {}).get("completion_tokens")
        more = f"  {counted(round(tokens), 'token')}" if isinstance(tokens, int | float) else ""
        told: tuple[str, str] = (duration(event["seconds"]), "")
        if caught := event.get("caught"):
            status, told = "caught", (went_on(caught, event["error"]), "yellow")
        elif status in ("skipped", "cached"):
            told = ("skipped" if status == "skipped" else "given", "dim")
        elif status == "failed":
            told = (one_line((event.get("error") or {}).get("text", "failed")), "red")
        self._line(*self._sign(status), address, told, (more, "dim"))

    def _on_approval_asked(self, event: Mapping[str, Any]) -> None:
        if step := self._running.get(event["address"]):
            step.asks = True

    def _on_approval_answered(self, event: Mapping[str, Any]) -> None:
        if step := self._running.get(event["address"]):
            step.asks = False
        status, by = event["status"], event.get("by")
        color = "green" if status == "approved" else "dim"
        self._line(*self._sign("asks"), event["address"], (status, color), (f" by {by}" if by else "", "dim"))

    def _on_run_finished(self, event: Mapping[str, Any]) -> None:
        self._running.clear()
        self.pause()

    # lines

    def _sign(self, status: str) -> tuple[str, str]:
        sign, style = SIGNS.get(status, (" ", ""))
        return (sign if self._is_utf8 else PLAIN_SIGNS.get(status, " ")), style

    @property
    def _is_utf8(self) -> bool:
        return self.console.encoding.lower().startswith("utf")

    def _name(self, address: str) -> str:
        from rich.cells import cell_len

        self._width = max(self._width, cell_len(address))
        return address + " " * (self._width - cell_len(address))

    def _line(self, sign: str, style: str, address: str, *parts: tuple[str, str] | str) -> None:
        begin = _text("  ", (sign, style), " ", self._name(address), "  ")
        room = begin.cell_len if begin.cell_len <= self.console.width // 2 else 6
        say(self.console, _text(*parts), indent=" " * room, begin=begin)

    def _under_way(self) -> Iterator[Text]:
        from rich.cells import cell_len

        sign = SPINNER[int(time.monotonic() / REFRESH_S) % len(SPINNER)] if self._is_utf8 else "*"
        if not self._named:
            yield _text((f"  {sign} starting", "dim"))
        for address, step in list(self._running.items())[:SHOWN_AT_ONCE]:
            if step.asks:
                yield _text("  ", self._sign("asks"), " ", self._name(address), "  waits for an answer")
                continue
            tries = f"  attempt {step.attempt}" if step.attempt > 1 else ""
            begin = f"  {sign} {self._name(address)}  {duration(time.monotonic() - step.begun)}{tries}  {step.note}"
            room = self.console.width - cell_len(begin) - 4
            tail = one_line(step.tail)
            while tail and cell_len(tail) > max(room, 0):
                tail = tail[max(1, (cell_len(tail) - room) // 2) :]
            yield _text(begin, ("  " + tail, "dim"))
        if len(self._running) > SHOWN_AT_ONCE:
            yield _text((f"    and {len(self._running) - SHOWN_AT_ONCE} more", "dim"))


def _text(*parts: str | tuple[str, str]) -> Text:
    from rich.text import Text

    return Text.assemble(*parts, overflow="ellipsis")
