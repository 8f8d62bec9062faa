"""From the bytes of a reply to a value: bounded while they come, decompressed within the bound, read by their declared type."""

from __future__ import annotations

import base64
import codecs
import zlib
from collections.abc import AsyncIterator, Iterator, Mapping
from email.message import Message
from typing import Any

from engine.api.untrusted import parse_json
from engine.api.web import ReplyKind, WebError
from engine.model.issues import phrase
from engine.model.values import Json

ENCODINGS = "gzip, deflate"
_PIECE = 256 * 1024
_TEXT_TYPES = ("application/xml", "application/javascript", "application/x-www-form-urlencoded", "application/x-ndjson")
_CHARSETS = frozenset(
    ("utf-8", "ascii", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "iso8859-1", "iso8859-15", "koi8-r", "koi8-u", "big5",
     "big5hkscs", "gb2312", "gbk", "gb18030", "euc_kr", "cp949", "johab", "euc_jp", "shift_jis", "cp932", "iso2022_jp",
     "iso2022_kr", "cp437", "cp850")
)  # fmt: skip
"""Ordinary ones only: Python knows others whose decoding takes the square of the length."""


async def read_body(raw: AsyncIterator[bytes], headers: Mapping[str, str], limit: int) -> bytes:
    """Read a body to its end, decompressed.

    Raises:
        WebError: `http.too-large` as soon as it is longer than `limit` bytes, `http.broken-reply` for what cannot be
            decompressed.
    """
    inflate = _inflate(headers.get("content-encoding", ""))
    declared = headers.get("content-length", "")
    if inflate is None and declared.isdecimal() and len(declared) < 20 and int(declared) > limit:
        raise _too_large(limit)
    body = bytearray()
    async for part in raw:
        for piece in inflate.feed(part) if inflate else (part,):
            body += piece
            if len(body) > limit:
                raise _too_large(limit)
    if inflate is not None and not inflate.complete:
        raise WebError("http.broken-reply", "The reply ends in the middle.", "Try later.", retryable=True, field="url")
    return bytes(body)


def read_value(body: bytes, content_type: str) -> tuple[Json, ReplyKind]:
    """Return the value of a body and what it is.

    JSON is read strictly by its declared type, and is text when it is not what it says. Bytes of any other type, and of none
    when they are no UTF-8, are given as base64.
    """
    if not body:
        return None, "empty"
    kind, charset = _declared(content_type)
    if kind == "application/json" or kind.endswith(("+json", "/json")):
        try:
            return parse_json(body.decode("utf-8-sig")), "json"
        except ValueError:
            return _text(body, charset), "text"
    if kind.startswith("text/") or kind in _TEXT_TYPES or kind.endswith("+xml"):
        return _text(body, charset), "text"
    if not kind and b"\0" not in body:
        try:
            return body.decode("utf-8-sig"), "text"
        except UnicodeDecodeError:
            pass
    return base64.b64encode(body).decode("ascii"), "base64"


class _Inflate:
    """Decompresses gzip or deflate in pieces of bounded length."""

    def __init__(self, *, gzip: bool) -> None:
        self._gzip = gzip
        self._stream = self._new()
        self._begun = False

    @property
    def complete(self) -> bool:
        """Whether the end came, or nothing at all."""
        return not self._begun or self._stream.eof

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield what the next bytes hold."""
        first = not self._begun
        self._begun = self._begun or bool(data)
        while data:
            if self._stream.eof:
                if not (self._gzip and data.startswith(b"\x1f")):
                    return
                self._stream = self._new()
            try:
                piece = self._stream.decompress(data, _PIECE)
            except zlib.error:
                if self._gzip or not first:
                    text = phrase("The reply cannot be decompressed.")
                    raise WebError("http.broken-reply", text, "Try later.", retryable=True, field="url") from None
                # Some servers call it deflate and leave out the wrapping.
                self._stream = zlib.decompressobj(-zlib.MAX_WBITS)
                first = False
                continue
            first = False
            if piece:
                yield piece
            data = self._stream.unused_data if self._stream.eof else self._stream.unconsumed_tail

    def _new(self) -> Any:
        return zlib.decompressobj(zlib.MAX_WBITS | (16 if self._gzip else 0))


def _inflate(encoding: str) -> _Inflate | None:
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return None
    if encoding in ("gzip", "x-gzip"):
        return _Inflate(gzip=True)
    if encoding == "deflate":
        return _Inflate(gzip=False)
    text = phrase("The reply is compressed as `{encoding}`, which was not asked for.", encoding=encoding[:40])
    raise WebError("http.broken-reply", text, "Check the address.", field="url")


def _too_large(limit: int) -> WebError:
    text = phrase("The reply is longer than {limit:,} bytes.", limit=limit)
    return WebError("http.too-large", text, "Ask for less, or raise the limit.", field="max_bytes")


def _declared(content_type: str) -> tuple[str, str]:
    """Return type and charset of a Content-Type header, both maybe empty."""
    message = Message()
    message["content-type"] = content_type.replace("\r", " ").replace("\n", " ")
    charset = message.get_param("charset")
    return (message.get_content_type() if content_type.strip() else ""), charset if isinstance(charset, str) else ""


def _text(body: bytes, charset: str) -> str:
    try:
        name = codecs.lookup(charset or "utf-8").name
    except (LookupError, ValueError):
        name = "utf-8"
    known = name in _CHARSETS or name.startswith(("iso8859-", "cp125"))
    name = "utf-8-sig" if name == "utf-8" or not known else name
    return body.decode(name, "replace")
