"""`weft open`: one window for each data folder. A later program brings its files to the one that is there, and ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app import exits
from desktop_app.no_features import look_for_no_features
from desktop_app.screen.display import has_display
from desktop_app.signals import Interrupted, let_go
from engine.model.issues import WeftError, failure, phrase
from resources.files import path as resource
from storage.paths import DataFolder

if TYPE_CHECKING:
    from desktop_app.single import FirstWindow
    from desktop_app.window.frame import Frame
    from desktop_app.window.look import Look
    from desktop_app.window.main import MainWindow

Watch = Callable[[], object]
TOLD = "window-socket.json"
"""There when a window is open, see `desktop_app.single`, whose libraries take as long to load as the window."""


def open_window(files: Sequence[Path], watch: Watch | None = None) -> int:
    """Open the window with these files, or with what was open last, and return the exit code when it was closed.

    `watch` is called when the window stands; what it returns lives as long as the window.
    """
    try:
        let_go()
        if not has_display():
            text = phrase("There is no screen here to open a window on.")
            raise failure("screen.none", text, "Use `weft run FILE`, see `weft --help`; or come back with `ssh -X`.")
        if _is_open(files):
            return exits.DONE
        look_for_no_features()
        from desktop_app import app

        return app.run(lambda frame, look: Opened(frame, look, files, watch), example_in(files))
    except WeftError as error:
        from desktop_app.output import Output

        Output().error(error)
        return exits.of_error(error)
    except Interrupted:
        return exits.CANCELLED


def _is_open(files: Sequence[Path]) -> bool:
    """Bring the files to the window that is open already, if one is."""
    folder = DataFolder.default()
    if not (folder.root / TOLD).exists():
        return False
    from desktop_app.single import hand_over

    return hand_over(folder, files)


def example_in(files: Sequence[Path]) -> str | None:
    """Return the id of the example that is opened, if it is one: its picture is there before it is read."""
    folder = resource("examples").resolve()
    last = files[-1].resolve() if files else folder
    return last.parent.name if last.parent.parent == folder else None


class Opened:
    """A workspace that later programs bring their files to; see `desktop_app.app.Composed`."""

    def __init__(self, frame: Frame, look: Look, files: Sequence[Path], watch: Watch | None = None) -> None:
        from desktop_app.window.workspace import Workspace

        self._frame, self._files, self._watch = frame, files, watch
        self._space = Workspace(frame, look, files)
        self._first: FirstWindow | None = None
        self._watched: object = None

    @property
    def window(self) -> MainWindow:
        """The window."""
        return self._space.window

    @property
    def wants_restart(self) -> bool:
        """Whether the program is to start again when it has ended."""
        return self._space.restart.wanted

    def begin(self) -> None:
        """Be the window of the data folder, and bring the engine; when another one has become it just now, go."""
        from desktop_app.single import claim

        try:
            self._first = claim(self._space.folder, self._files)
        except WeftError as error:
            self.window.toasts.show_toast(error.issue.told, "error")
        else:
            if self._first is None:
                self._frame.close()
                return
            self._first.asked.connect(self._on_asked)
        self._space.begin()
        if self._watch is not None:
            self._watched = self._watch()

    def end(self) -> None:
        """Let go of everything."""
        if self._first is not None:
            self._first.close()
        self._space.end()

    def _on_asked(self, files: list[Path]) -> None:
        """Show what another program brought, or only come forward."""
        for file in files:
            self._space.documents.open(file)
        frame = self._frame
        if frame.isMinimized():
            frame.showNormal()
        frame.raise_()
        frame.activateWindow()
