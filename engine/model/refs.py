"""Resolves `$ref`: to the document's own `#/schemas/…`, and to files in the folder tree of the document.

`{"$ref": "prompts/system.md"}` stands for the text of a file, `{"$ref": "prompts/all.yaml#/triage/system"}` for a part of a
YAML or JSON file. Paths in a file are relative to that file, and `#/…` in it means the file itself. A reference to a mapping
may have further keys beside `$ref`, which win. `#/$defs/…`, `#/definitions/…` and `#` belong to the JSON schema around them:
they stay when that schema is a whole field, and are resolved when it has become a part of something else.

The document itself keeps its references; what is returned here is a copy. Files come from `Files`: those of a folder, or those
that were stored with a version, which is executed as it was whatever becomes of the files.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

from engine.model.files import Files
from engine.model.graph import Graph
from engine.model.issues import Issue, WeftError, failure, phrase
from engine.model.paths import Missing, child, path_text
from engine.model.paths import Path as DataPath
from engine.model.plain import MAX_DEPTH
from engine.model.values import Json, JsonObject

REF_KEY = "$ref"
MAX_VALUES = 100_000
"""Values that the references of one node's parameters may unfold to."""

_OF_A_SCHEMA = re.compile(r"#(/(\$defs|definitions)(/.*)?)?", re.DOTALL)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_BAD_TILDE = re.compile(r"~(?![01])")


def resolve_refs(params: Mapping[str, Json], graph: Graph, files: Files | None, *, node: str = "") -> JsonObject:
    """Return a node's parameters with every reference replaced by what it names; what holds none is shared, not copied.

    Without `files`, references to files are errors.

    Raises:
        WeftError: all issues of these parameters, with node and field; codes `ref.form`, `ref.place`, `ref.file`,
            `ref.pointer`, `ref.cycle` and `ref.size`, and those of `parse` for a file that cannot be read.
    """
    resolver = _Resolver(graph.schemas, files)
    resolved = {
        name: resolver.value(value, _Place(value, (name,))) if has_ref(value) else value for name, value in params.items()
    }
    if resolver.issues:
        raise WeftError(*(replace(issue, node=node) for issue in resolver.issues))
    return resolved


def resolve_options(options: Mapping[str, Json], graph: Graph, files: Files | None, *, node: str = "") -> JsonObject:
    """Return a node's options with the references in `accept` replaced; other options hold outputs, which are data.

    Raises:
        WeftError: as `resolve_refs`.
    """
    accept = options.get("accept")
    if not isinstance(accept, dict) or not has_ref(accept):
        return dict(options)
    try:
        return {**options, "accept": resolve_refs(accept, graph, files, node=node)}
    except WeftError as error:
        raise WeftError(*(replace(issue, field=f"accept.{issue.field}") for issue in error.issues)) from None


