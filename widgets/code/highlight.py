"""Colours of code: Python, JSON, and templates in any text, by regular expressions and block by block."""

from __future__ import annotations

import keyword
import re

from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from widgets.theme import appearance, theme

_PYTHON = re.compile(
    r"(?P<comment>#.*)"
    r"|(?P<open>[rRbBfFuU]{0,2}(?:\"\"\"|'''))"
    r"|(?P<string>[rRbBfFuU]{0,2}(?:\"(?:[^\"\\]|\\.)*\"?|'(?:[^'\\]|\\.)*'?))"
    r"|(?P<number>\b(?:0[xXoObB][\da-fA-F_]+|\d[\d_]*(?:\.\d*)?(?:[eE][+-]?\d+)?)\b)"
    r"|(?P<name>[^\W\d]\w*)"
)
_JSON = re.compile(
    r"(?P<property>\"(?:[^\"\\]|\\.)*\"(?=\s*:))|(?P<string>\"(?:[^\"\\]|\\.)*\"?)|(?P<keyword>\b(?:true|false|null)\b)"
    r"|(?P<number>-?\b\d[\d.]*(?:[eE][+-]?\d+)?\b)"
)
_EXPRESSION = re.compile(
    r"(?P<string>\"(?:[^\"\\]|\\.)*\"?|'(?:[^'\\]|\\.)*'?)|(?P<keyword>\b(?:and|or|not|in|is|if|else|true|false|none)\b)"
    r"|(?P<number>-?\b\d[\d.]*\b)|(?P<template>[^\W\d]\w*(?:\.[^\W\d]\w*|\[\d+\])*)"
)
_TEMPLATE = re.compile(r"(?P<comment>\{#.*?(?:#\}|$))|(?P<keyword>\{%.*?(?:%\}|$))|(?P<template>\{\{.*?(?:\}\}|$))")
_WASH = 0.12
_PLAIN, _IN_TEXT = -1, (1, 2)
_QUOTES = {1: '"""', 2: "'''"}


class Highlighter(QSyntaxHighlighter):
    """Colours a document. `language` is python, json, expression or text; with `templates` braces are shown in each of them."""

    def __init__(self, document: QTextDocument, language: str = "text", *, templates: bool = False) -> None:
        super().__init__(document)
        self._language, self._templates = language, templates
        self._formats: dict[str, QTextCharFormat] = {}
        self._make_formats()
        appearance.changed.connect(self._follow_theme)

    def _follow_theme(self) -> None:
        self._make_formats()
        self.rehighlight()

    def _make_formats(self) -> None:
        look = theme()
        for name in ("keyword", "string", "number", "property", "comment", "template"):
            self._formats[name] = _colored(look.color(f"syntax.{name}"))
        self._formats["comment"].setFontItalic(True)
        self._formats["template"].setBackground(look.mix("syntax.template", "surface.sunken", _WASH))
        self._formats["name"] = _colored(look.color("syntax.template"))

    def highlightBlock(self, text: str) -> None:
        """Colour one line."""
        self.setCurrentBlockState(_PLAIN)
        match self._language:
            case "python":
                self._python(text)
            case "json":
                self._found(_JSON, text)
            case "expression":
                for found in _EXPRESSION.finditer(text):
                    self._color(found, "name" if found.lastgroup == "template" else str(found.lastgroup))
        if self._templates:
            self._found(_TEMPLATE, text)

    def _found(self, pattern: re.Pattern[str], text: str) -> None:
        for found in pattern.finditer(text):
            self._color(found, str(found.lastgroup))

    def _color(self, found: re.Match[str], name: str) -> None:
        self.setFormat(found.start(), found.end() - found.start(), self._formats[name])

    def _python(self, text: str) -> None:
        at = 0
        if self.previousBlockState() in _IN_TEXT:
            at = self._rest_of_text(text, 0, self.previousBlockState())
        while (found := _PYTHON.search(text, at)) is not None:
            at = found.end()
            kind = str(found.lastgroup)
            if kind == "open":
                self._color(found, "string")
                at = self._rest_of_text(text, at, 1 if found[0].endswith('"') else 2)
            elif kind == "name":
                if keyword.iskeyword(found[0]):
                    self._color(found, "keyword")
                elif text[at:].startswith("("):
                    self._color(found, "property")
            else:
                self._color(found, kind)

    def _rest_of_text(self, text: str, start: int, state: int) -> int:
        """Colour up to the closing quotes, or remember that the text goes on; return where to read on."""
        closing = text.find(_QUOTES[state], start)
        end = len(text) if closing < 0 else closing + 3
        self.setFormat(start, end - start, self._formats["string"])
        if closing < 0:
            self.setCurrentBlockState(state)
        return end


def _colored(color: QColor) -> QTextCharFormat:
    form = QTextCharFormat()
    form.setForeground(color)
    return form
