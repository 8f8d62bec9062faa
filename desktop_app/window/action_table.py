"""Everything that a person can tell the window to do, in one table: menus, tool bar, shortcuts, palette and sheet read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Scope = Literal["window", "canvas", "gesture"]


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One thing to do.

    `keys` are Qt's portable names of key sequences, the first is shown. Keys of scope `window` work anywhere, of `canvas` only
    while the focus is on a canvas (so that letters never fire in a field), of `gesture` are read by the canvas itself and are
    only shown. `needs` are facts, each with its reason in `REASONS`; as long as one is not told, the action is disabled.
    `words` are further words to find it by.
    """

    id: str
    text: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    needs: tuple[str, ...] = ()
    scope: Scope = "window"
    checkable: bool = False
    words: str = ""


@dataclass(frozen=True, slots=True)
class Menu:
    """A menu of sections, with a line between two. A menu without sections is filled by who owns its `id` each time it opens."""

    id: str
    title: str
    sections: tuple[tuple[ActionSpec | Menu, ...], ...] = ()


REASONS = {
    "document": "Open a workflow first.",
    "selection": "Select a node first.",
    "several": "Select two nodes or more first.",
    "framed": "Select a frame, or a node in one.",
    "pinned": "No output of a selected node is pinned.",
    "undo": "Nothing to undo.",
    "redo": "Nothing to do again.",
    "running": "Nothing is running.",
    "open_run": "Nothing is running.",
    "resting_run": "Nothing to continue.",
    "question": "No step waits for an answer.",
    "inputs": "This workflow has no inputs.",
    "trusted": "Look at what it could do first, and trust it.",
    "message": "No message is shown.",
    "detached": "Every workflow is in this window.",
}
INSTEAD = {"document": ("open_workflow", "Switch to the tab of a workflow first.")}
"""What is said for a fact that is missing, in place of its reason, while another fact holds."""
UNBOUND = "What is shown has no use for it."
"""Why an action cannot be used that nothing in the window answers to although a workflow is open."""

_DOCUMENT = ("document",)
_SELECTION = ("document", "selection")
_RUNNABLE = ("document", "trusted")
A = ActionSpec

FILE = Menu("file", "File", (
    (
        A("new", "New workflow", ("Ctrl+N",), "file-plus", words="create empty canvas"),
        A("open", "Open…", ("Ctrl+O",), "folder-open", words="file load"),
        Menu("recent", "Open recent"),
        A("start_page", "Start page", (), "grid", words="welcome examples"),
    ),
    (
        A("save", "Save", ("Ctrl+S",), "save", _DOCUMENT),
        A("save_as", "Save as…", ("Ctrl+Shift+S",), "", _DOCUMENT),
        A("revert", "Go back to the file", (), "", _DOCUMENT, words="revert undo all edits reload"),
        A("versions", "Versions…", (), "history", _DOCUMENT, words="restore earlier"),
        A("another_view", "Another view", (), "", _DOCUMENT, words="second tab window same workflow"),
        A("close", "Close", ("Ctrl+W",), "x"),
    ),
    (
        A("settings", "Settings…", ("Ctrl+,",), "settings", words="preferences options models providers keys"),
        A("restart", "Restart Weft", (), "rotate-cw", words="reopen start again"),
        A("quit", "Quit", ("Ctrl+Q",), "log-out", words="exit"),
    ),
))  # fmt: skip

