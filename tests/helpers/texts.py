"""What the catalogues of the interface's languages should hold: every text that the program says, with its translation."""

from __future__ import annotations

import ast
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from engine.api.declaration import CATEGORIES, Declaration, Declarations, FieldSpec
from engine.providers.catalogue import read_catalogue
from tests.helpers import indexes
from tests.helpers.checkout import ROOT

PO = ROOT / "resources" / "languages" / "ko.po"
FOLDERS = ("desktop_app", "graph_editor", "widgets")
MESSAGES = ("desktop_app", "engine", "storage")
"""Folders whose messages are collected: what goes through `phrase`, and the texts and remedies of issues."""
TERMINAL = ("desktop_app/commands", "desktop_app/screen", "desktop_app/session.py", "desktop_app/show", "desktop_app/terminal.py")
"""What only the command says, which speaks English."""
FIXED = datetime(2026, 1, 1, tzinfo=UTC)

ARGUMENTS = {"tr": (0,), "trn": (0, 1), "SidePage": (1,), "A": (1,), "Menu": (1,), "_fact": (0,)}
"""Which arguments of which calls are texts."""

PHRASES = {"phrase": (0,), "phrase_n": (0, 1)}
MAKERS = {
    "failure": (1, 2), "Issue": (1, 2), "WebError": (1, 2), "MailError": (1, 2), "model_error": (1, 2), "TemplateFailure": (1, 2),
    "found.add": (1, 2), "self.report": (2, 3),
}  # fmt: skip
"""Which arguments of what makes an issue are its text and its remedy."""

TABLES = {
    "desktop_app/window/action_table.py": ("REASONS", "UNBOUND", "GESTURES"),
    "desktop_app/window/commands.py": (),
    "desktop_app/window/shortcuts.py": (),
    "desktop_app/window/trust.py": (),
    "graph_editor/menus.py": (),
    "widgets/forms/number_editors.py": ("UNITS",),
    "widgets/forms/schema_editor.py": ("TYPES",),
    "widgets/forms/wording.py": ("_NAMES",),
    "widgets/inspection/input_form.py": ("_DEFAULT", "_HELP"),
    "widgets/inspection/options.py": ("PARTS", "_NOTES"),
    "widgets/inspection/run_page.py": (),
    "widgets/inspection/workflow_page.py": ("FIELDS",),
    "widgets/run/step_detail.py": (),
    "widgets/search.py": (),
    "widgets/values.py": ("TYPE_WORDS",),
}
"""Constants, by file, whose texts are translated where they are shown: the values of a dict, the strings of a tuple, the
label and the help of a field.

A file without any translates texts that are collected elsewhere, under names that do not tell.
"""

DECLARED = frozenset({
    "label", "help", "title", "text", "summary", "placeholder", "name", "reason", "type", "about", "message", "what",
})  # fmt: skip
"""Attributes whose texts come from declarations, examples, models, messages or the actions, which are collected whole."""

TYPES = ("any", "text", "number", "boolean", "object", "list")
"""Types of ports."""

STATES = ("succeeded", "failed", "cancelled", "approved", "rejected", "expired", "withdrawn")
"""Of runs and of approvals, as messages name them."""

PERSONAL = (b'"Generated-By', b'"Report-Msgid', b'"Last-Translator', b'"Language-Team', b'"Project-Id')
"""Headers that would change with the tool or name somebody."""

KNOWN = {"CATEGORIES"} | {name for names in TABLES.values() for name in names}
"""Constants whose texts are collected, wherever they are used."""

Text = tuple[str, ...]
"""A text, or its forms for one and for many."""


@cache
def texts() -> dict[Text, set[str]]:
    """Return every text with the places that it comes from."""
    found: dict[Text, set[str]] = {}
    for file in sources():
        for text in _of_source(file):
            found.setdefault(text, set()).add(file.relative_to(ROOT).as_posix())
    for file in speakers():
        for text in _of_messages(file):
            found.setdefault(text, set()).add(file.relative_to(ROOT).as_posix())
    for place, said in (*_declared(), *_of_examples()):
        found.setdefault((said,), set()).add(place)
    return {text: places for text, places in found.items() if _has_words(text[0])}


