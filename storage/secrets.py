"""Named secrets: in the platform's keychain, else in an encrypted file, else from the environment."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

from filelock import FileLock, Timeout

from engine.api.redact import Redactor
from engine.model.foreign import foreign
from engine.model.issues import Issue, WeftError, failure, phrase
from storage.atomic import PRIVATE_FILE, write_whole
from storage.keychain import Keychain, find_keychain, keychain_error
from storage.paths import DataFolder, config_folder
from storage.vault import Vault

Source = Literal["keychain", "file", "environment"]

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")
LONGEST = 65_536
"""Characters of a value at most."""
LOCK_S = 10.0
"""Seconds to wait for another program that stores a secret."""

USUAL_VARIABLES: Mapping[str, Sequence[str]] = {
    "anthropic": ("ANTHROPIC_API_KEY",),
    "cohere": ("COHERE_API_KEY", "CO_API_KEY"),
    "deepseek": ("DEEPSEEK_API_KEY",),
    "fireworks": ("FIREWORKS_API_KEY",),
    "gemini": ("GEMINI_API_KEY", "GOOGLE_API_KEY"),
    "google": ("GOOGLE_API_KEY", "GEMINI_API_KEY"),
    "groq": ("GROQ_API_KEY",),
    "huggingface": ("HF_TOKEN", "HUGGINGFACE_API_KEY"),
    "mistral": ("MISTRAL_API_KEY",),
    "openai": ("OPENAI_API_KEY",),
    "openrouter": ("OPENROUTER_API_KEY",),
    "perplexity": ("PERPLEXITY_API_KEY",),
    "qwen": ("DASHSCOPE_API_KEY",),
    "together": ("TOGETHER_API_KEY",),
    "xai": ("XAI_API_KEY",),
}
"""Variables that a provider's own tools read, by the name of its secret."""


