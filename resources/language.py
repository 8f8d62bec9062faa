"""The language of the interface. English texts are the keys; a catalogue answers with the words of another language.

Catalogues are gettext's: `languages/<code>.po` is edited, `make texts` collects what the program says and compiles `<code>.mo`.
"""

from __future__ import annotations

import gettext
import locale
import os
import re
from collections.abc import Mapping
from typing import Any

from resources.files import path

LANGUAGES = {"en": "English", "ko": "한국어"}
"""Languages there are, each in its own words."""

VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
"""What a desktop says its language with, the strongest first; `LANGUAGE` has a list, for all but the plain one of C."""

_spoken = "en"
_catalogue = gettext.NullTranslations()


def use(code: str) -> None:
    """Speak a language from now on; one that there is no catalogue for is English."""
    global _spoken, _catalogue
    file = path("languages", f"{code}.mo")
    _spoken, _catalogue = "en", gettext.NullTranslations()
    if code in LANGUAGES and file.exists():
        with file.open("rb") as stream:
            _spoken, _catalogue = code, gettext.GNUTranslations(stream)


def spoken() -> str:
    """Return the code of the language in use."""
    return _spoken


def of_system(environ: Mapping[str, str] = os.environ) -> str:
    """Return the code of the language that the desktop speaks, English when there is no catalogue for it.

    The variables that gettext reads count before what the C library makes of them: that knows only what was installed for it.
    """
    asked = next((environ[name] for name in VARIABLES if environ.get(name)), "") or locale.setlocale(locale.LC_CTYPE) or ""
    if asked.partition(".")[0] not in ("C", "POSIX"):
        asked = environ.get("LANGUAGE") or asked
    codes = (re.split(r"[_.@-]", name)[0].lower() for name in asked.split(":"))
    return next((code for code in codes if code in LANGUAGES), "en")


class Phrase(str):
    """A text in English that knows its template and values, so that the window can say it in another language.

    To all else it is a plain text. `template` is the key in the catalogue; `many` is its form for several things, where it has
    one. A value that is a phrase itself is translated with it; all others are data.
    """

    template: str
    many: str
    values: Mapping[str, Any]

    def __new__(cls, text: str, template: str = "", values: Mapping[str, Any] | None = None, many: str = "") -> Phrase:
        """Make the phrase whose English is `text`."""
        made = super().__new__(cls, text)
        made.template, made.values, made.many = template or text, values or {}, many
        return made

    def translated(self) -> str:
        """Return the phrase in the language in use. An empty one is none of the catalogue, which has its own facts there."""
        if not self.template:
            return ""
        count = self.values.get("count")
        said = _catalogue.ngettext(self.template, self.many, count) if self.many and count else _catalogue.gettext(self.template)
        values = {name: tr(value) if isinstance(value, Phrase) else value for name, value in self.values.items()}
        return said.format(**values) if values else said


def phrase(template: str, /, **values: object) -> Phrase:
    """Return an English text, with `{name}` replaced by the value of that name, that can be translated where it is shown."""
    plain = {name: _plain(value) for name, value in values.items()}
    return Phrase(template.format(**plain) if plain else template, template, plain)


def phrase_n(one: str, many: str, count: int, /, **values: object) -> Phrase:
    """Return the English form of a text for a number, for which `{count}` stands, that can be translated where it is shown."""
    said = phrase(one if count == 1 else many, count=count, **values)
    return Phrase(said, one, said.values, many)


def _plain(value: object) -> object:
    """Return what JSON can hold of a value; of an exception its phrase, if it has one."""
    if isinstance(value, BaseException) and value.args and isinstance(value.args[0], Phrase):
        return value.args[0]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def tr(text: str, **values: object) -> str:
    """Return a text in the language in use, with `{name}` replaced by the value of that name; a phrase with its own values."""
    if isinstance(text, Phrase):
        return text.translated()
    said = _catalogue.gettext(text) if text else ""
    return said.format(**values) if values else said


def trn(one: str, many: str, count: int, **values: object) -> str:
    """Return the form of a text for a number; `{count}` stands for it, with its thousands apart."""
    return _catalogue.ngettext(one, many, count).format(count=f"{count:,}", **values)