def sources() -> list[Path]:
    """Return the source files of the interface."""
    return [file for folder in FOLDERS for file in sorted((ROOT / folder).rglob("*.py"))]


def speakers() -> list[Path]:
    """Return the source files whose messages a window can show."""
    found = [file for folder in MESSAGES for file in sorted((ROOT / folder).rglob("*.py"))]
    return [file for file in found if not file.relative_to(ROOT).as_posix().startswith(TERMINAL)]


def unmarked() -> list[str]:
    """Return the calls that translate a text which nothing collects: neither written there, nor declared, nor in a table."""
    return [
        f"{name}:{text.lineno}: {ast.unparse(text)}"
        for file in sources()
        if (name := file.relative_to(ROOT).as_posix()) not in TABLES
        for call in _calls(file)
        for text in _arguments(call)
        if not _is_collected(text)
    ]


def _is_collected(text: ast.expr) -> bool:
    names = {part.id for part in ast.walk(text) if isinstance(part, ast.Name)}
    if _literal(text) is not None or names & KNOWN:
        return True
    key = text.slice if isinstance(text, ast.Subscript) else None
    name = text.attr if isinstance(text, ast.Attribute) else _literal(key) if key is not None else None
    return name in DECLARED


def catalogue() -> bytes:
    """Return the Korean catalogue with all texts in it; what was translated stays, what is not said any more goes."""
    before, now = _read(), _empty()
    for text in sorted(texts()):
        known = before.get(text[0])
        said = known.string if known is not None and known.id == (text if len(text) > 1 else text[0]) else None
        now.add(text if len(text) > 1 else text[0], said, locations=[(place, 1) for place in sorted(texts()[text])])
    stream = io.BytesIO()
    write_po(stream, now, width=120, include_lineno=False)
    lines = stream.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(PERSONAL))


def compiled() -> bytes:
    """Return the compiled form of the Korean catalogue."""
    stream = io.BytesIO()
    write_mo(stream, read_po(io.BytesIO(catalogue()), locale="ko"))
    return stream.getvalue()


def untranslated() -> list[str]:
    """Return the texts that have no Korean."""
    found = read_po(io.BytesIO(catalogue()), locale="ko")
    return [_first(message.id) for message in found if message.id and not _first(message.string)]


def _first(text: str | Text | list[str] | None) -> str:
    return text if isinstance(text, str) else text[0] if text else ""


def _has_words(text: str) -> bool:
    """Tell whether there is something to translate beside signs and what is filled in."""
    return re.search(r"[A-Za-z]", re.sub(r"\{\w*(![rs])?(:[^{}]*)?\}", "", text)) is not None


def _empty() -> Catalog:
    return Catalog(
        "ko", project="Weft", version="", copyright_holder="", fuzzy=False, creation_date=FIXED, revision_date=FIXED,
        msgid_bugs_address="", last_translator="", language_team="",
        header_comment="# Korean texts of the window. Made by `python -m tests.generate`; edit the translations only.",
    )  # fmt: skip


def _read() -> Catalog:
    if not PO.exists():
        return _empty()
    with PO.open("rb") as stream:
        return read_po(stream, locale="ko")


def _calls(file: Path) -> Iterator[ast.Call]:
    for item in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(item, ast.Call) and isinstance(item.func, ast.Name) and item.func.id in ("tr", "trn"):
            yield item


def _arguments(call: ast.Call) -> list[ast.expr]:
    assert isinstance(call.func, ast.Name)
    return [call.args[place] for place in ARGUMENTS[call.func.id] if place < len(call.args)]


def _of_source(file: Path) -> Iterator[Text]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for item in ast.walk(tree):
        if isinstance(item, ast.Call) and isinstance(item.func, ast.Name) and item.func.id in ARGUMENTS:
            said = [_literal(text) for text in _arguments(item)]
            if said and all(isinstance(text, str) for text in said):
                yield tuple(text for text in said if text is not None)
    for name in TABLES.get(file.relative_to(ROOT).as_posix(), ()):
        yield from ((text,) for text in _table(tree, name))


