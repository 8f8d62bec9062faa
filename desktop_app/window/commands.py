"""What the command palette offers: actions, what is open, files of other days, examples, node types."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from desktop_app.window.action_table import APPEARANCE, LANGUAGE, Menu, specs
from desktop_app.window.actions import Actions, key_words
from desktop_app.window.command_list import Command
from desktop_app.window.examples import Example, examples
from desktop_app.window.recent import RecentFiles
from desktop_app.window.tabs import Tabs
from resources.language import tr
from widgets.node_types import NodeTypes


def action_commands(actions: Actions) -> list[Command]:
    """Return what the actions of the window can do, those first that can be used now."""
    sub = {spec.id: menu.title for menu in (APPEARANCE, LANGUAGE) for _, spec in specs((Menu("", menu.title, menu.sections),))}
    commands = [
        Command(
            action.text().rstrip("…"), action.trigger, tr(sub.get(action.spec.id, menu)), action.spec.icon,
            words=(*action.spec.words.split(), action.spec.text), key=key_words(action.keys[0]) if action.keys else "",
            reason=action.reason,
        )
        for menu, group in actions.by_menu().items() for action in group if action.spec.id not in ("commands", "menu")
    ]  # fmt: skip
    return sorted(commands, key=lambda command: bool(command.reason))


def page_commands(tabs: Tabs) -> list[Command]:
    """Return what is open, to go there."""
    return [
        Command(page.title, partial(tabs.show_page, page), tr("Open"), page.icon, sentence=page.tip)
        for page in tabs.pages() if page is not tabs.current()
    ]  # fmt: skip


def recent_commands(recent: RecentFiles, open_file: Callable[[Path], object]) -> list[Command]:
    """Return the files that were opened last, those that are still there."""
    return [
        Command(path.stem.replace("_", " "), partial(open_file, path), tr("Opened last"), "file", sentence=str(path.parent))
        for path in recent.paths() if path.is_file()
    ]  # fmt: skip


def example_commands(open_example: Callable[[Example], object]) -> list[Command]:
    """Return the examples that come with Weft."""
    return [
        Command(
            tr(one.name), partial(open_example, one), tr("Example"), "workflow", sentence=tr(one.summary),
            words=(one.name, "example"),
        )
        for one in examples()
    ]  # fmt: skip


def node_commands(types: NodeTypes, add: Callable[[str], object]) -> list[Command]:
    """Return the node types, to add one; `add` gets the id of its type."""
    return [
        Command(
            tr(kind.title), partial(add, kind.type_id), tr("Add node…").rstrip("…"), kind.icon, kind.category,
            tr(kind.summary).replace("`", "").replace("*", ""), (kind.title, *kind.keywords),
        )
        for kind in types
    ]  # fmt: skip
