"""The look: colours by role, sizes and fonts, from `resources/themes/tokens.toml`. Nothing else names a colour."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from typing import Any, Literal

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase

from resources.files import path, text

ThemeName = Literal["dark", "light"]

REGULAR, MEDIUM, SEMIBOLD = 400, 500, 600


class Theme:
    """One theme over the shared sizes; `high` replaces roles by those of high contrast.

    Roles are written `group.name`, such as `surface.panel` or `state.running`. Sizes are pixels at 100 %, in `space`, `radius`,
    `line`, `size` (type sizes), `metric` (parts of the window and of nodes); `alpha` says how much of a colour a tint takes.
    """

    def __init__(self, name: ThemeName, *, high: bool = False) -> None:
        tokens = _tokens()
        self.name, self.high, self.dark = name, high, name == "dark"
        layers = [tokens[name], *([tokens[f"high_{name}"]] if high else [])]
        self._roles: dict[str, str] = {
            f"{group}.{role}": value for layer in layers for group, roles in layer.items() for role, value in roles.items()
        }
        self.space: dict[str, int] = tokens["space"]
        self.radius: dict[str, int] = tokens["radius"]
        self.line: dict[str, float] = tokens["line_width"]
        self.size: dict[str, Any] = tokens["type"]
        self.metric: dict[str, int] = tokens["metric"]
        self.alpha: dict[str, float] = {**tokens["alpha"], **({"header": 0.0, "dim": 1.0} if high else {})}
        self._colors: dict[tuple[str, float], QColor] = {}

    def __contains__(self, role: str) -> bool:
        return role in self._roles

    def color(self, role: str, alpha: float = 1.0) -> QColor:
        """Return the colour of a role, or its tint. Raises KeyError for a role that there is not."""
        known = self._colors.get((role, alpha))
        if known is None:
            known = QColor(self._roles[role])
            known.setAlphaF(alpha)
            self._colors[role, alpha] = known
        return QColor(known)

    def ink(self, role: str) -> str:
        """Return the role to write words in: the same hue, dark enough for text where the theme makes a difference."""
        group, _, name = role.partition(".")
        worded = f"{group}_text.{name}"
        return worded if worded in self._roles else role

    def mix(self, over: str, under: str, amount: float) -> QColor:
        """Return an opaque blend of two roles, for what the dotted ground must not shine through."""
        top, ground = self.color(over), self.color(under)
        pairs = ((top.redF(), ground.redF()), (top.greenF(), ground.greenF()), (top.blueF(), ground.blueF()))
        return QColor.fromRgbF(*(b + (a - b) * amount for a, b in pairs))

    def css(self, role: str, alpha: float = 1.0) -> str:
        """Return a colour as a style sheet writes it."""
        color = self.color(role, alpha)
        return color.name() if alpha >= 1 else f"rgba({color.red()},{color.green()},{color.blue()},{alpha:.3f})"


class Appearance(QObject):
    """Holds the theme in use, and whether things may move by themselves, and tells of changes; `appearance` is the only one."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._theme: Theme | None = None
        self.motion = True

    @property
    def theme(self) -> Theme:
        """The theme in use."""
        if self._theme is None:
            self._theme = Theme("dark")
        return self._theme

    def use(self, theme: Theme) -> None:
        """Show everything in this theme from now on."""
        self._theme = theme
        self.changed.emit()

    def use_motion(self, motion: bool) -> None:
        """Let things move by themselves, or let all stand still."""
        if motion != self.motion:
            self.motion = motion
            self.changed.emit()


appearance = Appearance()


def theme() -> Theme:
    """Return the theme in use."""
    return appearance.theme


def load_fonts() -> None:
    """Make the fonts that come with the program known to Qt; they cover Korean."""
    for file in sorted(path("fonts").glob("*.ttf")):
        QFontDatabase.addApplicationFont(str(file))


@lru_cache(maxsize=256)
def font(size: float = 13, weight: int = REGULAR, *, mono: bool = False) -> QFont:
    """Return the face of the interface or of code in pixels. Figures have one width, so that times do not jump.

    Callers do not change it. Without hinting shapes stay true at any scale.
    """
    result = QFont()
    if mono:
        result.setFamilies(["JetBrains Mono", "Pretendard"])
        result.setStyleHint(QFont.StyleHint.Monospace)
        result.setFeature(QFont.Tag("calt"), 0)
    else:
        result.setFamilies(["Pretendard"])
        result.setFeature(QFont.Tag("tnum"), 1)
    if float(size).is_integer():
        result.setPixelSize(int(size))
    else:
        result.setPointSizeF(size * 0.75)
    result.setWeight(QFont.Weight(weight))
    result.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return result


@lru_cache(maxsize=1)
def _tokens() -> dict[str, Any]:
    return tomllib.loads(text("themes", "tokens.toml"))
