"""Other people's words are shown as they are: Qt reads tooltips and labels as HTML, and the files that it names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.checkout import ROOT, python_files

RICH = {
    ("graph_editor/scene.py", "words"),
    ("widgets/run/log.py", "f'<p>{text}</p>'"),
    ("widgets/run/timeline.py", "self.tip(self.lanes[place].address)"),
}
"""Tooltips with paragraphs or strong words, which escape what they put into them."""
LABELS = ("widgets/boxes.py", "widgets/elided.py", "widgets/prose.py")
"""Where labels are made; each sets the format of its text, or draws it."""
READERS = {"QErrorMessage", "QLabel", "QMessageBox", "QTextBrowser"}
WINDOW = [path for path in python_files() if path.parts[0] in ("widgets", "graph_editor", "desktop_app")]


def is_plain(said: ast.expr) -> bool:
    """Tell whether this can hold no markup but its own: a literal, a translated one, or what `tip` or `escape` returned."""
    if isinstance(said, ast.IfExp):
        return is_plain(said.body) and is_plain(said.orelse)
    if isinstance(said, ast.JoinedStr):
        return all(is_plain(part.value) for part in said.values if isinstance(part, ast.FormattedValue))
    if isinstance(said, ast.Call) and isinstance(said.func, ast.Name):
        is_translated = (
            said.func.id == "tr" and len(said.args) == 1 and not said.keywords and isinstance(said.args[0], ast.Constant)
        )
        return is_translated or said.func.id in ("tip", "plain_tip", "escape")
    return isinstance(said, ast.Constant)


def tooltips(tree: ast.AST) -> Iterator[ast.expr]:
    """Yield what is told in tooltips: by a setter, at a place, or for the role of a model."""
    for item in ast.walk(tree):
        match item:
            case ast.Call(func=ast.Attribute(attr="setToolTip"), args=[*_, said]):
                yield said
            case ast.Call(func=ast.Attribute(value=ast.Name("QToolTip"), attr="showText"), args=[_, said, *_]):
                yield said
            case ast.Call(func=ast.Attribute(attr="setData" | "setItemData"), args=[_, said, role]) if is_role(role):
                yield said
            case ast.IfExp(test=test, body=said) if is_role(test):
                yield said
            case ast.If(test=test, body=body) | ast.match_case(pattern=test, body=body) if is_role(test):
                yield from (part.value for line in body for part in ast.walk(line) if isinstance(part, ast.Return) and part.value)


def is_role(item: ast.AST) -> bool:
    return "ToolTipRole" in ast.unparse(item)


def markup(path: Path, text: str) -> list[str]:
    """Return the tooltips of a file that may be read as HTML, and what it makes that reads HTML."""
    tree = ast.parse(text)
    found = [ast.unparse(said) for said in tooltips(tree) if not is_plain(said)]
    if str(path.as_posix()) not in LABELS:
        calls = (item.func for item in ast.walk(tree) if isinstance(item, ast.Call))
        found += [name.id for name in calls if isinstance(name, ast.Name) and name.id in READERS]
    return [said for said in found if (path.as_posix(), said) not in RICH]


def test_nothing_is_read_as_html() -> None:
    found = {path.as_posix(): said for path in WINDOW if (said := markup(path, (ROOT / path).read_text(encoding="utf-8")))}
    assert found == {}, "wrap it in `widgets.boxes.tip`, or make the label by `words`"


PLANTED = (
    "button.setToolTip(path)",
    "item.setToolTip(1, f'{path}')",
    "a.setToolTip(tr('{path} is gone', path=path))",
    "a.setToolTip(path if path else '')",
    "box.setItemData(0, name, Qt.ItemDataRole.ToolTipRole)",
    "QToolTip.showText(at, name)",
    "def f(role):\n    return name if role == Qt.ToolTipRole else None",
    "def f(role):\n    if role == Qt.ToolTipRole:\n        return x",
    "def f(role):\n    match role:\n        case Qt.ToolTipRole:\n            return x",
    "label = QLabel(name)",
    "QMessageBox(name)",
)


@pytest.mark.parametrize("text", PLANTED)
def test_what_may_be_read_as_html_is_noticed(text: str) -> None:
    assert markup(Path("widgets/planted.py"), text)
