"""Words for what the engine tells in those of the terminal."""

from __future__ import annotations

from engine.model.issues import Issue
from resources.language import tr


def stored_in(source: str) -> str:
    """Return where a secret is kept."""
    places = {
        "keychain": tr("keychain of the system"), "file": tr("encrypted file"), "environment": tr("environment variable"),
    }  # fmt: skip
    return places.get(source, tr("nowhere"))


KEYCHAIN = "secret.store-keychain"
"""The code of a keychain that is locked or does not answer."""


def locked_remedy(issue: Issue) -> str:
    """Return what to do about a keychain that cannot be used; empty for any other problem."""
    return tr("Unlock it and try again, or use the encrypted file for this one.") if issue.code == KEYCHAIN else ""


def provider_remedy(issue: Issue) -> str:
    """Return what to do about a provider that did not answer, with the means of the window; empty for what it says itself."""
    return {
        "model.missing-secret": tr("Give it a key."),
        "model.auth": tr("Give it a valid key."),
        "model.unreachable": tr("Check that it runs, its address, and the network."),
        "model.not-found": tr("Check its address; it often ends in /v1."),
        "model.bad-answer": tr("Check its address; it often ends in /v1."),
        "model.bad-provider": tr("Correct its address."),
        "secret.name": tr("Use up to 64 letters, digits, dots, dashes and underscores, and begin with a letter."),
    }.get(issue.code, locked_remedy(issue))
