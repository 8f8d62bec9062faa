"""Small files in the form of a language model, for whatever only reads their head."""

from __future__ import annotations

import struct

_TEXT, _NUMBER, _LIST = 8, 4, 9
_F32, _ROWS = 0, 64


def gguf(name: str = "Own", *, quantisation: int = 15, rows: int = _ROWS, version: int = 3, **more: str | int) -> bytes:
    """Return a whole file with one tensor of `rows` numbers; `more` are further values, with `__` for a dot."""
    said = {key.replace("__", "."): value for key, value in more.items()}
    facts: dict[str, str | int] = {
        "general.architecture": "llama", "general.name": name, "general.file_type": quantisation, "llama.context_length": 8192,
        **said,
    }  # fmt: skip
    words = b"".join(_text(word) for word in ("<s>", "weft"))
    vocabulary = _text("tokenizer.ggml.tokens") + struct.pack("<IIQ", _LIST, _TEXT, 2) + words
    head = b"GGUF" + struct.pack("<IQQ", version, 1, len(facts) + 1) + vocabulary
    head += b"".join(_text(key) + _value(value) for key, value in facts.items())
    head += _text("output.weight") + struct.pack("<IQIQ", 1, rows, _F32, 0)
    return head + bytes(-len(head) % 32) + bytes(4 * rows)


def _text(said: str) -> bytes:
    data = said.encode()
    return struct.pack("<Q", len(data)) + data


def _value(value: str | int) -> bytes:
    return struct.pack("<I", _TEXT) + _text(value) if isinstance(value, str) else struct.pack("<II", _NUMBER, value)
