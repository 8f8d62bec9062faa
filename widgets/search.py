"""Finding by a few letters: what matches, how well, and which letters did. Korean is found by syllables, letters and initials."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from engine.api.declaration import CATEGORIES, Declaration
from resources.language import tr

T = TypeVar("T")

_FIRST, _LAST, _PER_INITIAL = 0xAC00, 0xD7A3, 21 * 28
_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS: tuple[str, ...] = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")

_WHOLE = 8.0
"""Whole syllables count more than one that could still become another."""
_EXACT, _START, _WORD_START, _INSIDE, _INITIALS_OF, _SCATTERED = 100.0, 80.0, 65.0, 50.0, 45.0, 25.0


@dataclass(frozen=True, slots=True)
class Match:
    """How well a text matches (more is better) and which of its letters did, by place."""

    score: float
    places: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Searched:
    """What can be found: by its title, its other words (`keywords`, weaker), and a sentence (weakest)."""

    title: str
    keywords: tuple[str, ...] = ()
    sentence: str = ""


def described(kind: Declaration) -> Searched:
    """Return by what a node type is found: its title in the language in use and in English, its category, what it does."""
    category = CATEGORIES.get(kind.category, kind.category)
    return Searched(tr(kind.title), (kind.title, *kind.keywords, *kind.aliases, kind.type_id, tr(category)), tr(kind.summary))


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A thing that was found, with the letters of its title and of its sentence that matched."""

    thing: T
    score: float
    title_places: tuple[int, ...] = ()
    sentence_places: tuple[int, ...] = ()


def match(query: str, text: str) -> Match | None:
    """Return how `text` matches one word of a query, or None.

    In this order: the whole text, its start, the start of a word, a part, the initials of its words (`pys`: Python script) or of
    its syllables (`ㅅㅇ`: 승인), letters in the same order that are not far apart.
    """
    wanted, (letters, places) = _letters(query)[0], _letters(text)
    if not wanted:
        return Match(0.0)
    at = letters.find(wanted)
    if at >= 0:
        hit = _part(wanted, letters, places, at)
        return Match(hit.score + _WHOLE, hit.places) if query in text and not query.isascii() else hit
    return _by_initials(query, text) or _scattered(wanted, letters, places)


def rank(query: str, things: Iterable[T], described: Callable[[T], Searched]) -> list[Found[T]]:
    """Return the things that match every word of a query, the best first; equal ones, and all for no query, as they came."""
    words = query.split()
    found = [hit for thing in things if (hit := _found(words, thing, described(thing))) is not None]
    return sorted(found, key=lambda hit: -hit.score)


def _found(words: Sequence[str], thing: T, searched: Searched) -> Found[T] | None:
    score, title, sentence = 0.0, set[int](), set[int]()
    for word in words:
        in_title = match(word, searched.title)
        in_keywords = max((hit.score for keyword in searched.keywords if (hit := _solid(word, keyword))), default=0.0) * 0.5
        in_sentence = _solid(word, searched.sentence) if len(word) > 2 or not word.isascii() else None
        weak = in_sentence.score * 0.3 if in_sentence else 0.0
        best = max(in_title.score if in_title else 0.0, in_keywords, weak)
        if best <= 0:
            return None
        score += best
        title.update(in_title.places if in_title else ())
        sentence.update(in_sentence.places if in_sentence else ())
    return Found(thing, score, tuple(sorted(title)), tuple(sorted(sentence)))


def _solid(word: str, text: str) -> Match | None:
    """Match without scattered letters, and without parts of one or two: in keywords and sentences they would find everything."""
    hit = match(word, text)
    short = len(word) < 3 and word.isascii()
    return hit if hit and hit.score > (_WORD_START if short else _SCATTERED + 10) else None


def _part(wanted: str, letters: str, places: Sequence[int], at: int) -> Match:
    starts_word = at == 0 or not letters[at - 1].isalnum()
    while not starts_word and (later := letters.find(wanted, at + 1)) >= 0:
        at, starts_word = later, not letters[later - 1].isalnum()
    if len(wanted) == len(letters):
        score = _EXACT
    elif at == 0:
        score = _START
    else:
        score = _WORD_START if starts_word else _INSIDE
    share = len(wanted) / len(letters)
    return Match(score + 10 * share, tuple(sorted({places[place] for place in range(at, at + len(wanted))})))


def _by_initials(query: str, text: str) -> Match | None:
    """Match the first letters of the words, each with as many more as are given; or the initials of Korean syllables."""
    if all(letter in _INITIALS for letter in query):
        syllables = [(place, _initial(letter)) for place, letter in enumerate(text) if _FIRST <= ord(letter) <= _LAST]
        at = "".join(initial for _, initial in syllables).find(query)
        if at >= 0:
            return Match(_INITIALS_OF + (10 if at == 0 else 0), tuple(place for place, _ in syllables[at : at + len(query)]))
    taken = _word_starts(query.casefold(), text.casefold())
    return Match(_INITIALS_OF, taken) if taken else None


def _word_starts(query: str, text: str) -> tuple[int, ...] | None:
    """Return the places of `query` made of the beginnings of words in their order, or None."""
    starts = [at for at, letter in enumerate(text) if letter.isalnum() and (at == 0 or not text[at - 1].isalnum())]

    def fit(rest: str, words: list[int]) -> tuple[int, ...] | None:
        if not rest:
            return ()
        for number, start in enumerate(words):
            length = 0
            while length < len(rest) and text[start + length : start + length + 1] == rest[length]:
                length += 1
            for taken in range(length, 0, -1):
                behind = fit(rest[taken:], words[number + 1 :])
                if behind is not None:
                    return (*range(start, start + taken), *behind)
        return None

    return fit(query, starts[:8]) if len(query) <= 12 else None


def _scattered(wanted: str, letters: str, places: Sequence[int]) -> Match | None:
    """Match letters in their order with few others between them; from three letters on, and only where a word begins so."""
    if len(wanted) < 3:
        return None
    at, taken = -1, list[int]()
    for letter in wanted:
        at = letters.find(letter, at + 1)
        if at < 0:
            return None
        taken.append(at)
    gaps = taken[-1] - taken[0] + 1 - len(wanted)
    if gaps > len(wanted) or (taken[0] and letters[taken[0] - 1].isalnum()):
        return None
    return Match(_SCATTERED - gaps, tuple(sorted({places[place] for place in taken})))


@lru_cache(maxsize=4096)
def _letters(text: str) -> tuple[str, tuple[int, ...]]:
    """Return a text in small letters, Hangul in its parts, and for each letter its place in `text`."""
    letters, places = list[str](), list[int]()
    for place, letter in enumerate(text):
        parts = _parts(letter) if _FIRST <= ord(letter) <= _LAST else _plain(letter)
        letters.extend(parts)
        places.extend([place] * len(parts))
    return "".join(letters), tuple(places)


def _plain(letter: str) -> str:
    """Return a letter without its accents, in small."""
    parts: str = unicodedata.normalize("NFKD", letter.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


def _parts(syllable: str) -> str:
    number = ord(syllable) - _FIRST
    return _INITIALS[number // _PER_INITIAL] + _VOWELS[number // 28 % 21] + _FINALS[number % 28]


def _initial(syllable: str) -> str:
    return _INITIALS[(ord(syllable) - _FIRST) // _PER_INITIAL]
