"""Providers in the settings: added, tried, changed and removed with a real server and the keys of a person."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QScrollArea

from desktop_app.window.settings.provider_form import ProviderForm
from storage.paths import DataFolder
from storage.secrets import Secrets
from tests.helpers.fake_model_server import FakeModelServer
from tests.window.settings_helpers import Bench, bench, make_shell, page, texts

__all__ = ["bench", "make_shell", "page"]

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture
def server() -> Iterator[FakeModelServer]:
    with FakeModelServer(models=("large", "small")) as found:
        yield found


def form_of(bench: Bench) -> ProviderForm:
    """Return the form that is open."""
    section = bench.providers
    assert section.form is not None
    return section.form


def enter(field: QLineEdit, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)


def secret(name: str) -> str | None:
    return Secrets(DataFolder.default()).get(name)


def add(bench: Bench, server: FakeModelServer, name: str, key: str = "") -> None:
    """Add a server with the model that comes first."""
    bench.click(bench.providers.add_button)
    form = form_of(bench)
    enter(form.name, name)
    enter(form.address, server.url)
    enter(form.key, key)
    bench.click(form.connect_button)
    bench.until(form.save_button.isVisible)
    bench.click(form.save_button)
    bench.until(lambda: bench.providers.form is None and name in bench.setup.providers.tested and name in bench.providers.rows)
    bench.until(lambda: not bench.setup.providers.testing)


def test_a_server_is_added_with_a_model_that_it_really_has(bench: Bench, server: FakeModelServer) -> None:
    bench.click(bench.providers.add_button)
    form = form_of(bench)
    assert form.name.hasFocus()
    assert form.key.echoMode() is QLineEdit.EchoMode.Password
    enter(form.name, "Lab")
    enter(form.address, server.url)
    enter(form.key, "key-of-the-lab")
    QTest.keyClick(form.key, Qt.Key.Key_Return)
    bench.until(form.save_button.isVisible)
    assert form.key.text() == "", "a key is not shown again"
    assert [form.model.itemText(place) for place in range(form.model.count())] == ["large", "small"]
    QTest.keyClick(form.model, Qt.Key.Key_Down)
    bench.click(form.save_button)
    bench.until(lambda: "Lab" in bench.providers.rows)
    row = bench.providers.rows["Lab"]
    bench.until(lambda: "2 models" in texts(row))
    assert {"Lab", server.url, "In the encrypted file"} <= set(texts(row))
    lab = bench.setup.providers.provider("Lab")
    assert lab is not None
    assert (lab.model, lab.secret) == ("small", "Lab-key")
    assert secret("Lab-key") == "key-of-the-lab"
    bench.until(lambda: "Lab-key" in bench.facts.secrets)
    assert "Lab" in [choice.value for choice in bench.facts.providers], "forms offer it at once"


def test_what_is_wrong_is_said_in_the_form(bench: Bench, server: FakeModelServer) -> None:
    bench.click(bench.providers.add_button)
    form = form_of(bench)
    bench.click(form.connect_button)
    assert form.note is not None
    assert form.note.text == "Give it a name: nodes choose it by that."
    enter(form.name, "openai")
    bench.click(form.connect_button)
    assert form.note is not None
    assert form.note.text == "There is a provider of this name already."
    enter(form.name, "Lab")
    enter(form.address, "localhost")
    bench.click(form.connect_button)
    assert form.note is not None
    assert form.note.text.startswith("The address begins with http")
    assert form.address.property("problem") == "error"
    enter(form.address, server.url)
    assert form.address.property("problem") == ""
    assert not any(text.startswith("The address begins") for text in texts(form))


def test_a_server_that_does_not_answer_is_not_added_and_leaves_no_key(bench: Bench) -> None:
    bench.click(bench.providers.add_button)
    form = form_of(bench)
    enter(form.name, "Lab")
    enter(form.address, "http://127.0.0.1:9/v1")
    enter(form.key, "key-of-the-lab")
    bench.click(form.connect_button)
    bench.until(lambda: form.note is not None)
    bench.until(lambda: form.note is not None and "Check that it runs, its address, and the network." in texts(form.note))
    assert secret("Lab-key") == "key-of-the-lab"
    QTest.keyClick(form.address, Qt.Key.Key_Escape)
    bench.until(lambda: not bench.setup.secrets.has("Lab-key") and secret("Lab-key") is None)
    assert bench.providers.form is None
    assert "Lab" not in bench.providers.rows


def test_a_server_that_is_off_can_be_added_anyway(bench: Bench) -> None:
    bench.click(bench.providers.add_button)
    form = form_of(bench)
    enter(form.name, "Lab")
    enter(form.address, "http://127.0.0.1:9/v1")
    enter(form.key, "key-of-the-lab")
    bench.click(form.connect_button)
    assert not form.cancel_button.hasFocus(), "a key that is pressed now must not throw away what was entered"
    bench.until(lambda: form.note is not None)
    assert form.address.hasFocus()
    assert form.address.property("problem") == "error"
    assert form.note is not None
    assert [button.text() for button in form.note.buttons] == ["Add anyway"]
    bench.click(form.note.buttons[0])
    bench.until(lambda: bench.providers.form is None and "Lab" in bench.providers.rows)
    row = bench.providers.rows["Lab"]
    bench.until(lambda: "Does not answer" in texts(row))
    lab = bench.setup.providers.provider("Lab")
    assert lab is not None
    assert (lab.base_url, lab.secret) == ("http://127.0.0.1:9/v1", "Lab-key")
    assert secret("Lab-key") == "key-of-the-lab"


def test_what_is_entered_meanwhile_is_not_blamed(bench: Bench) -> None:
    bench.click(bench.providers.add_button)
    form = form_of(bench)
    enter(form.name, "Lab")
    enter(form.address, "http://127.0.0.1:9/v1")
    bench.click(form.connect_button)
    enter(form.name, "Other")
    bench.until(form.connect_button.isEnabled)
    assert form.note is None
    assert form.name.hasFocus()


def test_a_refused_key_is_asked_for_again(bench: Bench) -> None:
    with FakeModelServer(key="right") as server:
        bench.click(bench.providers.add_button)
        form = form_of(bench)
        enter(form.name, "Lab")
        enter(form.address, server.url)
        enter(form.key, "wrong-key")
        QTest.keyClick(form.key, Qt.Key.Key_Return)
        bench.until(lambda: form.note is not None)
        assert form.note is not None
        bench.until(lambda: form.note is not None and "Give it a valid key." in texts(form.note))
        assert form.key.hasFocus()
        assert "wrong-key" not in " ".join(texts(form))
        enter(form.key, "right")
        QTest.keyClick(form.key, Qt.Key.Key_Return)
        bench.until(form.save_button.isVisible)


def test_a_key_is_replaced_only_when_it_is_saved(bench: Bench, server: FakeModelServer) -> None:
    add(bench, server, "Lab", "first-key")
    for saved, expected in ((False, "first-key"), (True, "second-key")):
        row = bench.providers.rows["Lab"]
        bench.choose(row.menu(), "Change …")
        form = form_of(bench)
        assert not form.name.isEnabled()
        assert "encrypted file" in form.key.placeholderText()
        enter(form.key, "second-key")
        bench.click(form.connect_button)
        bench.until(form.save_button.isVisible)
        bench.click(form.save_button if saved else form.cancel_button)
        bench.until(lambda: bench.providers.form is None and not bench.setup.secrets.has("Lab-key-2"))
        assert secret("Lab-key") == expected
    assert [known.name for known in bench.setup.secrets.secrets] == ["Lab-key"]


def test_a_provider_without_key_is_tried_and_its_default_model_chosen(bench: Bench, server: FakeModelServer) -> None:
    add(bench, server, "Lab")
    row = bench.providers.rows["Lab"]
    bench.until(lambda: {"needs none", "2 models"} <= set(texts(row)))
    assert row.model is not None
    row.model.setFocus()
    QTest.keyClick(row.model, Qt.Key.Key_Down)
    bench.until(lambda: (lab := bench.setup.providers.provider("Lab")) is not None and lab.model == "small")
    assert bench.shell.window.status.parts["network"].text() == "Offline: prompts stay on this machine"


def test_a_failed_test_says_the_way_out(bench: Bench) -> None:
    with FakeModelServer() as server:
        add(bench, server, "Lab")
    row = bench.providers.rows["Lab"]
    bench.click(row.test_button)
    bench.until(lambda: row.note is not None)
    bench.until(lambda: "Does not answer" in texts(row))
    assert row.note is not None
    bench.click(row.note.buttons[0])
    assert form_of(bench).address.hasFocus()


def test_a_missing_key_is_asked_for_where_it_is_missing(bench: Bench) -> None:
    row = bench.providers.rows["openai"]
    bench.click(row.key_button)
    form = form_of(bench)
    assert form.key.hasFocus()
    assert form.address.text() == "https://api.openai.com/v1"


def test_a_provider_goes_with_its_key_when_that_is_confirmed(bench: Bench, server: FakeModelServer) -> None:
    add(bench, server, "Lab", "key-of-the-lab")
    row = bench.providers.rows["Lab"]
    bench.choose(row.menu(), "Remove …")
    assert row.note is not None
    bench.click(row.note.buttons[0])
    assert bench.setup.providers.provider("Lab") is not None
    bench.choose(row.menu(), "Remove …")
    assert row.note is not None
    bench.click(row.note.buttons[1])
    bench.until(lambda: "Lab" not in bench.providers.rows)
    bench.until(lambda: secret("Lab-key") is None)


def test_all_are_tested_at_once(bench: Bench, server: FakeModelServer) -> None:
    for name in ("Lab", "Other"):
        add(bench, server, name)
    bench.setup.providers.tested.clear()
    bench.click(bench.providers.test_button)
    bench.until(lambda: set(bench.setup.providers.tested) == {"Lab", "Other"})


def test_a_provider_that_the_command_set_is_known_at_once(bench: Bench, server: FakeModelServer) -> None:
    """In the settings, and in the forms of nodes, whose lists are asked for when a form is made."""
    told: list[int] = []
    bench.facts.changed.connect(lambda: told.append(len(bench.facts.providers)))
    command = ["providers", "set", "lab", "--base-url", server.url, "--model", "small"]
    subprocess.run([sys.executable, "-m", "desktop_app", *command], cwd=CHECKOUT, check=True, capture_output=True)
    bench.until(lambda: "lab" in bench.providers.rows)
    bench.until(lambda: "lab" in [choice.value for choice in bench.facts.providers])
    bench.until(lambda: told == [3])


def test_a_key_that_the_command_stored_is_known_at_once(bench: Bench) -> None:
    Secrets(DataFolder.default()).set("openai", "sk-elsewhere")
    bench.until(lambda: bench.facts.secrets == ("openai",))
    bench.until(lambda: (found := bench.setup.providers.provider("openai")) is not None and found.key == "file")


def test_the_form_fits_a_narrow_window(bench: Bench) -> None:
    bench.shell.window.frame.resize(1024, 768)
    bench.click(bench.providers.add_button)
    form = form_of(bench)
    page = bench.settings.page
    assert page is not None
    area = page.findChild(QScrollArea)
    assert isinstance(area, QScrollArea)
    bench.until(form.address.isVisible)
    bench.until(lambda: area.horizontalScrollBar().maximum() == 0)
    assert form.address.width() >= 160
    pick = bench.providers.rows["local"].model
    assert pick is not None
    assert pick.width() >= 130


def test_the_focus_stays_in_the_settings_when_a_provider_is_removed(bench: Bench, server: FakeModelServer) -> None:
    add(bench, server, "Lab")
    row = bench.providers.rows["Lab"]
    bench.choose(row.menu(), "Remove …")
    assert row.note is not None
    bench.click(row.note.buttons[1])
    bench.until(lambda: "Lab" not in bench.providers.rows)
    assert bench.shell.window.frame.focusWidget() is bench.providers.add_button
