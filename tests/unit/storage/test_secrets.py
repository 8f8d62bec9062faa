"""Secrets: found where they were put, never found anywhere else."""

from __future__ import annotations

import base64
import json
import logging
import os
import socket
import stat
import threading
import unicodedata
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

from engine.api.redact import Redactor
from engine.api.stores import SecretStore
from engine.model.issues import WeftError
from storage import vault
from storage.keychain import Keychain, find_keychain
from storage.paths import DataFolder
from storage.secrets import Secrets
from tests.helpers.programs import run, started

CANARY = "canary-7f3a91/+ü한-do-not-store"


@pytest.fixture(autouse=True)
def _cheap_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(vault.SCRYPT, "n", 2**8)


class Memory(KeyringBackend):
    """A keychain for tests."""

    priority = 1

    def __init__(self) -> None:
        self.values: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        self._check()
        return self.values.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._check()
        self.values[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._check()
        if self.values.pop((service, username), None) is None:
            raise PasswordDeleteError

    def _check(self) -> None:
        if self.locked:
            raise KeyringLocked(f"locked {CANARY}")


class Place:
    """A data folder and a config folder, and stores that are opened in them."""

    def __init__(self, root: Path) -> None:
        self.folder = DataFolder(root / "data").create()
        self.config = root / "config"

    def store(self, keychain: KeyringBackend | None = None, **variables: str) -> Secrets:
        found = Keychain(keychain) if keychain else None
        return Secrets(self.folder, environ={"WEFT_CONFIG": str(self.config), **variables}, keychain=lambda: found)

    def content(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.folder.secrets.read_text())
        return content


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def code_of(work: Callable[[], object]) -> str:
    with pytest.raises(WeftError) as caught:
        work()
    assert CANARY not in str(caught.value)
    assert CANARY not in repr(caught.value.__cause__)
    assert caught.value.issue.remedy
    return caught.value.issue.code


@pytest.mark.parametrize("variables", [{}, {"WEFT_PASSPHRASE": "hunter2"}], ids=["key file", "passphrase"])
@pytest.mark.parametrize("in_keychain", [True, False], ids=["keychain", "file"])
def test_a_secret_comes_back_and_goes(in_keychain: bool, variables: dict[str, str], place: Place) -> None:
    keychain = Memory() if in_keychain else None
    store: SecretStore = place.store(keychain, **variables)
    assert store.get("openai") is None
    store.set("openai", "first")
    store.set("openai", CANARY)
    store.set("smtp.password", "x")
    for seen in (store, place.store(keychain, **variables)):
        assert seen.get("openai") == CANARY
        assert seen.names() == ["openai", "smtp.password"]
    assert place.store(keychain, **variables).source("openai") == ("keychain" if in_keychain else "file")
    assert store.remove("openai")
    assert not store.remove("openai")
    assert store.get("openai") is None
    assert store.names() == ["smtp.password"]
    assert not keychain or len(keychain.values) == 1


def test_the_value_is_in_no_file_and_no_log(place: Place, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        for store in (place.store(), place.store(WEFT_PASSPHRASE="hunter2-passphrase")):
            store.set("openai", CANARY)
            assert store.get("openai") == CANARY
            assert CANARY not in repr(store) + repr(vars(store)) + repr(store._vault)
    forms = [CANARY.encode(), base64.b64encode(CANARY.encode()), json.dumps(CANARY)[1:-1].encode(), b"hunter2-passphrase"]
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert not [form for form in forms if form in path.read_bytes()]
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.config.stat().st_mode) == 0o700
    assert CANARY not in caplog.text


def test_the_redactor_learns_every_value(place: Place) -> None:
    redactor = Redactor()
    variables = {"WEFT_CONFIG": str(place.config), "WEFT_SECRET_OTHER": "from-outside", "WEFT_PASSPHRASE": "open sesame"}
    store = Secrets(place.folder, environ=variables, redactor=redactor, keychain=lambda: None)
    store.set("openai", CANARY)
    store.get("other")
    assert redactor.text(f"{CANARY} from-outside open sesame") == "[secret openai] [secret other] [secret passphrase]"


def test_what_is_not_stored_is_read_from_the_environment(place: Place) -> None:
    store = place.store(WEFT_SECRET_MY_KEY="mine", OPENAI_API_KEY="usual", WEFT_SECRET_OPENAI="own", GOOGLE_API_KEY="g")
    assert store.get("my.key") == "mine"
    assert store.get("openai") == "own"
    assert store.get("gemini") == "g"
    assert store.get("absent") is None
    assert (store.source("gemini"), store.source("absent")) == ("environment", None)
    store.set("openai", "stored")
    assert store.get("openai") == "stored"
    assert store.names() == ["openai"]


@pytest.mark.parametrize("name", ["", "1a", "a b", "a/b", "a=b", "ä", "a" * 65, "$secret", "a\n"])
def test_names_are_checked(name: str, place: Place) -> None:
    store = place.store()
    assert code_of(lambda: store.set(name, "x")) == "secret.name"
    assert code_of(lambda: store.get(name)) == "secret.name"
    assert code_of(lambda: store.remove(name)) == "secret.name"


@pytest.mark.parametrize("value", ["", "x" * 65_537, f"{CANARY}\ud800"])
def test_values_are_checked(value: str, place: Place) -> None:
    assert code_of(lambda: place.store().set("a", value)) == "secret.value"
    assert not place.folder.secrets.exists()


def test_a_wrong_or_missing_passphrase_is_told(place: Place) -> None:
    place.store(WEFT_PASSPHRASE="비밀번호").set("a", CANARY)
    decomposed = unicodedata.normalize("NFD", "비밀번호")  # as macOS types it
    assert place.store(WEFT_PASSPHRASE=decomposed).get("a") == CANARY
    for store in (place.store(WEFT_PASSPHRASE="other"), place.store()):
        assert code_of(partial(store.get, "a")) == "secret.store-passphrase"
        assert code_of(partial(store.set, "b", "x")) == "secret.store-passphrase"
    assert place.store(WEFT_SECRET_A="outside").get("a") == "outside"
    assert not place.config.exists()


def test_a_passphrase_given_later_protects_everything(place: Place) -> None:
    place.store().set("a", "first")
    (place.config / "secrets.key").rename(place.config / "kept")
    assert code_of(lambda: place.store(WEFT_PASSPHRASE="p").set("b", "x")) == "secret.store-key"
    (place.config / "kept").rename(place.config / "secrets.key")
    place.store(WEFT_PASSPHRASE="p").set("b", "second")
    (place.config / "secrets.key").unlink()
    store = place.store(WEFT_PASSPHRASE="p")
    assert (store.get("a"), store.get("b")) == ("first", "second")


def test_a_lost_or_changed_key_is_told_and_can_be_replaced(place: Place) -> None:
    place.store().set("a", CANARY)
    key = place.config / "secrets.key"
    right = key.read_bytes()
    for content in (os.urandom(32), b"short", None):
        key.unlink(missing_ok=True)
        if content is not None:
            key.write_bytes(content)
        assert code_of(lambda: place.store().get("a")) == "secret.store-key"
        assert code_of(lambda: place.store().set("b", "x")) == "secret.store-key"
    key.write_bytes(right)
    assert place.store().get("a") == CANARY
    key.unlink()
    assert place.store().remove("a")
    place.store().set("a", "new")
    assert place.store().get("a") == "new"


def change(place: Place, work: Callable[[dict[str, Any]], object]) -> None:
    content = place.content()
    work(content)
    place.folder.secrets.write_text(json.dumps(content))


@pytest.mark.parametrize("damage", [
    lambda c: c["secrets"]["a"].update(value=c["secrets"]["b"]["value"]),
    lambda c: c["secrets"]["a"].update(value=c["secrets"]["a"]["value"][:-8]),
    lambda c: c["secrets"]["a"].update(value="한"),
    lambda c: c["secrets"]["a"].pop("value"),
    lambda c: c["secrets"].update(a="x"),
    lambda c: c["secrets"]["a"].update({"in": "nowhere"}),
    lambda c: c.pop("key"),
    lambda c: c.update(key={"kind": "passphrase", "salt": "", "n": 2**40, "r": 8, "p": 1, "check": ""}),
    lambda c: c["key"].pop("kind"),
    lambda c: c.update(secrets=[]),
    lambda c: c.update(version=2),
    lambda c: c.pop("id"),
])
def test_damage_is_told(damage: Callable[[dict[str, Any]], object], place: Place) -> None:
    store = place.store(WEFT_PASSPHRASE="p")
    store.set("a", CANARY)
    store.set("b", "other")
    change(place, damage)
    assert code_of(lambda: place.store(WEFT_PASSPHRASE="p").get("a")) == "secret.store-damaged"


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff\xfe", b'{"version": 1'])
def test_a_broken_file_is_kept(content: bytes, place: Place) -> None:
    place.folder.secrets.write_bytes(content)
    assert code_of(lambda: place.store().names()) == "secret.store-damaged"
    assert code_of(lambda: place.store().set("a", "x")) == "secret.store-damaged"
    assert place.folder.secrets.read_bytes() == content


def test_a_locked_keychain_fails_and_leaks_nothing(place: Place) -> None:
    keychain = Memory()
    place.store(keychain).set("a", CANARY)
    keychain.locked = True
    assert code_of(lambda: place.store(keychain).get("a")) == "secret.store-keychain"
    assert code_of(lambda: place.store(keychain).set("b", CANARY)) == "secret.store-keychain"
    assert place.store(keychain).names() == ["a"]
    assert code_of(lambda: place.store().get("a")) == "secret.store-keychain"
    assert place.store(WEFT_SECRET_A="outside").get("a") == "outside"


def test_a_silent_keychain_is_left_after_a_while() -> None:
    answer = threading.Event()

    class Silent(Memory):
        def get_password(self, service: str, username: str) -> str | None:
            answer.wait()
            return None

    assert code_of(lambda: Keychain(Silent(), patience=0.01).get("weft", "a")) == "secret.store-keychain"
    answer.set()


def test_without_a_session_there_is_no_keychain_and_no_question() -> None:
    assert find_keychain({}, "linux") is None
    assert find_keychain({"WEFT_KEYCHAIN": "off", "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"}, "linux") is None
    assert find_keychain({"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"}, "linux") is None
    assert find_keychain({}, "plan9") is None


def test_a_session_bus_that_says_nothing_does_not_hang_the_program(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "bus"))
        server.listen()
        code = (
            "import os; from storage import keychain; keychain.PROBE_S = 0.2;"
            f"os.environ['DBUS_SESSION_BUS_ADDRESS'] = 'unix:path={tmp_path / 'bus'}'; print(keychain.find_keychain())"
        )
        result = run(code)
    assert (result.stdout, result.stderr) == ("None\n", "")


