"""Pictures of the program as small files: 256 colours, chosen by median cut, so that text and tints stay as they are."""

from __future__ import annotations

from array import array
from collections import Counter
from pathlib import Path

from PySide6.QtGui import QImage

COLOURS = 256
Weighted = list[tuple[tuple[int, int, int], int]]


def shrink(path: Path) -> None:
    """Write a picture anew, with few colours."""
    image = QImage(str(path)).convertToFormat(QImage.Format.Format_RGB32)
    pixels = array("I", bytes(image.constBits()))
    boxes = _boxes([(_split(pixel), count) for pixel, count in Counter(pixels).items()])
    table: dict[int, int] = {}
    colours = []
    for number, box in enumerate(boxes):
        colours.append(_join(_mean(box)))
        table |= {_join(colour): number for colour, _ in box}
    indexes = bytes(map(table.__getitem__, pixels))
    small = QImage(indexes, image.width(), image.height(), image.width(), QImage.Format.Format_Indexed8)
    small.setColorTable(colours)
    small.save(str(path), "PNG", 0)  # type: ignore[call-overload]


def _boxes(colours: Weighted) -> list[Weighted]:
    """Split the colours at the middle of the widest side of the box that matters most, until there are enough boxes."""
    boxes = [colours]
    while len(boxes) < COLOURS:
        box = max(boxes, key=_weight)
        if len(box) < 2:
            break
        boxes.remove(box)
        side = max(range(3), key=lambda channel: _spread(box, channel))
        ordered = sorted(box, key=lambda entry: entry[0][side])
        middle = (ordered[0][0][side] + ordered[-1][0][side]) / 2
        cut = next((place for place, entry in enumerate(ordered) if entry[0][side] > middle), len(ordered) // 2)
        boxes += [ordered[:cut], ordered[cut:]]
    return boxes


def _weight(box: Weighted) -> float:
    if len(box) < 2:
        return 0.0
    widest = max(_spread(box, channel) for channel in range(3))
    return float(widest * sum(count for _, count in box) ** 0.35)


def _spread(box: Weighted, channel: int) -> int:
    values = [colour[channel] for colour, _ in box]
    return max(values) - min(values)


def _mean(box: Weighted) -> tuple[int, int, int]:
    """Return the colour that most pixels of a box have, so that grounds are exact."""
    return max(box, key=lambda entry: entry[1])[0]


def _split(pixel: int) -> tuple[int, int, int]:
    return pixel >> 16 & 255, pixel >> 8 & 255, pixel & 255


def _join(colour: tuple[int, int, int]) -> int:
    red, green, blue = colour
    return 0xFF000000 | red << 16 | green << 8 | blue
