"""Who sits at this program."""

from __future__ import annotations

import getpass


def stated_name() -> str:
    """Return the user's name as the environment or the system has it: stated, not proved. Empty when nothing knows it."""
    try:
        return getpass.getuser()
    except (OSError, ImportError, KeyError):
        return ""
