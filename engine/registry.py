"""The node types this program knows: its own, those of the user's `nodes` folder, and those of installed packages."""

from __future__ import annotations

import difflib
import importlib
import importlib.metadata
import importlib.util
import pkgutil
import stat
import sys
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType

from engine.api.node import Node
from engine.model.issues import Issue, failure, phrase

ENTRY_POINTS = "weft.nodes"
LONGEST = 1 << 20
"""Bytes of a file of the user's nodes."""


class NodeRegistry:
    """Finds node types by `type_id` or alias. What could not be loaded is in `issues`; the rest works."""

    def __init__(self) -> None:
        self._types: dict[str, type[Node]] = {}
        self._names: dict[str, str] = {}
        self.issues: list[Issue] = []

    def add(self, node_type: type[Node]) -> None:
        """Register a type. Raises WeftError `type.duplicate` when its id or an alias is taken."""
        for name in (node_type.type_id, *node_type.aliases):
            if name in self._names:
                raise failure(
                    "type.duplicate",
                    phrase(
                        "{kind} and {kind_2} both use the type id {name!r}.",
                        kind=node_type.__name__,
                        kind_2=self._types[self._names[name]].__name__,
                        name=name,
                    ),
                    "Give one of them another type_id.",
                )
        self._types[node_type.type_id] = node_type
        self._names.update(dict.fromkeys((node_type.type_id, *node_type.aliases), node_type.type_id))

    def get(self, name: str) -> type[Node] | None:
        """Return the type with this id or alias, or None."""
        return self._types.get(self._names.get(name, ""))

    def nearest(self, name: str) -> list[str]:
        """Return up to three known type ids that look like `name`."""
        found = difflib.get_close_matches(name, self._names, n=3, cutoff=0.5)
        return list(dict.fromkeys(self._names[near] for near in found))

    def __iter__(self) -> Iterator[type[Node]]:
        return iter(self._types.values())

    def by_category(self) -> Mapping[str, list[type[Node]]]:
        """Return the types grouped by category, both sorted by name."""
        groups: dict[str, list[type[Node]]] = {}
        for node_type in sorted(self, key=lambda known: (known.category, known.title)):
            groups.setdefault(node_type.category, []).append(node_type)
        return groups

    def add_module(self, module: ModuleType, source: str) -> None:
        """Register every node type that `module` itself defines; a broken one becomes an issue naming `source`."""
        for found in list(vars(module).values()):
            if isinstance(found, type) and issubclass(found, Node) and found.type_id and found.__module__ == module.__name__:
                try:
                    self.add(found)
                except Exception as error:  # noqa: BLE001 - someone else's code must not stop the program
                    self.issues.append(_load_issue(source, error))

    def add_builtin(self) -> None:
        """Register the types that come with the program. Errors are raised: they are the program's own."""
        import engine.nodes

        for info in pkgutil.walk_packages(engine.nodes.__path__, "engine.nodes."):
            if not info.ispkg and not info.name.rpartition(".")[2].startswith("_"):
                module = importlib.import_module(info.name)
                for found in vars(module).values():
                    if (
                        isinstance(found, type)
                        and issubclass(found, Node)
                        and found.__module__ == module.__name__
                        and found.type_id
                    ):
                        self.add(found)

    def add_folder(self, folder: Path) -> None:
        """Register the types in the `*.py` files of the user's folder; names that start with `_` are left out."""
        for path in sorted(folder.glob("*.py")):
            if path.name.startswith("_"):
                continue
            name = f"weft_own_nodes.{path.stem}"
            spec = importlib.util.spec_from_file_location(name, path)
            if spec is None or spec.loader is None:
                continue
            module = importlib.util.module_from_spec(spec)
            sys.modules[name] = module
            try:
                _check_file(path)
                spec.loader.exec_module(module)
            except (Exception, SystemExit) as error:  # noqa: BLE001 - someone else's code must not stop the program
                del sys.modules[name]
                self.issues.append(_load_issue(str(path), error))
            else:
                self.add_module(module, str(path))

    def add_installed(self) -> None:
        """Register the types of installed packages: modules named by entry points of the group `weft.nodes`."""
        for entry in importlib.metadata.entry_points(group=ENTRY_POINTS):
            try:
                module = entry.load()
            except (Exception, SystemExit) as error:  # noqa: BLE001 - someone else's code must not stop the program
                self.issues.append(_load_issue(entry.value, error))
            else:
                self.add_module(module, entry.value)


def open_registry(own_nodes: Path | None = None) -> NodeRegistry:
    """Load all node types there are."""
    registry = NodeRegistry()
    registry.add_builtin()
    registry.add_installed()
    if own_nodes is not None:
        registry.add_folder(own_nodes)
    return registry


def _check_file(path: Path) -> None:
    """Raise ImportError for what is no regular file, which may never come to an end, and for one of more than LONGEST bytes."""
    about = path.stat()
    if not stat.S_ISREG(about.st_mode):
        raise ImportError(phrase("it is not a file."))
    if about.st_size > LONGEST:
        raise ImportError(phrase("the file is longer than {longest} MB.", longest=LONGEST >> 20))


def _load_issue(source: str, error: BaseException) -> Issue:
    frames = reversed(traceback.extract_tb(error.__traceback__))
    line = next((frame.lineno for frame in frames if frame.filename == source), None)
    if isinstance(error, SyntaxError) and error.filename == source:
        line = error.lineno
    return Issue(
        "type.broken",
        phrase("A node type could not be loaded: {kind}: {error}", kind=type(error).__name__, error=error),
        "Correct the file; all other node types work.",
        file=source,
        line=line,
        severity="warning",
    )
