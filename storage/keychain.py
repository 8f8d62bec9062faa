"""The keychain of the platform: an explicit choice among those known to work, and no waiting without end.

The `keyring` library is never asked to choose: whatever plug-in is installed could become its choice, and some ask on the
terminal, where nobody sits.
"""

from __future__ import annotations

import importlib
import logging
import os
import sys
import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from engine.model.issues import WeftError, failure, phrase

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_log = logging.getLogger(__name__)

T = TypeVar("T")

PROBE_S = 3.0
"""Seconds in which a keychain has to show that it is there."""
ANSWER_S = 60.0
"""Seconds in which it has to answer, with a person typing a password."""

BACKENDS = {
    "linux": ("keyring.backends.SecretService.Keyring", "keyring.backends.kwallet.DBusKeyring"),
    "darwin": ("keyring.backends.macOS.Keyring",),
    "win32": ("keyring.backends.Windows.WinVaultKeyring",),
}
SECRET_SERVICE = BACKENDS["linux"][0]


class Keychain:
    """A keychain that answers in time or with an error."""

    def __init__(self, backend: KeyringBackend, *, patience: float = ANSWER_S) -> None:
        self._backend = backend
        self._patience = patience

    def get(self, service: str, name: str) -> str | None:
        """Return a value, or None.

        Raises:
            WeftError: `secret.store-keychain` when it stays locked or does not answer.
        """
        return self._ask(lambda: self._backend.get_password(service, name))

    def set(self, service: str, name: str, value: str) -> None:
        """Store a value.

        Raises:
            WeftError: `secret.store-keychain`.
        """
        self._ask(lambda: self._backend.set_password(service, name, value))

    def remove(self, service: str, name: str) -> None:
        """Delete a value; one that is gone already is no error.

        Raises:
            WeftError: `secret.store-keychain`.
        """
        from keyring.errors import PasswordDeleteError

        def delete() -> None:
            try:
                self._backend.delete_password(service, name)
            except PasswordDeleteError:
                if self._backend.get_password(service, name) is not None:
                    raise

        self._ask(delete)

    def _ask(self, work: Callable[[], T]) -> T:
        try:
            return within(self._patience, work)
        except TimeoutError:
            raise keychain_error(phrase("it does not answer")) from None
        except Exception as error:  # noqa: BLE001 - each platform has its own; none of them may carry the value along
            name = type(error).__name__
            raise keychain_error(phrase("it is locked") if name == "KeyringLocked" else name) from None


def find_keychain(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Keychain | None:
    """Return the platform's keychain, or None where there is none that can be used; `WEFT_KEYCHAIN=off` says so too."""
    if environ.get("WEFT_KEYCHAIN", "").lower() in ("off", "0", "no", "none", "false"):
        return None
    if platform == "linux" and not environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return None
    for path in BACKENDS.get(platform, ()):
        try:
            backend = within(PROBE_S, partial(_usable, path, environ))
        except Exception as error:  # noqa: BLE001 - a keychain that cannot be asked is none
            _log.info("the keychain %s cannot be used: %s", path, type(error).__name__)
            continue
        if backend is not None:
            return Keychain(backend)
    return None


def within(seconds: float, work: Callable[[], T]) -> T:
    """Return what `work` returns, in a thread that is left behind when it takes too long.

    Raises:
        TimeoutError: after `seconds`; otherwise what `work` raises.
    """
    result: list[Any] = []

    def run() -> None:
        try:
            result.extend((True, work()))
        except BaseException as error:  # noqa: BLE001 - raised again below
            result.extend((False, error))

    thread = threading.Thread(target=run, name="keychain", daemon=True)
    thread.start()
    thread.join(seconds)
    if not result:
        raise TimeoutError
    succeeded, value = result
    if succeeded:
        return value  # type: ignore[no-any-return]
    raise value


def keychain_error(why: str) -> WeftError:
    """Build the error for a keychain that fails."""
    return failure(
        "secret.store-keychain", phrase("The keychain cannot be used: {why}.", why=why),
        "Unlock it, or set WEFT_KEYCHAIN=off to keep secrets in an encrypted file.",
    )


def _usable(path: str, environ: Mapping[str, str]) -> KeyringBackend | None:
    module, _, name = path.rpartition(".")
    kind = getattr(importlib.import_module(module), name)
    if not kind.viable or (path == SECRET_SERVICE and not _can_be_unlocked(environ)):
        return None
    backend: KeyringBackend = kind()
    return backend


def _can_be_unlocked(environ: Mapping[str, str]) -> bool:
    """Tell whether the Secret Service has a collection that is open, or a display on which to ask for its password."""
    import secretstorage

    connection = secretstorage.dbus_init()
    try:
        collection = secretstorage.get_collection_by_alias(connection, "default")
        return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")) or not collection.is_locked()
    except secretstorage.exceptions.SecretStorageException:
        return False
    finally:
        connection.close()
