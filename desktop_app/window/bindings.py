"""What the window itself answers to: tabs, panels, theme, language, cards."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from desktop_app.window.frame import come_forward
from desktop_app.window.look import LANGUAGES, THEMES

if TYPE_CHECKING:
    from desktop_app.window.main import MainWindow


def bind_window(window: MainWindow) -> None:
    """Bind the actions that need nobody else. They ask for the window's parts when they are run: a language makes new ones."""
    actions, look = window.actions, window.look
    actions.bind("start_page", window.show_start_page)
    actions.bind("quit", window.frame.close)
    actions.bind("commands", partial(_open_palette, window))
    actions.bind("shortcuts", partial(_open_sheet, window))
    actions.bind("menu", partial(_open_menu, window))
    actions.bind("messages", partial(_open_messages, window))
    actions.bind("dismiss", partial(_dismiss, window))
    actions.bind("next_area", partial(_go, window, 1))
    actions.bind("previous_area", partial(_go, window, -1))
    actions.bind("next_tab", partial(window.tabs.step, 1))
    actions.bind("previous_tab", partial(window.tabs.step, -1))
    actions.bind("detach", partial(_detach, window))
    actions.bind("attach", window.tabs.attach_all)
    actions.bind("full_screen", partial(_turn_full_screen, window))
    actions.bind("reset_layout", window.layout.reset)
    for name in window.layout.wanted:
        actions.bind(name, partial(_turn_panel, window, name))
    window.layout.changed.connect(actions.set_checked)
    for theme in THEMES:
        actions.bind(f"theme_{theme}", partial(_use_theme, window, theme))
        actions.set_checked(f"theme_{theme}", look.theme == theme)
    for code in LANGUAGES:
        actions.bind(f"language_{code}", partial(_use_language, window, code))
        actions.set_checked(f"language_{code}", look.language == code)
    actions.bind("high_contrast", lambda: look.use_high_contrast(not look.high_contrast))
    actions.set_checked("high_contrast", look.high_contrast)


def _open_palette(window: MainWindow) -> None:
    come_forward(window.frame)
    window.palette_card.open()


def _open_sheet(window: MainWindow) -> None:
    come_forward(window.frame)
    window.sheet.open()


def _open_messages(window: MainWindow) -> None:
    come_forward(window.frame)
    window.messages.open(tuple(window.toasts.past), window.toolbar.messages_button)


def _dismiss(window: MainWindow) -> None:
    window.toasts.dismiss()


def _open_menu(window: MainWindow) -> None:
    window.toolbar.open_menu()


def _go(window: MainWindow, by: int) -> None:
    window.areas.go(by)


def _detach(window: MainWindow) -> None:
    page = window.tabs.current()
    if page is not None:
        window.tabs.detach(page)


def _turn_full_screen(window: MainWindow) -> None:
    window.frame.showNormal() if window.frame.isFullScreen() else window.frame.showFullScreen()


def _turn_panel(window: MainWindow, name: str) -> None:
    window.layout.want(name, not window.layout.is_open(name))


def _use_theme(window: MainWindow, name: str) -> None:
    window.look.use_theme(name)
    for theme in THEMES:
        window.actions.set_checked(f"theme_{theme}", theme == name)


def _use_language(window: MainWindow, code: str) -> None:
    window.look.use_language(code)
    for known in LANGUAGES:
        window.actions.set_checked(f"language_{known}", known == code)