def _of_messages(file: Path) -> Iterator[Text]:
    for item in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(item, ast.Call):
            continue
        name = ast.unparse(item.func)
        if places := PHRASES.get(name):
            said = [_literal(item.args[place]) for place in places]
            if all(isinstance(text, str) for text in said):
                yield tuple(text for text in said if text is not None)
        for place in MAKERS.get(name, ()):
            if place < len(item.args):
                yield from ((text,) for text in _either(item.args[place]))


def _either(item: ast.expr) -> Iterator[str]:
    """Yield the texts that an expression may be, as far as they are written in it."""
    if isinstance(item, ast.IfExp):
        yield from (*_either(item.body), *_either(item.orelse))
    elif isinstance(item, ast.BoolOp):
        yield from (text for value in item.values for text in _either(value))
    elif (text := _literal(item)) is not None:
        yield text


def _literal(item: ast.expr) -> str | None:
    return item.value if isinstance(item, ast.Constant) and isinstance(item.value, str) else None


def missing_tables() -> list[str]:
    """Return the constants of `TABLES` that are not in their files any more."""
    trees = {file: ast.parse((ROOT / file).read_text(encoding="utf-8")) for file in TABLES if (ROOT / file).exists()}
    return [f"{file}: {name}" for file, names in TABLES.items() for name in names if not _table(trees.get(file), name)]


def _table(tree: ast.Module | None, name: str) -> list[str]:
    """Return the texts of a constant; none when the module has none of this name."""
    for item in tree.body if tree else ():
        target = item.targets[0] if isinstance(item, ast.Assign) else item.target if isinstance(item, ast.AnnAssign) else None
        if isinstance(target, ast.Name) and target.id == name and isinstance(item, ast.Assign | ast.AnnAssign) and item.value:
            return _strings(item.value)
    return []


def _strings(item: ast.expr) -> list[str]:
    if isinstance(item, ast.Dict):
        return [text for value in item.values for text in _strings(value)]
    if isinstance(item, ast.Tuple | ast.List):
        beside = [text for value in item.elts if (text := _literal(value)) is not None]
        return beside or [text for value in item.elts for text in _strings(value)]
    if isinstance(item, ast.Call) and isinstance(item.func, ast.Name) and item.func.id == "FieldSpec":
        return [text for value in item.args[2:4] if (text := _literal(value)) is not None]
    text = _literal(item)
    return [] if text is None else [text]


def _declared() -> Iterator[tuple[str, str]]:
    """Return the texts of categories, node types, options and models, each with its place."""
    known = Declarations.from_json(json.loads(indexes.node_types()))
    yield from (("engine/api/declaration.py", title) for title in CATEGORIES.values())
    yield from (("engine/api/ports.py", name) for name in TYPES)
    yield from (("engine/api/stores.py", name) for name in STATES)
    yield from (("resources/models/catalogue.toml", model.about) for model in read_catalogue())
    for spec in known.options:
        yield from (("engine/api/options.py", text) for text in _field_texts(spec))
    for declared in known.types.values():
        yield from ((declared.type_id, text) for text in _type_texts(declared))


def _type_texts(declared: Declaration) -> Iterator[str]:
    yield from (declared.title, declared.summary, declared.help)
    for spec in declared.fields:
        yield from _field_texts(spec)
    for side in declared.ports:
        for port in side:
            yield from (port.label, port.help)


def _field_texts(spec: FieldSpec) -> Iterator[str]:
    yield from (spec.label, spec.help, spec.placeholder)
    for choice in spec.choices:
        if isinstance(choice, str) and choice and not choice.isupper():
            yield choice.replace("_", " ").capitalize()
    for inner in spec.rows:
        yield from _field_texts(inner)


def _of_examples() -> Iterator[tuple[str, str]]:
    for example in json.loads(indexes.examples()):
        yield from ((example["id"], example[key]) for key in ("name", "summary"))
