"""The language that the desktop speaks, from its variables."""

from __future__ import annotations

import locale

import pytest

from resources.language import of_system


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"LANG": "ko_KR.UTF-8"}, "ko"), ({"LANG": "ko"}, "ko"), ({"LANG": "en_GB.UTF-8"}, "en"), ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "ko_KR.UTF-8"}, "ko"), ({"LANG": "ko_KR.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "en"),
        ({"LANG": "ko_KR.UTF-8", "LC_ALL": ""}, "ko"), ({"LANG": "de_DE.UTF-8", "LANGUAGE": "de:ko:en"}, "ko"),
        ({"LANG": "C", "LANGUAGE": "ko"}, "en"), ({"LANG": "ko-KR"}, "ko"), ({"LANG": "xx_YY@ko"}, "en"),
    ],
)  # fmt: skip
def test_variables_tell_it_whether_the_c_library_knows_it_or_not(told: dict[str, str], code: str) -> None:
    assert of_system(told) == code


def test_without_them_the_c_library_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locale, "setlocale", lambda _category: "ko_KR.UTF-8")
    assert of_system({}) == "ko"
    monkeypatch.setattr(locale, "setlocale", lambda _category: "C")
    assert of_system({}) == "en"
