"""Values encrypted with AES-256-GCM, each bound to its name, under a key file or a passphrase."""

from __future__ import annotations

import base64
import hashlib
import os
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.model.foreign import foreign
from engine.model.issues import WeftError, failure, phrase
from storage.atomic import PRIVATE_FILE, write_whole
from storage.paths import create_private

KEY_BYTES, NONCE_BYTES, SALT_BYTES = 32, 12, 16
SCRYPT = {"n": 2**15, "r": 8, "p": 1}
"""Cost of a passphrase: 32 MB and about a tenth of a second. RFC 7914; parameters for interactive use."""
CHECK, CHECK_FIELD = "weft", "check"


class Vault:
    """Opens and seals values under one key. It keeps the key in memory, never a value."""

    def __init__(self, key: bytes, header: dict[str, Any]) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._cipher = AESGCM(key)
        self.header = header if CHECK_FIELD in header else {**header, CHECK_FIELD: self.seal(CHECK, CHECK)}

    @classmethod
    def with_key_file(cls, key_file: Path) -> Vault:
        """Return a vault under the key in `key_file`, which is made when it is not there.

        Raises:
            WeftError: `secret.store-key`, `data.not-writable`.
        """
        if not key_file.exists():
            create_private(key_file.parent)
            try:
                write_whole(key_file, os.urandom(KEY_BYTES), mode=PRIVATE_FILE)
            except OSError as error:
                raise failure(
                    "data.not-writable",
                    phrase(
                        "The key file {key_file} cannot be written ({strerror}).",
                        key_file=key_file,
                        strerror=foreign(error.strerror),
                    ),
                    "Set WEFT_CONFIG to a folder that you can write to.",
                ) from error
        return cls(_read_key(key_file), {"kind": "file"})

    @classmethod
    def with_passphrase(cls, passphrase: str) -> Vault:
        """Return a vault under a new key from `passphrase`."""
        header = {"kind": "passphrase", "salt": _encode(os.urandom(SALT_BYTES)), **SCRYPT}
        return cls(_derive(passphrase, header), header)

    @classmethod
    def reopen(cls, header: Mapping[str, Any], key_file: Path, passphrase: str) -> Vault:
        """Return the vault that wrote `header`.

        Raises:
            WeftError: `secret.store-key` when the key file is missing or another one, `secret.store-passphrase` when the
                passphrase is missing or wrong.
        """
        kind = header["kind"]
        if kind == "file":
            vault, wrong = cls(_read_key(key_file), dict(header)), _wrong_key(key_file)
        elif kind == "passphrase":
            if not passphrase:
                raise _wrong_passphrase(phrase("missing"))
            vault, wrong = cls(_derive(passphrase, header), dict(header)), _wrong_passphrase(phrase("wrong"))
        else:
            raise ValueError(kind)
        if vault.open(CHECK, header[CHECK_FIELD]) != CHECK:
            raise wrong
        return vault

    def seal(self, name: str, value: str) -> str:
        """Return `value` encrypted for `name`."""
        nonce = os.urandom(NONCE_BYTES)
        return _encode(nonce + self._cipher.encrypt(nonce, value.encode(), name.encode()))

    def open(self, name: str, sealed: str) -> str | None:
        """Return what was sealed for `name`, None when it was changed, or sealed for another name or under another key."""
        from cryptography.exceptions import InvalidTag

        try:
            data = base64.b64decode(sealed, validate=True)
            return self._cipher.decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], name.encode()).decode()
        except (InvalidTag, ValueError):
            return None


def _read_key(key_file: Path) -> bytes:
    try:
        key = key_file.read_bytes()
    except OSError as error:
        raise failure(
            "secret.store-key", phrase("The key of the secrets, {key_file}, cannot be read.", key_file=key_file),
            "Put it back, or remove the secrets and set them again.",
        ) from error
    if len(key) != KEY_BYTES:
        raise _wrong_key(key_file)
    return key


def _derive(passphrase: str, header: Mapping[str, Any]) -> bytes:
    n, r, p = (int(header[name]) for name in ("n", "r", "p"))
    if not (n <= 2**20 and r <= 16 and p <= 4):  # a changed file must not take all memory
        raise ValueError("scrypt")
    text = unicodedata.normalize("NFC", passphrase).encode(errors="surrogatepass")
    salt = base64.b64decode(header["salt"])
    return hashlib.scrypt(text, salt=salt, n=n, r=r, p=p, maxmem=256 * n * r, dklen=KEY_BYTES)


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _wrong_key(key_file: Path) -> WeftError:
    return failure(
        "secret.store-key", phrase("The key {key_file} does not open the secrets.", key_file=key_file),
        "Put the right one back, or remove the secrets and set them again.",
    )


def _wrong_passphrase(how: str) -> WeftError:
    return failure(
        "secret.store-passphrase", phrase("The passphrase of the secrets is {how}.", how=how),
        "Set WEFT_PASSPHRASE to the one they were stored with.",
    )
