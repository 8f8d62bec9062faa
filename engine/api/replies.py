"""What nodes make of a web reply whose status they do not accept."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from engine.api.large import beginning
from engine.api.web import WebReply
from engine.model.issues import Issue, WeftError, phrase

SHOWN = 300
"""Characters of a reply's body that an error shows."""

_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})


def status_error(reply: WebReply, field: str) -> WeftError:
    """Build the error of a field for a status: `http.status`, with a piece of the body, retryable where another try may help."""
    retryable = reply.status in _BUSY
    try:
        name = f" {HTTPStatus(reply.status).phrase}"
    except ValueError:
        name = ""
    body = _short(reply)
    text = phrase("The server answered {reply}{name}{value}.", reply=reply.status, name=name, value=": " + body if body else "")
    remedy = _REMEDIES.get(reply.status) or (
        phrase("Try again later.") if retryable else phrase("Check the address and what is sent.")
    )
    after = retry_after(reply.headers.get("retry-after", "")) if retryable else None
    return WeftError(Issue("http.status", text, remedy, field=field), retryable=retryable, retry_after=after)


def retry_after(header: str) -> float | None:
    """Return the seconds that a `Retry-After` header asks for (RFC 9110, 10.2.3), or None."""
    if header.strip().isdecimal():
        return float(header)
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _short(reply: WebReply) -> str:
    if reply.body is None or reply.body_kind == "base64":
        return ""
    text = " ".join(beginning(reply.body, 4 * SHOWN).split())
    return text if len(text) <= SHOWN else text[:SHOWN] + " …"


_REMEDIES = {
    401: phrase("Check the authentication and its secret."),
    403: phrase("Check that the account may do this."),
    404: phrase("Check the address."),
    429: phrase("Try again later, or less often."),
}
