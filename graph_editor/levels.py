"""How much is drawn at which zoom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Detail = Literal["full", "titles", "blocks"]

PREVIEW, TEXT, BLOCK = 0.70, 0.60, 0.35
"""Zooms from which nodes have all their words, from which notes and the shape of a body, and from which titles; else blocks."""
LEAST, MOST = 0.05, 4.0
"""Limits of the zoom."""


@dataclass(frozen=True, slots=True)
class Level:
    """The detail of a zoom. `zoom` is the size of a scene unit on the screen."""

    zoom: float
    detail: Detail

    @property
    def px(self) -> float:
        """A pixel of the screen in scene units."""
        return 1 / self.zoom


def level_of(zoom: float) -> Level:
    """Return what is drawn at a zoom."""
    if zoom >= PREVIEW:
        return Level(zoom, "full")
    return Level(zoom, "titles" if zoom >= BLOCK else "blocks")


FULL = Level(1.0, "full")
