"""Looks at a script without running anything of it."""

from __future__ import annotations

import ast

from engine.api.scripts import ScriptError
from engine.model.issues import phrase

MAX_CODE = 1 << 20
"""Characters of a script; more is no script, and parsing takes memory a thousand times its length."""


def check_syntax(code: str, name: str = "script") -> ScriptError | None:
    """Return the syntax error of a script with line and column, counted from 1, or None.

    Only parses: what is wrong beyond grammar (`return` at the top) is told when the script is compiled in its own process.
    """
    if len(code) > MAX_CODE:
        return ScriptError("SyntaxError", phrase("the script is longer than {max_code:,} characters", max_code=MAX_CODE))
    try:
        ast.parse(code, f"<{name}>")
    except SyntaxError as error:
        return ScriptError("SyntaxError", error.msg, error.lineno, error.offset)
    except (RecursionError, MemoryError):
        return ScriptError("SyntaxError", phrase("the script is nested too deeply"))
    except ValueError as error:
        return ScriptError("SyntaxError", str(error))
    return None