EDIT = Menu("edit", "Edit", (
    (
        A("undo", "Undo", ("Ctrl+Z",), "undo-2", ("document", "undo")),
        A("redo", "Do again", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo-2", ("document", "redo"), words="redo"),
    ),
    (
        A("cut", "Cut", ("Ctrl+X",), "", _SELECTION, "canvas"),
        A("copy", "Copy", ("Ctrl+C",), "copy", _SELECTION, "canvas"),
        A("paste", "Paste", ("Ctrl+V",), "clipboard-paste", _DOCUMENT, "canvas"),
        A("duplicate", "Duplicate", ("Ctrl+D",), "", _SELECTION, "canvas"),
        A("delete", "Delete", ("Del", "Backspace"), "trash-2", _DOCUMENT, "canvas", words="remove"),
        A("heal", "Delete and join neighbours", ("Ctrl+Del",), "", _SELECTION, "canvas", words="heal"),
        A("select_all", "Select all", ("Ctrl+A",), "", _DOCUMENT, "canvas"),
    ),
    (
        A("find", "Find here", ("Ctrl+F",), "search", words="search workflow settings"),
        A("find_all", "Find in all workflows", ("Ctrl+Shift+F",), ""),
        A("go_to", "Go to…", ("Ctrl+P",), "crosshair", words="node workflow jump"),
        A("commands", "Search or run a command", ("Ctrl+K",), "command", words="palette"),
    ),
))  # fmt: skip

NODE = Menu("node", "Node", (
    (
        A("add_node", "Add node…", ("Tab",), "plus", _DOCUMENT, "gesture", words="insert search"),
        A("edit_node", "Edit", ("Return",), "square-pen", _SELECTION, "gesture", words="inspector parameters"),
        A("rename", "Rename", ("F2",), "", _SELECTION, "canvas"),
        A("wire", "Draw an edge", ("W",), "", _SELECTION, "canvas", words="wire connect"),
        A("focus_edges", "Go to edges", ("Shift+W",), "", _DOCUMENT, "canvas"),
    ),
    (
        A("disable", "Disable", ("D",), "power", _SELECTION, "canvas", words="enable switch off skip bypass"),
        A("pin", "Pin output", ("P",), "pin", _SELECTION, "canvas", words="keep result"),
        A("unpin", "Unpin output", (), "pin-off", ("document", "pinned"), "canvas", words="release forget result"),
        A("breakpoint", "Breakpoint", ("F9",), "circle-dot", _SELECTION, words="debug stop"),
    ),
    (
        A("tidy", "Tidy", ("Shift+L",), "wand-sparkles", _DOCUMENT, "canvas", words="layout arrange order"),
        A("align", "Align", ("Shift+A",), "align-start-vertical", ("document", "several"), "canvas"),
        A("distribute", "Distribute", ("Shift+D",), "arrow-left-right", ("document", "several"), "canvas", words="equal gaps"),
        A("frame", "Put in a frame", ("Ctrl+G",), "frame", _SELECTION, "canvas", words="group"),
        A("unframe", "Release from the frame", ("Ctrl+Shift+G",), "", ("document", "framed"), "canvas", words="ungroup"),
        A("note", "Add note", ("N",), "sticky-note", _DOCUMENT, "canvas", words="comment"),
    ),
))  # fmt: skip

RUN = Menu("run", "Run", (
    (
        A("run", "Run", ("Ctrl+Return",), "play", _RUNNABLE, words="start execute"),
        A("run_with", "Run with other inputs…", ("Ctrl+Alt+Return",), "square-pen", (*_RUNNABLE, "inputs"),
          words="start values form"),
        A("run_to", "Run to here", ("Ctrl+Shift+Return",), "arrow-right-to-line", (*_SELECTION, "trusted")),
        A("run_from", "Run from here", ("Alt+Return",), "", (*_SELECTION, "trusted"), "canvas", words="retry"),
        A("step", "Step", ("F10",), "step-forward", _RUNNABLE, words="debug next"),
        A("resume", "Continue", ("F5",), "circle-play", ("document", "resting_run"), words="resume go on"),
        A("answer", "Answer…", (), "user-check", ("document", "question"), words="approve reject question approval"),
    ),
    (
        A("drain", "Stop after running steps", ("Ctrl+.",), "circle-pause", ("document", "running"), words="pause drain"),
        A("cancel", "Cancel now", ("Ctrl+Shift+.",), "square", ("document", "open_run"), words="stop abort"),
    ),
))  # fmt: skip

APPEARANCE = Menu("appearance", "Appearance", (
    (
        A("theme_system", "As the system", checkable=True, words="theme appearance"),
        A("theme_dark", "Dark", (), "moon", checkable=True, words="theme appearance"),
        A("theme_light", "Light", (), "sun", checkable=True, words="theme appearance"),
    ),
    (A("high_contrast", "High contrast", (), "eye", checkable=True, words="theme accessibility"),),
))  # fmt: skip

LANGUAGE = Menu("language", "Language", (
    (
        A("language_system", "As the system", checkable=True, words="language"),
        A("language_en", "English", checkable=True, words="language"),
        A("language_ko", "한국어", checkable=True, words="language korean"),
    ),
))  # fmt: skip

VIEW = Menu("view", "View", (
    (
        A("zoom_in", "Zoom in", ("+", "="), "plus", _DOCUMENT, "canvas"),
        A("zoom_out", "Zoom out", ("-",), "minus", _DOCUMENT, "canvas"),
        A("zoom_fit", "Fit", ("1",), "maximize", _DOCUMENT, "canvas", words="whole workflow zoom"),
        A("zoom_selection", "Fit selection", ("2",), "focus", _SELECTION, "canvas", words="zoom"),
        A("zoom_100", "100 %", ("0",), "", _DOCUMENT, "canvas", words="zoom actual size"),
        A("minimap", "Minimap", ("M",), "map", _DOCUMENT, "canvas"),
    ),
    (
        A("side_panel", "Side panel", ("Ctrl+B",), "panel-left", checkable=True),
        A("inspector", "Inspector", ("Ctrl+I",), "panel-right", _DOCUMENT, checkable=True, words="parameters"),
        A("run_panel", "Run panel", ("Ctrl+J",), "panel-bottom", _DOCUMENT, checkable=True, words="time-line log"),
        A("next_area", "Next area", ("F6",)),
        A("previous_area", "Previous area", ("Shift+F6",)),
        A("messages", "Messages", ("Ctrl+Shift+M",), "bell", words="notifications history toasts read again"),
        A("dismiss", "Put the newest message away", ("Shift+Esc",), "", ("message",), words="close dismiss toast notification"),
        A("reset_layout", "Reset layout", (), "", words="panels docks"),
        A("full_screen", "Full screen", ("F11",), "maximize-2", checkable=True),
    ),
    (
        A("next_tab", "Next workflow", ("Ctrl+Tab",)),
        A("previous_tab", "Previous workflow", ("Ctrl+Shift+Tab",)),
        A("detach", "Move to a window of its own", (), "picture-in-picture-2", _DOCUMENT, words="detach tab"),
        A("attach", "Bring back all windows", (), "", ("detached",), words="attach tab"),
    ),
    (APPEARANCE, LANGUAGE),
))  # fmt: skip

HELP = Menu("help", "Help", (
    (
        A("documentation", "Documentation", ("F1",), "book-open", words="help manual handbook readme tour"),
        A("shortcuts", "Keyboard shortcuts", ("?",), "keyboard", words="keys help remap"),
        A("show_log", "Open the log folder", (), "folder-open", words="show errors"),
        A("about", "About Weft", (), "info", words="version licence"),
    ),
    (A("menu", "Menu", ("Alt+M",), "menu"),),
))  # fmt: skip

MENUS = (FILE, EDIT, NODE, RUN, VIEW, HELP)

GESTURES = (
    ("Search a node to add", "Double-click on the canvas"),
    ("Add and wire a node", "Drop an edge on empty space"),
    ("Insert a node into an edge", "Drop a node on an edge"),
    ("Draw several edges from a port", "Hold Ctrl while wiring"),
    ("Move the view", "Middle drag, Space and drag, or two fingers"),
    ("Zoom", "Ctrl and wheel"),
    ("Cut edges", "Hold X and drag"),
    ("Go to the nearest node", "Arrow keys"),
    ("Select upstream or downstream", "Shift and Up or Down"),
    ("Show the value of the edge that has the keyboard", "Space"),
    ("End a gesture, close a card", "Esc"),
)
"""What is done with the mouse or with keys that belong to the canvas: shown in the sheet of shortcuts, with how."""


def specs(menus: tuple[Menu, ...] = MENUS) -> Iterator[tuple[Menu, ActionSpec]]:
    """Return every action with the menu at the top that it stands in."""
    for menu in menus:
        for section in menu.sections:
            for entry in section:
                if isinstance(entry, Menu):
                    yield from ((menu, spec) for _, spec in specs((entry,)))
                else:
                    yield menu, entry


BY_ID = {spec.id: spec for _, spec in specs()}