def test_an_installed_plug_in_is_never_asked(tmp_path: Path, place: Place) -> None:
    plugin = tmp_path / "plugin"
    (plugin / "evil-1.dist-info").mkdir(parents=True)
    (plugin / "evil-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: evil\nVersion: 1\n")
    (plugin / "evil-1.dist-info" / "entry_points.txt").write_text("[keyring.backends]\nevil = evil\n")
    (plugin / "evil.py").write_text(
        "from keyring.backend import KeyringBackend\n"
        "class Evil(KeyringBackend):\n"
        "    priority = 99\n"
        "    def get_password(self, *_): return input('password? ')\n"
        "    set_password = delete_password = get_password\n"
    )
    code = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from storage.paths import DataFolder
from storage.secrets import Secrets
environ = {"WEFT_CONFIG": sys.argv[3]}
store = Secrets(DataFolder(Path(sys.argv[2])), environ=environ)
store.set("a", "value")
print(store.get("a"), store.source("a"))
"""
    result = run(code, plugin, place.folder.root, place.config)
    assert (result.stdout, result.stderr) == ("value file\n", "")


def test_two_programs_store_at_once_and_lose_nothing(place: Place) -> None:
    code = """
import sys
from pathlib import Path
from storage.paths import DataFolder
from storage.secrets import Secrets
store = Secrets(DataFolder(Path(sys.argv[1])), environ={"WEFT_CONFIG": sys.argv[2]}, keychain=lambda: None)
for number in range(20):
    store.set(f"{sys.argv[3]}{number}", "value")
"""
    places = (place.folder.root, place.config)
    with started(code, *places, "a") as first, started(code, *places, "b") as second:
        assert first.communicate()[1] == ""
        assert second.communicate()[1] == ""
    store = place.store()
    assert len(store.names()) == 40
    assert {store.get(name) for name in store.names()} == {"value"}
