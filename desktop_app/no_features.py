"""Keeps PySide from reading the source of every module that is imported, which doubles the time to the first paint.

It looks there for its own name, because of `from __feature__ import …`, which nobody here uses.
"""

from __future__ import annotations

import sys

SEARCH = "_mod_uses_pyside"


def look_for_no_features() -> None:
    """Load PySide, and let it take every module from now on for one that does not use it."""
    import PySide6.QtCore  # noqa: F401 - it brings the module below

    feature = sys.modules.get("PySide6.support.feature")
    if hasattr(feature, SEARCH):
        setattr(feature, SEARCH, _uses_none)


def _uses_none(_module: object) -> bool:
    return False
