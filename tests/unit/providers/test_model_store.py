from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.api.models import ModelError
from engine.providers.catalogue import CatalogueModel, read_catalogue
from engine.providers.model_store import ModelStore, models_folder
from tests.helpers.checkout import ROOT

TINY = CatalogueModel(id="tiny", title="Tiny", file="Tiny.Q4.gguf", bytes=8, memory=99, context=77)


def code(caught: pytest.ExceptionInfo[ModelError]) -> str:
    return caught.value.issue.code


@pytest.fixture
def tiny(tmp_path: Path) -> ModelStore:
    return ModelStore(tmp_path / "models", [tmp_path / "other"], [TINY])


def put(path: Path, size: int = 8) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"GGUF" + bytes(size - 4))
    return path


def test_the_shipped_catalogue() -> None:
    models = read_catalogue()
    assert [model.id for model in models] == ["qwen2.5-coder-0.5b", "qwen2.5-coder-1.5b", "smollm2-135m"]
    assert [model.demonstration for model in models] == [False, False, True]
    for model in models:
        assert model.page.startswith("https://")
        assert model.page.endswith("/" + model.file)
        assert model.licence == "Apache-2.0"
        assert model.memory > model.bytes > 90_000_000
        assert sum(package.bytes for package in model.packages) > model.bytes * 0.85
        for digest in (model.sha256, *(package.sha256 for package in model.packages)):
            assert re.fullmatch("[0-9a-f]{64}", digest)
        for package in model.packages:
            assert package.file.startswith(f"{package.name.replace('-', '_')}-{package.version}-")
    text = (ROOT / "resources" / "models" / "catalogue.toml").read_text("utf-8")
    assert set(re.findall(r"https?://([^/\"]+)", text)) == {"huggingface.co"}


def test_the_folder(tmp_path: Path) -> None:
    assert models_folder(tmp_path, {}) == tmp_path / "models"
    assert models_folder(tmp_path, {"WEFT_MODELS": "/srv/models"}) == Path("/srv/models")
    assert models_folder(tmp_path, {"WEFT_MODELS": "~/m"}) == Path.home() / "m"


def test_a_model_that_is_not_here(tiny: ModelStore) -> None:
    assert tiny.installed() == []
    [entry] = tiny.entries()
    assert (entry.id, entry.path, entry.bytes, entry.known) == ("tiny", None, 8, TINY)
    with pytest.raises(ModelError) as caught:
        tiny.find("tiny")
    assert code(caught) == "model.not-installed"
    assert caught.value.issue.remedy == "Run `weft models get tiny`."


@pytest.mark.parametrize("name", ["", "nobody", "../secret", "/etc/passwd", "a/b"])
def test_a_model_that_nobody_knows(tiny: ModelStore, name: str) -> None:
    put(tiny.folder.parent / "secret.gguf")
    put(tiny.folder / "mine.gguf")
    with pytest.raises(ModelError) as caught:
        tiny.find(name)
    assert code(caught) == "model.not-found"
    assert "tiny, mine" in caught.value.issue.remedy


def test_files_are_found_in_all_folders_and_the_first_wins(tiny: ModelStore) -> None:
    mine = put(tiny.folder / "mine.gguf")
    put(tiny.search[0] / "mine.gguf", 100)
    found = put(tiny.search[0] / TINY.file)
    assert tiny.installed() == ["tiny", "mine"]
    assert tiny.find("tiny").path == found
    assert (tiny.find("tiny").memory, tiny.find("tiny").context) == (99, 77)
    assert tiny.find("mine").path == mine
    assert tiny.find("mine").memory > 8


def test_a_file_of_the_wrong_size_is_not_the_model(tiny: ModelStore) -> None:
    put(tiny.folder / TINY.file, 7)
    assert tiny.path("tiny") is None
    assert [entry.id for entry in tiny.entries()] == ["tiny"]


def test_removing(tiny: ModelStore) -> None:
    path, left = put(tiny.folder / TINY.file), put(tiny.folder / f".{TINY.file}.page")
    (tiny.folder / f".{TINY.file}.wheels").mkdir()
    own = put(tiny.folder / "mine.gguf")
    assert tiny.remove("tiny") == path
    assert not left.exists()
    assert list(tiny.folder.iterdir()) == [own]
    assert tiny.remove("mine") == own
    for name, expected in (("tiny", "model.not-installed"), ("mine", "model.not-found")):
        with pytest.raises(ModelError) as caught:
            tiny.remove(name)
        assert code(caught) == expected


def test_what_an_unfinished_download_left_can_be_removed(tiny: ModelStore) -> None:
    left = put(tiny.folder / f".{TINY.file}.packages")
    assert tiny.remove("tiny") == left
    assert not left.exists()


def test_a_model_in_a_folder_that_is_only_searched_stays(tiny: ModelStore) -> None:
    path = put(tiny.search[0] / TINY.file)
    with pytest.raises(ModelError) as caught:
        tiny.remove("tiny")
    assert code(caught) == "model.read-only"
    assert str(path) in caught.value.issue.remedy
    assert path.exists()
