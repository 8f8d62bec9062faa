"""The marks around code in sentences, without Qt."""

from __future__ import annotations

import re

CODE = re.compile(r"`([^`\n]+)`")


def unmarked(text: str) -> str:
    """Return a sentence without its marks, for where everything has one face."""
    return CODE.sub(r"\1", text)
