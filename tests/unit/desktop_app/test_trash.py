"""What was thrown away: it comes back, also when its place was taken, and goes when its time is over."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from desktop_app.desk import library
from desktop_app.desk.library import DELETED_KEPT_S
from tests.unit.desktop_app.test_desk_requests import ID, Asker, ask, chain

__all__ = ["ask"]


def test_what_was_deleted_comes_back_until_it_is_purged(ask: Asker) -> None:
    file = ask.folder.library / "words.weft"
    file.write_text(chain())
    ask("register", path=str(file))
    assert ask.refused("purge", workflow=ID) == "library.not-deleted"
    ask("delete", workflow=ID)
    assert ask("workflows") == {"workflows": []}
    assert not file.exists()
    (deleted,) = ask("deleted")["workflows"]
    assert (deleted["workflow"], deleted["path"]) == (ID, str(file))
    assert time.time() - 60 < deleted["deleted"] <= time.time()
    assert ask("undelete", workflow=ID) == {"path": str(file)}
    assert file.read_text() == chain()
    assert len(ask("workflows")["workflows"]) == 1
    ask("delete", workflow=ID)
    ask("purge", workflow=ID)
    assert [*ask.folder.trash.rglob("*.weft")] == []
    assert ask.refused("undelete", workflow=ID) == "library.unknown"


def test_what_comes_back_leaves_what_has_its_place(ask: Asker) -> None:
    file = ask.folder.library / "words.weft"
    file.write_text(chain())
    ask("register", path=str(file))
    ask("delete", workflow=ID)
    file.write_text("another")
    assert ask("undelete", workflow=ID) == {"path": str(ask.folder.library / "words 2.weft")}
    assert file.read_text() == "another"
    (listed,) = ask("workflows")["workflows"]
    assert (listed["path"], listed["gone"]) == (str(ask.folder.library / "words 2.weft"), False)


def test_a_file_elsewhere_and_that_of_another_workflow_stay(ask: Asker, home: Path) -> None:
    file = home / "words.weft"
    file.write_text(chain())
    ask("register", path=str(file))
    ask("delete", workflow=ID)
    assert file.exists()
    ask("undelete", workflow=ID)
    mine = ask.folder.library / "mine.weft"
    file.rename(mine)
    ask("register", path=str(mine))
    other = chain().replace(ID, "6f0c1a52-0000-4000-8000-0000000000bb")
    mine.write_text(other)
    ask("delete", workflow=ID)
    assert mine.read_text() == other


def test_the_trash_is_cleared_after_thirty_days(ask: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    file = ask.folder.library / "words.weft"
    file.write_text(chain())
    ask("register", path=str(file))
    ask("delete", workflow=ID)
    assert DELETED_KEPT_S == 30 * 24 * 3600
    assert len(ask("deleted")["workflows"]) == 1
    monkeypatch.setattr(library, "DELETED_KEPT_S", -1.0)
    ask("workflows")
    assert ask("deleted") == {"workflows": []}
    assert [*ask.folder.trash.rglob("*")] == []


def test_what_cannot_be_moved_is_not_deleted(ask: Asker) -> None:
    file = ask.folder.library / "words.weft"
    file.write_text(chain())
    ask("register", path=str(file))
    ask.folder.trash.write_text("a file where a folder is needed")
    assert ask.refused("delete", workflow=ID) == "data.not-writable"
    assert len(ask("workflows")["workflows"]) == 1
    assert file.exists()
