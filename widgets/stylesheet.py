"""The application's palette and style sheet, made from the theme. Widgets choose a look by the property `kind`.

Kinds: of widgets `panel`, `window`, `field`, `canvas`, `card`, `overlay`, `row` (with the property `chosen`), of labels
`display`, `title`, `name`, `secondary`, `hint`, `caption`, `error`, `warning`, `mono`, of buttons `primary`, `quiet`, `danger`,
`link`, of fields `bare`, of frames `line`, `line-upright`. A field whose property `problem` is `error` or `warning` shows it.
After a property was changed, `restyle(widget)` shows it.
"""

from __future__ import annotations

import re

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QWidget

from resources.files import path, text
from widgets.theme import Theme, appearance, font

_COLORS = {
    QPalette.ColorRole.Window: "surface.panel",
    QPalette.ColorRole.Base: "surface.sunken",
    QPalette.ColorRole.AlternateBase: "surface.panel",
    QPalette.ColorRole.Button: "surface.raised",
    QPalette.ColorRole.Light: "surface.raised",
    QPalette.ColorRole.Mid: "line.default",
    QPalette.ColorRole.Dark: "line.strong",
    QPalette.ColorRole.WindowText: "text.primary",
    QPalette.ColorRole.Text: "text.primary",
    QPalette.ColorRole.ButtonText: "text.primary",
    QPalette.ColorRole.BrightText: "text.primary",
    QPalette.ColorRole.PlaceholderText: "text.tertiary",
    QPalette.ColorRole.ToolTipBase: "surface.overlay",
    QPalette.ColorRole.ToolTipText: "text.primary",
    QPalette.ColorRole.Highlight: "accent.base",
    QPalette.ColorRole.HighlightedText: "text.on_accent",
    QPalette.ColorRole.Link: "accent.text",
    QPalette.ColorRole.LinkVisited: "accent.text",
}

_TOKEN = re.compile(
    r"@(?:(?P<kind>ink|radius|size|sign)\.)?(?P<name>\w+(?:\.\w+)?)(?:/(?P<alpha>\w+))?(?:@(?P<ground>\w+\.\w+))?"
)


def dress(app: QApplication, theme: Theme) -> None:
    """Show the whole application in a theme. It is drawn by Qt's style Fusion, which the program starts with."""
    app.setFont(font(theme.size["body"]))
    palette = QPalette()
    for role, name in _COLORS.items():
        palette.setColor(role, theme.color(name))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, theme.color("text.disabled"))
    app.setPalette(palette)
    app.setStyleSheet(style_sheet(theme))
    appearance.use(theme)


def restyle(widget: QWidget) -> None:
    """Apply the style sheet again to a widget whose `kind` or other property was changed."""
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()


def style_sheet(theme: Theme) -> str:
    """Return `resources/themes/style.qss` with the values of a theme; a role that there is not raises KeyError."""
    return _TOKEN.sub(lambda found: _value(theme, found), text("themes", "style.qss").partition("*/")[2])


def _value(theme: Theme, found: re.Match[str]) -> str:
    name, alpha, ground = found["name"], found["alpha"], found["ground"]
    match found["kind"]:
        case "radius":
            return f"{theme.radius[name]}px"
        case "size":
            return f"{theme.size[name]}px"
        case "sign":
            return path("themes", "signs", f"{name}-{theme.name}.svg").as_posix()
        case "ink":
            return theme.css(theme.ink(name))
    amount = 1.0 if alpha is None else int(alpha) / 100 if alpha.isdigit() else theme.alpha[alpha]
    return theme.mix(name, ground, amount).name() if ground else theme.css(name, amount)