def has_ref(value: Json) -> bool:
    """Tell whether there is a reference anywhere in a value."""
    if isinstance(value, dict):
        # In a JSON schema a property may have the name `$ref`; then a mapping stands under it.
        return not isinstance(value.get(REF_KEY, {}), dict) or any(map(has_ref, value.values()))
    return isinstance(value, list) and any(map(has_ref, value))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a value stands.

    `base` is what `#` means there and `name` where that is from: nothing for the field itself, `#/schemas/…` or a file. `root`
    says that the value is `base`, `whole` that the field will be exactly `base`, so that pointers into it still fit. `path` is
    the place in the node's parameters, `folder` what paths of files are relative to, itself relative to the document's folder,
    `chain` the references that led here.
    """

    base: Json
    path: DataPath
    folder: str = ""
    name: str = ""
    root: bool = True
    whole: bool = True
    chain: tuple[str, ...] = ()

    def below(self, step: str | int) -> _Place:
        return replace(self, path=(*self.path, step), root=False)

    def into(self, base: Json, name: str, pointer: str, *, whole: bool) -> _Place:
        """Return the place of what a reference names."""
        return replace(
            self, base=base, name=name, root=whole, whole=whole and self.root and self.whole, chain=(*self.chain, pointer)
        )


class _Resolver:
    def __init__(self, schemas: JsonObject, files: Files | None) -> None:
        self.issues: list[Issue] = []
        self._schemas = schemas
        self._files = files
        self._left = MAX_VALUES

    def value(self, value: Json, at: _Place) -> Json:
        """Return a value without references. Issues are noted at the field where the outermost reference stands."""
        if isinstance(value, list):
            return [self.value(item, at.below(step)) for step, item in enumerate(value)]
        if not isinstance(value, dict):
            return value
        if isinstance(value.get(REF_KEY, {}), dict):
            return {key: self.value(item, at.below(key)) for key, item in value.items()}
        try:
            return self._followed(value, at)
        except WeftError as error:
            if at.chain:
                raise
            self.issues += [replace(issue, field=path_text(at.path)) for issue in error.issues]
            return None

    def _followed(self, value: JsonObject, at: _Place) -> Json:
        ref = value[REF_KEY]
        if not isinstance(ref, str) or not ref:
            raise failure("ref.form", "`$ref` has to be text.", "Write `#/schemas/Name` or the path of a file.")
        beside = {key: self.value(item, at.below(key)) for key, item in value.items() if key != REF_KEY}
        target, there = self._target(ref, at)
        if there is at:
            return {REF_KEY: ref, **beside}
        if there.chain[-1] in at.chain:
            loop = " -> ".join((*at.chain[at.chain.index(there.chain[-1]) :], there.chain[-1]))
            raise failure("ref.cycle", phrase("The references form a cycle: {loop}.", loop=loop), "Remove one of them.")
        self._left -= _size(target)
        if self._left < 0 or len(there.path) + len(there.chain) > MAX_DEPTH:
            raise failure(
                "ref.size", phrase("`{ref}` and what it refers to are too large.", ref=ref), "Use fewer or flatter references."
            )
        resolved = self.value(target, there)
        if not beside:
            return resolved
        if not isinstance(resolved, dict):
            raise failure(
                "ref.form", phrase("There are keys beside `$ref: {ref}`, which names no mapping.", ref=ref), "Remove them."
            )
        return {**resolved, **beside}

    def _target(self, ref: str, at: _Place) -> tuple[Json, _Place]:
        """Return what a reference names and its place; `at` itself when the reference is to stay."""
        file, _, pointer = ref.partition("#")
        if file:
            base, name, folder = self._file(file, at)
            return _pointed(base, pointer, f"{name}#{pointer}"), replace(
                at.into(base, name, f"{name}#{pointer}", whole=not pointer), folder=folder
            )
        in_document = not at.name or at.name.startswith("#")
        if in_document and pointer.startswith("/schemas/"):
            name = "/".join(pointer.split("/", 3)[:3])
            base = _pointed({"schemas": self._schemas}, name, f"#{name}")
            target = _pointed({"schemas": self._schemas}, pointer, ref)
            return target, at.into(base, f"#{name}", ref, whole=name == pointer)
        of_a_schema = _OF_A_SCHEMA.fullmatch(ref)
        if in_document and not of_a_schema:
            raise failure("ref.pointer", phrase("`{ref}` is no schema of the document.", ref=ref), "Write `#/schemas/Name`.")
        target = _pointed(at.base, pointer, ref)
        if of_a_schema and at.whole:
            return target, at
        full = f"{at.name}{ref if not in_document else pointer}"
        return target, at.into(at.base, at.name, full, whole=False)

    def _file(self, name: str, at: _Place) -> tuple[Json, str, str]:
        """Return the data or text of a file, its name in messages, and its folder."""
        if _SCHEME.match(name) or name.startswith(("/", "\\")) or "\0" in name:
            remedy = phrase("Write a path relative to this file, with `/`.")
            raise failure(
                "ref.place",
                phrase("`{name}` is an address or a full path; only files of the workflow's folder count.", name=name),
                remedy,
            )
        if self._files is None:
            raise failure(
                "ref.place", phrase("`{name}` cannot be found: the document has no folder yet.", name=name), "Save it first."
            )
        inside = posixpath.normpath(posixpath.join(at.folder, name))
        if inside.startswith("../") or inside in (".", ".."):
            raise failure(
                "ref.place", phrase("`{name}` is outside of the workflow's folder.", name=name), "Copy the file into the folder."
            )
        return self._files.content(inside), inside, posixpath.dirname(inside)


def _pointed(data: Json, pointer: str, ref: str) -> Json:
    """Return what a JSON pointer names."""
    if pointer and not pointer.startswith("/"):
        raise failure("ref.pointer", phrase("`{ref}` has no `/` behind its `#`.", ref=ref), "Write `#/key/key`.")
    here = data
    for token in pointer.split("/")[1:]:
        if _BAD_TILDE.search(token):
            raise failure(
                "ref.pointer", phrase("`{ref}` has a `~` that is no `~0` or `~1`.", ref=ref), "Write `~` as `~0` and `/` as `~1`."
            )
        key = token.replace("~1", "/").replace("~0", "~")
        found = child(here, int(key) if isinstance(here, list) and key.isdecimal() else key)
        if isinstance(found, Missing):
            raise failure(
                "ref.pointer", phrase("`{ref}` names nothing: there is no `{key}`.", ref=ref, key=key), _nearest(key, here)
            )
        here = found
    return here


def _nearest(key: str, data: Json) -> str:
    if not isinstance(data, dict) or not data:
        return phrase("There is nothing below this place.")
    near = get_close_matches(key, data, n=3, cutoff=0.5) or list(data)[:5]
    return phrase("Nearest: {near}.", near=", ".join(f"`{name}`" for name in near))


def _size(value: Json) -> int:
    """Return the number of values in a value."""
    if isinstance(value, dict):
        return 1 + sum(map(_size, value.values()))
    return 1 + sum(map(_size, value)) if isinstance(value, list) else 1
