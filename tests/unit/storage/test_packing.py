"""Values come back from the journal as they went in, large ones through the blob store."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.api.stores import INLINE_LIMIT
from engine.model.issues import WeftError
from engine.model.values import Json, JsonObject
from storage.blobs import BlobStore
from storage.encoding import clean, from_json, to_json
from storage.packing import BLOB_KEY, pack, references, unpack

TEXT = st.text(st.characters(codec=None), max_size=20)  # lone surrogates and NUL too
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT
KEYS = TEXT | st.sampled_from([BLOB_KEY, "size", "type"])
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12,
)
LARGE = st.sampled_from(["x" * 40_000, "한" * 11_000, "\ud800" * 40_000, [0] * 20_000, {"a": "é" * 20_000}])


@pytest.fixture(scope="module")
def blobs(tmp_path_factory: pytest.TempPathFactory) -> BlobStore:
    return BlobStore(tmp_path_factory.mktemp("blobs"))


@given(values=st.dictionaries(KEYS, VALUES | LARGE, max_size=4))
@example(values={"out": {BLOB_KEY: "a" * 64, "type": "text"}})
@example(values={"out": {BLOB_KEY: 1}, "other": "x" * INLINE_LIMIT})
@example(values={BLOB_KEY: "a" * 64})
def test_every_value_round_trips(values: dict[str, Json], blobs: BlobStore) -> None:
    packed = pack(values)
    packed.text.encode()
    for data in packed.blobs:
        blobs.put(data, durable=False)
    stored = json.loads(packed.text)
    assert len(references(stored)) == len(packed.blobs)
    back = unpack(stored, blobs)
    assert to_json(back) == to_json(values)
    assert list(back) == list(values)


@pytest.mark.parametrize(("value", "inline"), [
    ("x" * (INLINE_LIMIT - 2), True),
    ("x" * (INLINE_LIMIT - 1), False),
    ("한" * ((INLINE_LIMIT - 2) // 3), True),
    ("한" * (INLINE_LIMIT // 3 + 1), False),
])
def test_the_limit_is_bytes_of_json(value: Json, inline: bool) -> None:
    assert (pack({"out": value}).blobs == ()) is inline


def test_a_reference_tells_what_it_stands_for() -> None:
    packed = pack({"out": "가" * 40_000, "rows": [1] * 40_000, "small": 1})
    values = json.loads(packed.text)
    assert values["small"] == 1
    assert values["out"]["size"] == 120_000
    assert values["out"]["type"] == "text"
    assert values["out"]["preview"] == "가" * 200
    assert values["rows"]["type"] == "application/json"
    assert packed.blobs[0].decode() == "가" * 40_000


@pytest.mark.parametrize("value", [float("nan"), {1, 2}, b"x", object(), [float("inf")], {"a": {("b",): 1}}])
def test_what_is_not_json_is_refused(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        pack({"out": value})  # type: ignore[dict-item]


@given(TEXT)
def test_cleaned_text_fits_every_database(text: str) -> None:
    cleaned = clean(text)
    assert "\0" not in cleaned
    cleaned.encode()
    assert clean(cleaned) == cleaned
    assert cleaned == text or len(cleaned) < len(text) or "?" in cleaned


def test_json_text_is_readable_where_it_can_be() -> None:
    assert to_json({"name": "티켓"}) == '{"name":"티켓"}'
    assert from_json(to_json("\ud800 \0")) == "\ud800 \0"


def test_blobs_are_found_damaged_or_missing_by_name(tmp_path: Path) -> None:
    store = BlobStore(tmp_path)
    digest = store.put(b"hello")
    assert store.put(b"hello") == digest
    assert list(store) == [digest]
    assert store.get(digest) == b"hello"
    store.path(digest).write_bytes(b"hellO")
    damaged = store.check(digest)
    store.put(b"hello")
    store.path(digest).unlink()
    missing = store.check(digest)
    for error, code in ((damaged, "blob.damaged"), (missing, "blob.missing")):
        assert error is not None
        assert error.issue.code == code
        assert digest in str(error)


def test_a_truncated_blob_is_written_again(tmp_path: Path) -> None:
    store = BlobStore(tmp_path)
    digest = store.put(b"hello")
    store.path(digest).write_bytes(b"hel")
    store.put(b"hello")
    assert store.get(digest) == b"hello"


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "a" * 63])
def test_a_blob_name_is_a_hash(name: str, tmp_path: Path) -> None:
    with pytest.raises(WeftError) as caught:
        BlobStore(tmp_path).get(name)
    assert caught.value.issue.code == "blob.name"


def test_a_failed_write_leaves_no_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, target: object) -> None:
        raise OSError(28, "No space left on device")

    store = BlobStore(tmp_path)
    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        store.put(b"hello")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_unpack_leaves_other_objects_alone(tmp_path: Path) -> None:
    values: JsonObject = {"a": {"x": 1}, "b": [{BLOB_KEY: "inside a list"}]}
    assert unpack(dict(values), BlobStore(tmp_path)) == values
