"""Who may import whom: the contracts in pyproject.toml hold, and they notice what they are there for."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.checkout import PACKAGES, ROOT, python_files

ONLY_IN = {
    "langgraph": ["engine/runtime/"],
    "langchain_core": ["engine/runtime/"],
    "networkx": ["engine/model/topology.py", "engine/knowledge/"],
    "openai": ["engine/providers/"],
    "xllamacpp": ["engine/providers/"],
    "sqlmodel": ["storage/"],
    "sqlalchemy": ["storage/"],
    "alembic": ["storage/"],
    "keyring": ["storage/"],
    "PySide6": ["desktop_app/", "graph_editor/", "widgets/"],
}
"""Libraries that have one home. What stands elsewhere needs an interface there, not an import."""

PLANTED = {
    "engine/model/planted.py": ("import engine.api", "Inside engine"),
    "engine/net/planted.py": ("import engine.nodes", "Services of the engine know neither nodes nor runtime"),
    "engine/api/planted.py": ("import PySide6", "Engine, storage and resources are free of Qt"),
    "resources/planted.py": ("import engine.model", "Folders"),
    "storage/planted.py": ("import engine.runtime.planted", "Storage knows neither the user interface nor LangGraph"),
    "engine/runtime/planted.py": ("import langgraph", None),
    "widgets/planted.py": (
        "import engine.runtime.planted",
        "The user interface reaches neither storage nor what runs a workflow",
    ),
}
"""Files with one forbidden import each, and the contract that must break; `None` is a link of a chain."""


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    return subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False)


def imports(tree: ast.AST) -> Iterator[str]:
    for item in ast.walk(tree):
        if isinstance(item, ast.Import):
            yield from (alias.name for alias in item.names)
        elif isinstance(item, ast.ImportFrom):
            yield item.module or ""


def is_type_checking(item: ast.stmt) -> bool:
    return isinstance(item, ast.If) and ast.unparse(item.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")


def test_contracts_hold() -> None:
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


def test_contracts_notice_what_is_forbidden(tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for path in python_files():
        if path.parts[0] in PACKAGES and path.name == "__init__.py":
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).touch()
    for name, (line, _) in PLANTED.items():
        (tmp_path / name).write_text(line + "\n", encoding="utf-8")
    output = lint_imports(tmp_path).stdout
    assert {contract for _, contract in PLANTED.values() if contract and f"{contract} BROKEN" not in output} == set(), output


@pytest.mark.parametrize("library", ONLY_IN)
def test_library_has_one_home(library: str) -> None:
    strangers = [
        path.as_posix()
        for path in python_files()
        if path.parts[0] in PACKAGES
        and not any(path.as_posix().startswith(home) for home in ONLY_IN[library])
        and library in {name.partition(".")[0] for name in imports(ast.parse((ROOT / path).read_text(encoding="utf-8")))}
    ]
    assert strangers == []


def test_node_files_import_only_the_node_api() -> None:
    """Checked at module level; heavy clients come from the context that `run` gets."""
    foreign = []
    for path in python_files():
        if path.parts[:2] != ("engine", "nodes") or path.name.startswith("_"):
            continue
        for item in ast.parse((ROOT / path).read_text(encoding="utf-8")).body:
            names = [] if is_type_checking(item) else list(imports(item) if not _is_definition(item) else [])
            foreign += [
                f"{path.as_posix()}: {name}"
                for name in names
                if name.partition(".")[0] not in sys.stdlib_module_names
                and not f"{name}.".startswith(("engine.api.", "engine.model.values.", "engine.model.issues."))
            ]
    assert foreign == []


def test_package_files_are_empty() -> None:
    full = [path.as_posix() for path in python_files() if path.name == "__init__.py" and (ROOT / path).stat().st_size]
    assert full == []


def _is_definition(item: ast.stmt) -> bool:
    return isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
