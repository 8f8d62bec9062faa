"""The language of the interface. English texts are the keys; a catalogue answers with the words of another language.

Catalogues are gettext's: `languages/<code>.po` is edited, `make texts` collects what the program says and compiles `<code>.mo`.
"""

from __future__ import annotations

import gettext
import locale

from resources.files import path

LANGUAGES = {"en": "English", "ko": "한국어"}
"""Languages there are, each in its own words."""

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


def of_system() -> str:
    """Return the code of the language that the desktop speaks, English when there is no catalogue for it."""
    name = locale.setlocale(locale.LC_CTYPE) or ""
    code = name.partition("_")[0].lower()
    return code if code in LANGUAGES else "en"


def tr(text: str, **values: object) -> str:
    """Return a text in the language in use, with `{name}` replaced by the value of that name."""
    said = _catalogue.gettext(text) if text else ""
    return said.format(**values) if values else said


def trn(one: str, many: str, count: int, **values: object) -> str:
    """Return the form of a text for a number; `{count}` stands for it."""
    return _catalogue.ngettext(one, many, count).format(count=count, **values)
