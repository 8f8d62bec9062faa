"""The register of workflows, settings and agreements."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.api.stores import Library
from engine.model.issues import WeftError
from engine.model.values import Json
from engine.trust import TrustStore
from storage.database import open_database
from storage.paths import DataFolder
from storage.repositories.library import LibraryRepository, WorkflowEntry
from storage.repositories.settings import SettingsRepository
from storage.repositories.trust import TrustRepository


@pytest.fixture
def library(folder: DataFolder) -> Iterator[LibraryRepository]:
    engine = open_database("library", folder.library_db)
    yield LibraryRepository(engine)
    engine.dispose()


def entry(library: LibraryRepository, workflow_id: str = "w") -> WorkflowEntry:
    found = library.workflow(workflow_id)
    assert found is not None
    return found


def test_equal_content_makes_no_new_version(library: LibraryRepository, tmp_path: Path) -> None:
    checked: Library = library
    path = str(tmp_path / "a.weft")
    first = checked.save_version("w", "분류", "text", str(tmp_path), path)
    assert first.hash == hashlib.sha256(f"{tmp_path}\0{{}}\0text\0".encode()).hexdigest()
    assert checked.save_version("w", "분류", "text", str(tmp_path), path) == first
    second = checked.save_version("w", "분류 2", "text 2", str(tmp_path), path)
    elsewhere = checked.save_version("w", "분류 2", "text 2", "/other", path)
    assert len({first.hash, second.hash, elsewhere.hash}) == 3
    assert checked.version(first.hash) == first
    assert checked.version("0" * 64) is None
    assert [version.hash for version in library.versions("w")] == [elsewhere.hash, second.hash, first.hash]
    assert entry(library).name == "분류 2"
    assert entry(library).path == path
    assert entry(library).gone


def test_folder_and_text_are_told_apart(library: LibraryRepository) -> None:
    assert library.save_version("w", "W", "b", "/a", "").hash != library.save_version("w", "W", "", "/ab", "").hash


def test_the_files_it_refers_to_are_a_part_of_a_version(library: LibraryRepository) -> None:
    old = library.save_version("w", "W", "text", "/a", "", {"a.md": "old", "b.md": "한"})
    new = library.save_version("w", "W", "text", "/a", "", {"a.md": "new", "b.md": "한"})
    assert library.save_version("w", "W", "text", "/a", "", {"b.md": "한", "a.md": "old"}) == old
    assert old.hash != new.hash
    assert library.version(old.hash) == old
    assert old.files == {"a.md": "old", "b.md": "한"}


def test_a_known_id_elsewhere_is_a_move_or_a_copy(library: LibraryRepository, tmp_path: Path) -> None:
    first, second, third = (tmp_path / f"{name}.weft" for name in "abc")
    first.write_text("a")
    assert library.register("w", "W", str(first)) == "new"
    assert library.register("w", "W", str(first)) == "known"
    second.write_text("a")
    assert library.register("w", "W", str(second)) == "copy"
    library.save_version("w", "Copy", "changed", str(tmp_path), str(second))
    assert (entry(library).path, entry(library).name) == (str(first), "W")
    assert library.identity("w", str(first)) == "w"
    own = library.identity("w", str(second))
    assert own == library.identity("w", str(second)) != library.identity("w", str(third)) != "w"
    first.unlink()
    assert entry(library).gone
    assert library.identity("w", str(second)) == "w"
    assert library.register("w", "W", str(second)) == "moved"
    assert entry(library).path == str(second)
    third.symlink_to(second)
    assert library.register("w", "W", str(third)) == "known"
    assert entry(library).path == str(second)


def test_a_copy_stays_itself_when_the_other_file_goes(library: LibraryRepository, tmp_path: Path) -> None:
    first, second = tmp_path / "a.weft", tmp_path / "b.weft"
    first.write_text("w")
    second.write_text("w")
    library.register("w", "W", str(first))
    own = library.identity("w", str(second))
    assert library.register(own, "W", str(second)) == "new"
    first.unlink()
    assert library.identity("w", str(second)) == own


def test_a_copy_does_not_bring_back_what_was_thrown_away(library: LibraryRepository, tmp_path: Path) -> None:
    first, second = tmp_path / "a.weft", tmp_path / "b.weft"
    library.register("w", "W", str(first))
    library.set_deleted("w", 100.0)
    assert library.identity("w", str(second)) != "w"
    assert library.register("w", "W", str(second)) == "copy"
    assert entry(library).deleted == 100.0
    assert library.register("w", "W", str(first)) == "known"
    assert entry(library).deleted is None


def test_a_place_taken_by_another_workflow_was_left(library: LibraryRepository, tmp_path: Path) -> None:
    first, second = tmp_path / "a.weft", tmp_path / "b.weft"
    first.write_text("w")
    library.register("w", "W", str(first))
    first.rename(second)
    first.write_text("other")
    assert library.register("other", "Other", str(first)) == "new"
    assert library.register("w", "W", str(second)) == "moved"
    at_first, at_second = library.at(str(first)), library.at(str(second))
    assert at_first
    assert at_second
    assert (at_first.id, at_second.id) == ("other", "w")


def test_a_workflow_gets_its_place_later(library: LibraryRepository, tmp_path: Path) -> None:
    assert library.register("w", "W", "") == "new"
    assert not entry(library).gone
    assert library.register("w", "W", str(tmp_path / "x" / ".." / "a.weft")) == "known"
    assert entry(library).path == str(tmp_path / "a.weft")
    assert library.register("w", "W", "") == "known"
    assert entry(library).path == str(tmp_path / "a.weft")


def test_workflows_are_listed_last_changed_first(library: LibraryRepository) -> None:
    for number, name in enumerate(("Ticket triage", "환불 처리", "Weekly report")):
        library.save_version(f"w{number}", name, f"text {number}", "/", "")
    library.save_version("w0", "Ticket triage", "changed", "/", "")
    assert [found.id for found in library.workflows()] == ["w0", "w2", "w1"]
    assert [found.id for found in library.workflows(search="RE")] == ["w2"]
    assert [found.id for found in library.workflows(search="환불")] == ["w1"]
    library.set_status("w2", "archived")
    library.set_status("w1", "active")
    assert [found.id for found in library.workflows()] == ["w0", "w1"]
    assert [found.id for found in library.workflows("archived")] == ["w2"]
    assert [found.id for found in library.workflows("active")] == ["w1"]


def test_a_removed_workflow_takes_its_versions_along(library: LibraryRepository) -> None:
    kept, gone = library.save_version("a", "A", "a", "/", ""), library.save_version("b", "B", "b", "/", "")
    library.remove("b")
    assert library.version(kept.hash) == kept
    assert library.version(gone.hash) is None
    with pytest.raises(WeftError) as removed:
        library.remove("b")
    with pytest.raises(WeftError) as changed:
        library.set_status("b", "active")
    assert removed.value.issue.code == changed.value.issue.code == "library.unknown"


@pytest.mark.parametrize(("text", "base", "path"), [("\ud800", "/", ""), ("a", "/\udcff", ""), ("a", "/", "/\udcff.weft")])
def test_what_is_no_text_is_refused(text: str, base: str, path: str, library: LibraryRepository) -> None:
    with pytest.raises(WeftError) as caught:
        library.save_version("w", "W", text, base, path)
    assert caught.value.issue.code == "library.text"
    assert library.workflows() == []


def test_settings_keep_their_values(folder: DataFolder) -> None:
    engine = open_database("library", folder.library_db)
    settings = SettingsRepository(engine)
    assert settings.get("language", "en") == "en"
    values: list[Json] = ["ko", {"a": [1.5, None]}, None, 12345678901234567890, False]
    for value in values:
        settings.set("language", value)
        assert settings.get("language", "en") == value
    settings.set("a", 1)
    assert settings.all() == {"a": 1, "language": False}
    assert settings.remove("language")
    assert not settings.remove("language")
    assert settings.get("language", "en") == "en"
    engine.dispose()


def test_agreements_belong_to_workflow_and_file(folder: DataFolder) -> None:
    engine = open_database("library", folder.library_db)
    trust = TrustRepository(engine)
    store: TrustStore = trust
    effects = [{"kind": "host", "target": "localhost:8080"}, {"kind": "script", "target": "n", "content": "ab"}]
    store.agree("w", "/a.weft", [], "0")
    store.agree("w", "/a.weft", effects, "1")
    assert store.agreed("w", "/a.weft") == effects
    assert store.agreed("w", "/copy.weft") == store.agreed("other", "/a.weft") == []
    (record,) = trust.all()
    assert (record.workflow_id, record.path, record.effects, record.digest) == ("w", "/a.weft", effects, "1")
    assert record.granted > 0
    assert trust.withdraw("w", "/a.weft")
    assert not trust.withdraw("w", "/a.weft")
    assert store.agreed("w", "/a.weft") == []
    engine.dispose()


def test_what_was_thrown_away_is_kept_until_it_is_removed(library: LibraryRepository) -> None:
    for name in ("one", "two"):
        library.register(name, name, "")
    library.set_deleted("one", 100.0)
    assert [known.id for known in library.workflows()] == ["two"]
    assert entry(library, "one").deleted == 100.0
    assert [known.id for known in library.deleted(before=100.5)] == ["one"]
    assert list(library.deleted(before=100.0)) == []
    library.set_deleted("one", None)
    assert {known.id for known in library.workflows()} == {"one", "two"}
    library.set_deleted("two", 100.0)
    assert library.register("two", "two", "") == "known"
    assert entry(library, "two").deleted is None, "to open it brings it back"
    with pytest.raises(WeftError, match="no workflow"):
        library.set_deleted("three", 1.0)
