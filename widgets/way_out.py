"""The settings as the way out of a problem: by the code of an issue, which section helps, and what to do there."""

from __future__ import annotations

import re
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from engine.model.issues import Issue
from resources.language import tr
from widgets.glyph import Button


@dataclass(frozen=True, slots=True)
class WayOut:
    """A section of the settings by its id, the words of the button that leads there, and what to do in place of the remedy.

    Without a `remedy` the issue's own holds: one that speaks of the command is of no use in the window.
    """

    section: str
    button: str
    remedy: str = ""


class Guide(QObject):
    """`wanted` tells the id of a section of the settings that a person wants to see; the window opens it."""

    wanted = Signal(str)


guide = Guide()
"""The one of this program: messages stand in many places, and all of them lead to the same settings."""


def way_out(issue: Issue) -> WayOut | None:
    """Return the section of the settings where a problem is solved; None when it is none of theirs."""
    key, providers = tr("Set the key"), tr("Open the providers")
    return {
        "model.missing-secret": WayOut("providers", key, tr("Give it a key in the settings.")),
        "model.auth": WayOut("providers", key, tr("Give it a valid key in the settings.")),
        "model.unknown-provider": WayOut("providers", providers, tr("Choose another one, or add it in the settings.")),
        "model.not-chosen": WayOut("providers", providers, tr("Name a model, or choose a default one in the settings.")),
        "model.bad-provider": WayOut("providers", providers, tr("Correct it in the settings.")),
        "model.unreachable": WayOut("providers", providers),
        "model.bad-answer": WayOut("providers", providers),
        "model.redirected": WayOut("providers", providers),
        "model.not-installed": WayOut("models", tr("Get a model"), tr("Get it in the settings, or choose another model.")),
        "model.crashed": WayOut("models", tr("Open the models")),
        "model.load-failed": WayOut("models", tr("Open the models")),
        "model.no-memory": WayOut("models", tr("Open the models")),
        "secret.missing": WayOut("secrets", tr("Add the secret"), tr("Add it in the settings.")),
        "secret.store-keychain": WayOut(
            "secrets", tr("Open the secrets"), tr("Unlock it and try again, or store the secret anew in the settings.")
        ),
        "secret.sealed": WayOut("secrets", tr("Open the secrets"), tr("Remove it in the settings, and add it again.")),
        "database.damaged": WayOut("data", tr("Check the data")),
        "storage.failed": WayOut("data", tr("Check the data"), tr("Check the data in the settings.")),
    }.get(issue.code)


_BLOCKED = re.compile(r"Add `([\w.:*\[\]-]+)` to the allowed hosts")


def host_to_allow(issue: Issue) -> str:
    """Return the host that a workflow has to allow for a request that was refused; empty for other problems."""
    found = _BLOCKED.match(str(issue.remedy)) if issue.code == "http.blocked-address" else None
    return found[1] if found else ""


def advice(issue: Issue) -> str:
    """Return what to do about a problem with the means of the window."""
    if host := host_to_allow(issue):
        return tr("Add `{host}` to the allowed hosts of the workflow, if you trust it.", host=host)
    way = way_out(issue)
    return way.remedy if way is not None and way.remedy else issue.advice


def told(issue: Issue) -> str:
    """Return what is wrong and what to do, with the means of the window."""
    return " ".join(filter(None, (issue.said, advice(issue))))


class WayButton(Button):
    """A link that leads to the settings where a problem is solved; hidden while they are no help."""

    def __init__(self) -> None:
        super().__init__("", "settings", "link")
        self._section = ""
        self.clicked.connect(self._go)
        self.hide()

    def show_issue(self, issue: Issue | None) -> None:
        """Lead out of this problem."""
        way = way_out(issue) if issue is not None else None
        self.setVisible(way is not None)
        if way is not None:
            self._section = way.section
            self.setText(f" {way.button}")
            self.setAccessibleName(way.button)

    def _go(self) -> None:
        guide.wanted.emit(self._section)