class Secrets:
    """Implements `engine.api.stores.SecretStore`. Safe for several threads and programs.

    The file `secrets.json` in the data folder lists all names. It says of each that its value is in the keychain, or holds
    it encrypted; the key for that is a file of its own in the config folder, or comes from `WEFT_PASSPHRASE`.
    """

    def __init__(
        self, folder: DataFolder, *, environ: Mapping[str, str] = os.environ, redactor: Redactor | None = None,
        keychain: Callable[[], Keychain | None] | None = None,
    ) -> None:
        """Open the secrets of a data folder; nothing is read before it is asked for.

        Args:
            folder: The data folder.
            environ: Where variables are looked up.
            redactor: Is told each value that is read or stored.
            keychain: Finds the keychain when it is first needed.
        """
        self._path = folder.secrets
        self._key_file = key_file(environ)
        self._environ = environ
        self._redactor = redactor or Redactor()
        self._find = keychain or (lambda: find_keychain(environ))
        self._passphrase = environ.get("WEFT_PASSPHRASE", "")
        self._redactor.add("passphrase", self._passphrase)
        self._found: list[Keychain | None] = []
        self._vault: Vault | None = None

    def __repr__(self) -> str:
        return f"Secrets({str(self._path)!r})"

    def get(self, name: str) -> str | None:
        """Return a value, or None.

        Raises:
            WeftError: `secret.name`; `secret.store-…` when there is a value that cannot be read.
        """
        _check_name(name)
        content = self._read()
        entry = content["secrets"].get(name)
        try:
            value = self._value(name, entry, content) if entry else None
        except WeftError:
            value = self._from_environment(name)
            if value is None:
                raise
        if value is None:
            value = self._from_environment(name)
        if value is not None:
            self._redactor.add(name, value)
        return value

    def set(self, name: str, value: str, *, in_file: bool = False) -> None:
        """Store a value under a name, replacing an earlier one; `in_file` keeps it out of the keychain, which may be locked.

        Raises:
            WeftError: `secret.name`, `secret.value`, `secret.store-…`, `data.not-writable`.
        """
        _check_name(name)
        _check_value(value)
        self._redactor.add(name, value)
        with self._changing() as content:
            if not in_file and (keychain := self._keychain()):
                keychain.set(_service(content), name, value)
                content["secrets"][name] = {"in": "keychain"}
                return
            vault = self._open_for_writing(content)
            content["secrets"][name] = {"in": "file", "value": vault.seal(name, value)}

    def remove(self, name: str) -> bool:
        """Delete a secret and tell whether it existed.

        Raises:
            WeftError: `secret.name`, `secret.store-…`.
        """
        _check_name(name)
        with self._changing() as content:
            entry = content["secrets"].pop(name, None)
            if entry and entry["in"] == "keychain" and (keychain := self._keychain()):
                keychain.remove(_service(content), name)
            if not any(other["in"] == "file" for other in content["secrets"].values()):
                content.pop("key", None)  # nothing is under it any more: the next value may come under a new one
                self._vault = None
        return entry is not None

    def names(self) -> Sequence[str]:
        """Return the stored names, sorted.

        Raises:
            WeftError: `secret.store-damaged`.
        """
        return sorted(self._read()["secrets"])

    def source(self, name: str) -> Source | None:
        """Tell where the value of a name would come from; reads no value."""
        if entry := self._read()["secrets"].get(name):
            return "keychain" if entry["in"] == "keychain" else "file"
        return "environment" if self._from_environment(name) is not None else None

    def unreadable(self) -> list[Issue]:
        """Return which stored values cannot be read here, because what opens them is on another machine.

        Raises:
            WeftError: `secret.store-damaged`.
        """
        content = self._read()
        sealed = [name for name, entry in sorted(content["secrets"].items()) if not self._is_readable(name, entry, content)]
        in_keychain = [name for name in sealed if content["secrets"][name]["in"] == "keychain"]
        in_file = [name for name in sealed if name not in in_keychain]
        again = phrase("remove them with `weft secrets remove` and set them again")
        key = phrase("Copy the key {key_file} from the machine where they were stored", key_file=self._key_file)
        if content.get("key", {}).get("kind") == "passphrase":
            key = phrase("Set WEFT_PASSPHRASE to the passphrase they were stored with")
        return [
            Issue(
                "secret.sealed",
                phrase("Secrets that cannot be opened here: {names}.", names=", ".join(names)),
                remedy,
                severity="warning",
            )
            for names, remedy in (
                (in_file, phrase("{key}, or {again}.", key=key, again=again)),
                (
                    in_keychain,
                    phrase("They are in the keychain of another machine or user; set them again with `weft secrets set`."),
                ),
            )
            if names
        ]

    # where values are

    def _is_readable(self, name: str, entry: Mapping[str, str], content: Mapping[str, Any]) -> bool:
        try:
            return self._value(name, entry, content) is not None
        except WeftError:
            return False

    def _value(self, name: str, entry: Mapping[str, str], content: Mapping[str, Any]) -> str | None:
        if entry["in"] == "keychain":
            if keychain := self._keychain():
                return keychain.get(_service(content), name)
            raise keychain_error(phrase("there is none in this session"))
        value = self._open(content).open(name, entry["value"])
        if value is None:
            raise _damaged(self._path)
        return value

    def _from_environment(self, name: str) -> str | None:
        own = "WEFT_SECRET_" + re.sub(r"[^A-Z0-9]", "_", name.upper())
        for variable in (own, *USUAL_VARIABLES.get(name.lower(), ())):
            if value := self._environ.get(variable):
                return value
        return None

    def _keychain(self) -> Keychain | None:
        if not self._found:
            self._found.append(self._find())
        return self._found[0]

    def _open(self, content: Mapping[str, Any]) -> Vault:
        header = content["key"]
        if self._vault is None or self._vault.header != header:
            try:
                self._vault = Vault.reopen(header, self._key_file, self._passphrase)
            except (KeyError, TypeError, ValueError) as error:
                raise _damaged(self._path) from error
        return self._vault

    def _open_for_writing(self, content: dict[str, Any]) -> Vault:
        """Return the vault of the file, a new one when it has none; what is under the key file moves under a passphrase."""
        header = content.get("key")
        if header is not None and (header["kind"] == "passphrase" or not self._passphrase):
            return self._open(content)
        vault = Vault.with_passphrase(self._passphrase) if self._passphrase else Vault.with_key_file(self._key_file)
        for name, entry in content["secrets"].items():
            if entry["in"] == "file":
                value = self._value(name, entry, content) or ""
                content["secrets"][name] = {"in": "file", "value": vault.seal(name, value)}
        content["key"] = vault.header
        self._vault = vault
        return vault

    # the file

    @contextmanager
    def _changing(self) -> Iterator[dict[str, Any]]:
        """Give the content to change, alone among all programs; it is written at the end, or not at all."""
        lock = FileLock(self._path.with_suffix(".lock"), mode=PRIVATE_FILE, thread_local=False, preserve_lock_file=True)
        try:
            with lock.acquire(timeout=LOCK_S):
                content = self._read()
                yield content
                write_whole(self._path, json.dumps(content, indent=1).encode(), mode=PRIVATE_FILE)
        except Timeout:
            raise failure("storage.busy", "Another program is storing a secret.", "Try again.") from None
        except OSError as error:
            raise failure(
                "data.not-writable",
                phrase(
                    "The secrets in {path} cannot be written ({strerror}).", path=self._path, strerror=foreign(error.strerror)
                ),
                "Free the file for writing; the earlier values are kept.",
            ) from error

    def _read(self) -> dict[str, Any]:
        try:
            content: dict[str, Any] = json.loads(self._path.read_bytes())
        except FileNotFoundError:
            return {"version": 1, "id": uuid4().hex[:16], "secrets": {}}
        except (OSError, ValueError) as error:
            raise _damaged(self._path) from error
        if not _is_sound(content):
            raise _damaged(self._path)
        return content


def key_file(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the place of the key of secrets in the encrypted file, there or not."""
    return config_folder(environ) / "secrets.key"


def _is_sound(content: Any) -> bool:
    if not isinstance(content, dict) or content.get("version") != 1 or not isinstance(content.get("id"), str):
        return False
    entries = content.get("secrets")
    if not isinstance(entries, dict) or not all(isinstance(entry, dict) for entry in entries.values()):
        return False
    in_file = [entry for entry in entries.values() if entry.get("in") == "file"]
    if any(not isinstance(entry.get("value"), str) for entry in in_file):
        return False
    if in_file and not isinstance(content.get("key"), dict):
        return False
    return {entry.get("in") for entry in entries.values()} <= {"keychain", "file"}


def _service(content: Mapping[str, Any]) -> str:
    """Return the keychain's name for the secrets of one data folder."""
    return f"Weft {content['id']}"


def _check_name(name: str) -> None:
    if not NAME.fullmatch(name):
        raise failure(
            "secret.name", phrase("{name!r} cannot be the name of a secret.", name=name[:80]),
            "Use up to 64 letters, digits, dots, dashes and underscores, and begin with a letter.",
        )


def _check_value(value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError:
        value = ""
    if not 0 < len(value) <= LONGEST:
        raise failure("secret.value", "The value of the secret is empty, too long or not text.", "Give the key as it was issued.")


def _damaged(path: Path) -> WeftError:
    return failure(
        "secret.store-damaged", phrase("The secrets in {path} are damaged.", path=path),
        "Restore the file from a backup, or remove it and set the secrets again.",
    )
