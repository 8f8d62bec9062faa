"""Reading what a GGUF file says of itself, and whether all of it is there. Nothing of it is loaded or trusted."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from math import prod
from pathlib import Path

from engine.api.models import ModelError
from engine.model.issues import phrase
from engine.providers.errors import model_error

_MAGIC = b"GGUF"
_VERSIONS = (2, 3)
_NUMBERS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_TEXT, _LIST = 8, 9
_MOST_DIMENSIONS, _DEEPEST = 8, 4
_LONGEST_HEAD = 64_000_000
"""Bytes of a head, with its vocabulary, and more than any has."""
_ALIGNMENT = 32
_TYPES = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 36), 10: (256, 84),
    11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292), 16: (256, 66), 17: (256, 74),
    18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110), 22: (256, 82), 23: (256, 136), 24: (1, 1), 25: (1, 2),
    26: (1, 4), 27: (1, 8), 28: (1, 8), 29: (256, 56), 30: (1, 2), 34: (256, 54), 35: (256, 66), 39: (32, 17),
}  # fmt: skip
"""Numbers of a tensor's type in one block, and the bytes of a block. The end of one whose type is newer is not known."""
_QUANTISATIONS = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K", 11: "Q3_K_S", 12: "Q3_K_M",
    13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K", 19: "IQ2_XXS", 20: "IQ2_XS", 21: "Q2_K_S",
    22: "IQ3_XS", 23: "IQ3_XXS", 24: "IQ1_S", 25: "IQ4_NL", 26: "IQ3_S", 27: "IQ3_M", 28: "IQ2_S", 29: "IQ2_M", 30: "IQ4_XS",
    31: "IQ1_M", 32: "BF16", 36: "TQ1_0", 37: "TQ2_0", 38: "MXFP4",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class GgufFile:
    """What a file says of itself. `bytes` is its size, `context` the longest in tokens; empty and 0 for what it does not say."""

    path: Path
    bytes: int
    name: str = ""
    quantisation: str = ""
    context: int = 0


class _Reader:
    """Reads numbers and texts of a head; EOFError where it ends early."""

    def __init__(self, head: bytes) -> None:
        self._head, self.at = head, 0

    def number(self, code: str) -> int:
        """Return a whole number of `struct`'s code; 0 for one that is not whole."""
        place = self._skip(struct.calcsize(f"<{code}"))
        found = struct.unpack_from(f"<{code}", self._head, place)[0]
        return found if isinstance(found, int) else 0

    def text(self) -> str:
        """Return a text."""
        place = self._skip(self.number("Q"))
        return self._head[place : self.at].decode(errors="replace")

    def value(self, kind: int, depth: int = 0) -> str | int | None:
        """Return a text or a number; None for a list, which is passed over."""
        if kind == _TEXT:
            return self.text()
        if kind in _NUMBERS:
            return self.number(_NUMBERS[kind])
        if kind != _LIST or depth > _DEEPEST:
            raise ValueError(kind)
        inner, count = self.number("I"), self.number("Q")
        if inner in _NUMBERS:
            self._skip(count * struct.calcsize(f"<{_NUMBERS[inner]}"))
        elif inner == _TEXT:
            self._skip_texts(count)
        else:
            for _ in range(count):
                self.value(inner, depth + 1)
        return None

    def _skip(self, length: int) -> int:
        """Pass over bytes and return where they begin."""
        place, self.at = self.at, self.at + length
        if self.at > len(self._head):
            raise EOFError
        return place

    def _skip_texts(self, count: int) -> None:
        """Pass over texts: a vocabulary has hundreds of thousands."""
        at, head, read, end = self.at, self._head, struct.Struct("<Q").unpack_from, len(self._head) - 8
        for _ in range(count):
            if at > end:
                raise EOFError
            at += 8 + read(head, at)[0]
        self.at = at
        self._skip(0)


def read_gguf(path: Path) -> GgufFile:
    """Read a file's head and check that it is a language model of which all is there.

    Raises:
        ModelError: `model.bad-file` for what cannot be used, with the reason.
        OSError: When it cannot be read.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(_LONGEST_HEAD)
    if not head.startswith(_MAGIC):
        raise _bad(path, phrase("it is not a GGUF file"), phrase("Choose a model file that ends in .gguf."))
    reader = _Reader(head)
    try:
        reader.number("I")  # what it begins with
        version = reader.number("I")
        if version not in _VERSIONS:
            why = phrase("version {version} of GGUF is not known", version=version)
            raise _bad(path, why, phrase("Choose a file of version 2 or 3."))
        tensors, values = reader.number("Q"), reader.number("Q")
        facts = {reader.text(): reader.value(reader.number("I")) for _ in range(values)}
        _check_kind(path, facts, tensors)
        whole = _end(reader, tensors, facts)
    except EOFError:
        whole = size + 1 if size <= _LONGEST_HEAD else 0
    except ValueError:
        whole = 0
    if not whole:
        raise _bad(path, phrase("its head is damaged"), phrase("Load it once more."))
    if whole > size:
        raise _bad(
            path, phrase("it is cut off after {size:,} bytes", size=size), phrase("Load the rest of it, or all of it once more.")
        )
    return _told(path, size, facts)


def _end(reader: _Reader, tensors: int, facts: dict[str, str | int | None]) -> int:
    """Return the bytes that the file must have at least, from the places of its tensors."""
    last = 0
    for _ in range(tensors):
        reader.text()
        dimensions = reader.number("I")
        if dimensions > _MOST_DIMENSIONS:
            raise ValueError(dimensions)
        count = prod(reader.number("Q") for _ in range(dimensions))
        block, length = _TYPES.get(reader.number("I"), (1, 0))
        last = max(last, reader.number("Q") + count // block * length)
    alignment = _number(facts, "general.alignment") or _ALIGNMENT
    return -(-reader.at // alignment) * alignment + last


def _check_kind(path: Path, facts: dict[str, str | int | None], tensors: int) -> None:
    parts = _number(facts, "split.count")
    if parts > 1:
        text = phrase("it is one of {count} parts", count=parts)
        raise _bad(path, text, phrase("Join the parts with llama-gguf-split, and add the whole."))
    kind, family = facts.get("general.type", "model"), facts.get("general.architecture")
    if kind != "model" or family == "clip" or not tensors:
        said = family if family == "clip" else kind if kind != "model" else phrase("words only")
        raise _bad(path, phrase("it is no language model but {kind}", kind=said), phrase("Choose the file of the model itself."))


def _told(path: Path, size: int, facts: dict[str, str | int | None]) -> GgufFile:
    name, kind, family = facts.get("general.name"), facts.get("general.file_type"), facts.get("general.architecture")
    quantisation = _QUANTISATIONS.get(kind, "") if isinstance(kind, int) else ""
    return GgufFile(path, size, name if isinstance(name, str) else "", quantisation, _number(facts, f"{family}.context_length"))


def _number(facts: dict[str, str | int | None], name: str) -> int:
    found = facts.get(name)
    return found if isinstance(found, int) and found > 0 else 0


def _bad(path: Path, why: str, remedy: str) -> ModelError:
    return model_error("bad-file", phrase("{file} cannot be used: {why}.", file=path.name, why=why), remedy)
