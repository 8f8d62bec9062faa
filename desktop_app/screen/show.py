"""A workflow on a virtual screen: the window is opened on it, Run and Approve are clicked, and the result is printed.

`python -m desktop_app.screen.show FILE` does what `make run` does where there is no screen.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from desktop_app import exits
from desktop_app.output import Output
from desktop_app.screen.driver import Driver
from desktop_app.screen.virtual import VirtualScreen
from desktop_app.signals import Ending, Interrupted, hold
from engine.model.issues import WeftError
from engine.model.values import JsonObject
from resources import language
from resources.language import tr
from storage.paths import DataFolder

LOOK_S = 0.3
PATIENCE_S = 30.0
PREFERENCES, LANGUAGE = "window.json", "look.language"
RESTS = ("succeeded", "failed", "cancelled", "stopped")


class Show:
    """Shows one run of the workflow that the driver's window has open. `out` is told how it goes."""

    def __init__(self, driver: Driver, folder: DataFolder, out: Output) -> None:
        self._driver, self._folder, self._out = driver, folder, out
        self._before = self._newest()
        self._states: dict[str, str] = {}

    def run(self) -> JsonObject:
        """Click Run, and Approve as often as it is asked, and return the result as commands give it.

        Raises:
            WeftError: the window has ended, or does not show what has to be clicked.
        """
        from desktop_app.services import Archive
        from desktop_app.session import result_of

        self._click(tr("Run"), "ActionButton")
        begun = time.monotonic()
        while (run := self._newest()) == self._before or run[1] not in RESTS:
            if run == self._before and time.monotonic() > begun + PATIENCE_S:
                self._driver.wait(tr("Cancel"), patience=0.0)  # it tells what is seen instead
            self._look()
            time.sleep(LOOK_S)
        time.sleep(LOOK_S)  # the journal knows before the window shows it
        self._look()
        archive = Archive(self._folder)
        try:
            return result_of(archive.history(run[0]).events(ended=True)[-1].as_json(), {})
        finally:
            archive.close()

    def _look(self) -> None:
        """Tell what has changed, and answer what is asked."""
        things = self._driver.eyes.look()
        for thing in things:
            if thing.kind == "node" and self._states.get(thing.words, "idle") != thing.state:
                self._states[thing.words] = thing.state
                self._out.note(f"  {thing.words}: {thing.state}")
        if any((thing.words, thing.kind, thing.enabled) == (tr("Approve"), "Button", True) for thing in things):
            self._click(tr("Approve"), "Button")

    def _click(self, words: str, kind: str) -> None:
        self._driver.click(words, kind, PATIENCE_S)
        self._out.note(f"Clicked {words}.")

    def _newest(self) -> tuple[str, str]:
        """Return id and status of the newest run."""
        from desktop_app.services import Archive

        archive = Archive(self._folder)
        try:
            return next(((run.id, run.status) for run in archive.runs.runs(limit=1)), ("", ""))
        finally:
            archive.close()


def main(file: str) -> int:
    """Show a workflow, print its result and where the picture is, and return the exit code."""
    folder, out = DataFolder.default(), Output()

    def stop(_number: int) -> None:
        raise Interrupted

    try:
        with Ending(stop, lambda: None, lambda: exits.CANCELLED):
            return _show(Path(file), folder, out)
    except WeftError as error:
        out.error(error)
        return exits.of_error(error)
    except Interrupted:
        out.error(exits.interrupted())
        return exits.CANCELLED


def _show(file: Path, folder: DataFolder, out: Output) -> int:
    from desktop_app.commands.run import show_rest

    _speak(folder)
    folder.logs.mkdir(parents=True, exist_ok=True)
    picture = folder.root / "picture.png"
    with VirtualScreen() as screen, Driver(screen, folder.logs / "screen.log", [str(file)]) as driver:
        rest = Show(driver, folder, out).run()
        driver.picture(picture)
        driver.come_forward()
        driver.hand.keys("ctrl+q")
        driver.end()
    show_rest(out, rest, folder.runs / str(rest["run"]))
    out.screen.print(f"picture: {picture}", markup=False, highlight=False, soft_wrap=True)
    return exits.OF_STATUS[str(rest["status"])]


def _speak(folder: DataFolder) -> None:
    """Speak as the window will: what is clicked is found by its words."""
    from desktop_app.window.preferences import PreferencesFile

    chosen = PreferencesFile(folder.root / PREFERENCES).get(LANGUAGE)
    language.use(str(chosen) if chosen in language.LANGUAGES else language.of_system())


if __name__ == "__main__":
    hold()
    sys.exit(main(*sys.argv[1:]))
