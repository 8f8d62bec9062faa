"""How a model is, as the last cell of its row says it: to be had, on its way, stopped, or here."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop_app.window.settings import amounts
from desktop_app.window.settings.local_models import Getting, LocalModel
from resources.language import tr
from widgets.boxes import column, fill, words
from widgets.elided import Elided
from widgets.glyph import Button, Glyph, IconButton
from widgets.meter import Meter


class Here(QWidget):
    """A model that is here: whether it is loaded, or the one that nodes take when they name none."""

    def __init__(self, model: LocalModel, *, is_default: bool) -> None:
        super().__init__()
        said = tr("Used by default") if is_default else tr("Loaded") if model.running else tr("Ready")
        if is_default and model.running:
            said = tr("Used by default, loaded")
        icon = "circle-play" if model.running else "circle-check"
        label = words(said, "ok")
        fill(QHBoxLayout(self), [Glyph(icon, "state.ok", 14), label, None], gap=6)


class Obtainable(QWidget):
    """A model that can be had, or of which a part is here."""

    def __init__(self, model: LocalModel, get: Callable[[], object]) -> None:
        super().__init__()
        self.button = Button(tr("Resume"), "play") if model.kept else Button(tr("Get"), "download")
        self.button.setAccessibleName(tr("Get {model}", model=model.title))
        self.button.clicked.connect(get)
        if model.kept:
            share = model.kept / model.bytes if model.bytes else 0.0
            stopped = Elided(tr("Stopped at {share}", share=f"{share:.0%}"), "warning")
            kept = Elided(tr("{size} kept", size=amounts.size(model.kept)), "hint")
            told = _told(stopped, Meter(model.title, "state.waiting", share), kept)
            fill(QHBoxLayout(self), [told, self.button], gap=10)
        else:
            fill(QHBoxLayout(self), [self.button, None], gap=8)


class TooBig(QWidget):
    """A model that this machine has no memory for."""

    def __init__(self, model: LocalModel, memory: int) -> None:
        super().__init__()
        short = amounts.size(model.memory - memory)
        fill(QHBoxLayout(self), [words(tr("Needs {size} more than this machine has", size=short), "hint", wrap=True)])


class OnItsWay(QWidget):
    """A model that is being got: how far, how quick, how long still, and a button that stops it."""

    def __init__(self, model: LocalModel, stop: Callable[[], object]) -> None:
        super().__init__()
        self._model = model
        self.done, self.rest = Elided("", "running"), Elided("", "hint")
        self.meter = Meter(model.title, "state.running")
        self.stop_button = IconButton("pause", tr("Stop; what came is kept"), 16, side=26, role="text.secondary")
        self.stop_button.clicked.connect(stop)
        told = _told(self.done, self.meter, self.rest)
        fill(QHBoxLayout(self), [told, self.stop_button], gap=8)

    def show_progress(self, getting: Getting | None) -> None:
        """Say how far it is; None when another program gets it."""
        stage = getting.stage if getting else "waiting"
        rest = ""
        if getting is not None and getting.stopping:
            said = tr("Stopping …")
        elif getting is None or stage in ("", "waiting"):
            said = tr("Another program gets it") if stage == "waiting" else tr("Looking for it …")
        elif stage == "verify":
            said = tr("Checking the file …")
        else:
            said = f"{getting.share:.0%} · {amounts.part_of(getting.done, getting.total)}"
            seconds = getting.seconds_left
            rest = f"{amounts.speed(getting.speed)} · {amounts.left(seconds)}" if seconds is not None else ""
        self.done.set_text(said)
        self.rest.set_text(rest)
        self.meter.show_share(getting.share if getting else 0.0)
        self.stop_button.setEnabled(not (getting and getting.stopping))


def _told(above: QWidget, meter: Meter, below: QWidget) -> QWidget:
    return column(None, above, meter, below, None, gap=3)
