"""The files that a document refers to: read from its folder, or kept with a version of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from engine.model.foreign import foreign
from engine.model.issues import WeftError, failure, phrase
from engine.model.parse import decoded, in_file, parse
from engine.model.values import Json

MAX_FILE_BYTES = 10 * 2**20
MAX_BYTES = 50 * 2**20
"""Bytes of all files of one document."""

_DATA_SUFFIXES = frozenset((".yaml", ".yml", ".json", ".weft"))


class Files:
    """Texts by name, a path relative to the document's folder with `/`, without dots.

    With a `folder` a file is read when it is first asked for and never again, so that checks, trust and the version that is
    stored see the same; `texts` then holds what was read. Without one there is what `texts` holds, and nothing else.
    """

    def __init__(self, folder: Path | None = None, texts: Mapping[str, str] | None = None) -> None:
        self.texts = dict(texts or {})
        self._folder = folder
        self._data: dict[str, Json] = {}
        self._bytes = 0

    def content(self, name: str) -> Json:
        """Return the data of a YAML or JSON file, the text of another one.

        Raises:
            WeftError: `ref.place`, `ref.file`, `ref.size`, and those of `parse`.
        """
        if name not in self._data:
            is_data = PurePosixPath(name).suffix.lower() in _DATA_SUFFIXES
            try:
                text = self.texts[name] if name in self.texts else decoded(self._read(name))
                self._data[name] = parse(text).data if is_data else text
            except WeftError as error:
                raise in_file(error, name) if error.issue.code.startswith("document.") else error from None
            self.texts[name] = text
        return self._data[name]

    def _read(self, name: str) -> bytes:
        if self._folder is None:
            raise failure(
                "ref.file", phrase("This version was stored without the file `{name}`.", name=name), "Start the workflow again."
            )
        try:
            path = (self._folder / name).resolve()
            if not path.is_relative_to(self._folder.resolve()):
                raise failure(
                    "ref.place",
                    phrase("`{name}` is outside of the workflow's folder.", name=name),
                    "Copy the file into the folder.",
                )
            if not path.is_file():
                raise failure(
                    "ref.file", phrase("There is no file `{name}`.", name=name), "Check the path; it is relative to the workflow."
                )
            with path.open("rb") as file:
                raw = file.read(MAX_FILE_BYTES + 1)
        except (OSError, RuntimeError) as error:
            reason = foreign(getattr(error, "strerror", None) or "") or phrase("its links form a circle")
            raise failure(
                "ref.file",
                phrase("The file `{name}` cannot be read: {reason}.", name=name, reason=reason),
                "Check its permissions.",
            ) from None
        self._bytes += len(raw)
        if len(raw) > MAX_FILE_BYTES or self._bytes > MAX_BYTES:
            text = phrase("The file `{name}` is larger than {most} MB.", name=name, most=MAX_FILE_BYTES // 2**20)
            if len(raw) <= MAX_FILE_BYTES:
                text = phrase("The files that the workflow refers to are larger than {most} MB.", most=MAX_BYTES // 2**20)
            raise failure("ref.size", text, "Read large files with a node instead.")
        return raw
