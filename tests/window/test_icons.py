"""Icons follow the theme, are sharp on every screen, and are paler where they cannot be used."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QApplication

from widgets.icons import icon
from widgets.stylesheet import dress
from widgets.theme import Theme, theme


def strongest(picture: QPixmap) -> str:
    image = picture.toImage()
    points = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return max(points, key=lambda color: color.alpha()).name()


def test_icon_changes_with_the_theme(qapp: QApplication) -> None:
    shown = icon("square", "state.failed")
    dark = strongest(shown.pixmap(16))
    assert dark == theme().color("state.failed").name()
    try:
        dress(qapp, Theme("light"))
        assert strongest(shown.pixmap(16)) == theme().color("state.failed").name() != dark
    finally:
        dress(qapp, Theme("dark"))


def test_disabled_icon_is_paler() -> None:
    faint = strongest(icon("square").pixmap(QSize(16, 16), QIcon.Mode.Disabled))
    assert faint == theme().color("text.disabled").name()


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_icon_has_the_pixels_of_the_screen(ratio: float) -> None:
    picture = icon("play").pixmap(QSize(16, 16), ratio)
    assert (picture.width(), picture.devicePixelRatio()) == (round(16 * ratio), ratio)
