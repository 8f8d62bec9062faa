"""A virtual screen, a hand and eyes: what a program shows is told with its place, and clicks and keys arrive there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from desktop_app.screen.display import has_display
from desktop_app.screen.driver import Driver
from desktop_app.screen.virtual import VirtualScreen
from engine.model.issues import WeftError
from tests.helpers.checkout import ROOT

pytestmark = pytest.mark.skipif(
    not (shutil.which("Xvfb") and shutil.which("xdotool")),
    reason="Xvfb and xdotool are not here; `make test` tells how to get them",
)

PROGRAM = """
import socket, sys
from PySide6.QtWidgets import *
from desktop_app.screen.seen import Report

app = QApplication([])
window = QMainWindow()
window.setGeometry(40, 30, 400, 300)
body, column = QWidget(), QVBoxLayout()
body.setLayout(column)
field, button, rows, menu = QLineEdit(), QPushButton("&Go"), QListWidget(), QMenu("More")
field.setAccessibleName("Name")
for text in ("one", "two"):
    rows.addItem(text)
for widget in (field, button, rows):
    column.addWidget(widget)
menu.addAction("End", app.quit)
menu.addAction("Never").setEnabled(False)
window.setCentralWidget(body)
button.clicked.connect(lambda: window.setWindowTitle(field.text() + "/" + rows.currentItem().text()))
rows.itemDoubleClicked.connect(lambda _: menu.popup(rows.mapToGlobal(rows.rect().center())))
window.show()
report = Report(socket.socket(fileno=int(sys.argv[1])))
sys.exit(app.exec())
"""


@pytest.fixture
def screen() -> Iterator[VirtualScreen]:
    with VirtualScreen((640, 480)) as started:
        yield started


def test_program_is_driven_by_mouse_and_keys(screen: VirtualScreen, tmp_path: Path) -> None:
    with Driver(screen, tmp_path / "log.txt", program=("-c", PROGRAM), environment={"PYTHONPATH": str(ROOT)}) as driver:
        driver.click("Name")
        driver.hand.type("감사, Weft")
        driver.click("two", "row")
        driver.click("Go")
        driver.wait("감사, Weft/two", "QMainWindow")
        driver.picture(tmp_path / "seen.png")
        driver.hand.click(driver.wait("one", "row").middle, times=2)
        driver.wait("Never", "entry", enabled=False)
        driver.click("End", "entry")
        assert driver.end() == 0
        assert driver.said() == ""
    picture = QImage(str(tmp_path / "seen.png"))
    assert (picture.width(), picture.height()) == (640, 480)
    assert picture.pixelColor(10, 10) != picture.pixelColor(50, 300)


def test_what_is_not_there_is_told_with_what_is(screen: VirtualScreen, tmp_path: Path) -> None:
    with Driver(screen, tmp_path / "log.txt", program=("-c", PROGRAM), environment={"PYTHONPATH": str(ROOT)}) as driver:
        driver.wait("Go")
        with pytest.raises(WeftError, match="'Stop'") as found:
            driver.wait("Stop", patience=0.1)
        assert "row 'one'" in found.value.issue.remedy


def test_program_that_ended_is_told(screen: VirtualScreen, tmp_path: Path) -> None:
    with (
        Driver(screen, tmp_path / "log.txt", program=("-c", "raise SystemExit('no luck')")) as driver,
        pytest.raises(WeftError, match="no luck"),
    ):
        driver.wait("Go")


def test_display_is_for_this_user_alone(screen: VirtualScreen, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    assert not has_display(), "none is named"
    code = "from desktop_app.screen.display import has_display; raise SystemExit(not has_display())"
    for cookie, known in ((screen.environment["XAUTHORITY"], True), (str(tmp_path / "none"), False)):
        env = {**screen.environment, "XAUTHORITY": cookie}
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, check=False)
        assert (done.returncode == 0) is known
    monkeypatch.setenv("DISPLAY", ":987")
    assert not has_display(), "the one that is named is not there"
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-987")
    assert not has_display()


def test_two_screens_are_two(screen: VirtualScreen) -> None:
    with VirtualScreen() as other:
        assert other.environment["DISPLAY"] != screen.environment["DISPLAY"]
        folder = Path(other.environment["XAUTHORITY"]).parent
        assert folder.stat().st_mode & 0o077 == 0
    assert not folder.exists()


def test_missing_server_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.devnull)
    with pytest.raises(WeftError, match="needs Xvfb"), VirtualScreen():
        pass
