"""Sends an e-mail to its server, with the same care about addresses as web requests."""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import TYPE_CHECKING

from engine.api.notices import Mail, MailError
from engine.api.web import WebError
from engine.model.foreign import foreign
from engine.model.issues import phrase
from engine.net.addresses import is_allowed, is_host, normal_host
from engine.net.resolve import Resolve, checked_addresses
from engine.net.tls import default_tls

if TYPE_CHECKING:
    import aiosmtplib

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NEXT_ADDRESS = 5.0
"""Seconds after which the next address of a host is tried."""
_MAX_RECIPIENTS = 100
_CODES = {"http.blocked-address": "mail.blocked-address", "http.invalid-request": "mail.invalid"}


async def send_mail(mail: Mail, resolve: Resolve, tls: ssl.SSLContext | None = None) -> None:
    """Hand an e-mail to its server.

    Raises:
        MailError: see its codes.
    """
    message = compose(mail)
    try:
        async with asyncio.timeout(mail.time_limit):
            await _send(mail, message, resolve, tls or default_tls())
    except TimeoutError:
        text = phrase("`{host}` did not answer within {time_limit:g} s.", host=mail.host, time_limit=mail.time_limit)
        raise MailError("mail.timeout", text, "Try later, or check host and port.", retryable=True, field="host") from None


def compose(mail: Mail) -> EmailMessage:
    """Build the message.

    Raises:
        MailError: `mail.invalid` for line breaks and other control characters in a header, and for what is no address.
    """
    for field, value in (("host", mail.host), ("user", mail.user), ("sender", mail.sender), ("subject", mail.subject)):
        _one_line(field, value)
    if not is_host(normal_host(mail.host)):
        raise _invalid("host", phrase("`{host}` is not a host.", host=mail.host[:100]))
    if not mail.to:
        raise _invalid("to", phrase("There is no recipient."))
    message = EmailMessage()
    try:
        message["From"] = mail.sender
        message["To"] = ", ".join(_one_line("to", entry) for entry in mail.to)
        message["Subject"] = mail.subject
        message["Date"] = formatdate()
        sender = _addresses(message, "From", "sender")
        if len(sender) != 1:
            raise _invalid("sender", phrase("There must be one sender."))
        if len(_addresses(message, "To", "to")) > _MAX_RECIPIENTS:
            raise _invalid("to", phrase("There are more than {max_recipients} recipients.", max_recipients=_MAX_RECIPIENTS))
        message["Message-ID"] = make_msgid(domain=sender[0].rpartition("@")[2])
        message.set_content(mail.text)
    except (ValueError, IndexError) as error:
        raise _invalid("text", phrase("The e-mail cannot be written: {error}.", error=str(error)[:200])) from None
    return message


def _one_line(field: str, value: str) -> str:
    if _CONTROL.search(value):
        raise _invalid(field, phrase("A line break or control character cannot be part of this."))
    return value


def _addresses(message: EmailMessage, header: str, field: str) -> list[str]:
    found = [str(address.addr_spec) for address in message[header].addresses]
    for address in found:
        local, _, domain = address.rpartition("@")
        if not local or not domain or re.search(r"[\s<>]", address):
            raise _invalid(field, phrase("`{address}` is not an e-mail address.", address=address[:100]))
    if not found or message[header].defects:
        raise _invalid(field, phrase("This is not an e-mail address."))
    return found


async def _send(mail: Mail, message: EmailMessage, resolve: Resolve, tls: ssl.SSLContext) -> None:
    import aiosmtplib

    host = normal_host(mail.host)
    try:
        allowed = is_allowed(host, mail.port, mail.allowed_hosts)
        addresses = await checked_addresses(host, mail.port, resolve, allowed=allowed)
    except WebError as error:
        issue = error.issue
        code = _CODES.get(issue.code, "mail.unreachable")
        field = issue.field.replace("url", "host")
        raise MailError(code, issue.text, issue.remedy, retryable=error.retryable, field=field) from None
    if mail.user and mail.tls == "none" and not all(ipaddress.ip_address(one.partition("%")[0]).is_loopback for one in addresses):
        raise MailError("mail.tls", "The password would be sent readable for everyone.", "Use TLS or STARTTLS.", field="tls")
    client = aiosmtplib.SMTP(
        hostname=host, sock=await _connected(addresses, mail), use_tls=mail.tls == "tls", start_tls=False,
        tls_context=tls, local_hostname="localhost", timeout=mail.time_limit,
    )  # fmt: skip
    try:
        await _converse(client, mail, message)
    except aiosmtplib.SMTPException as error:
        raise _explained(mail, error) from None
    except ssl.SSLError as error:
        raise _bad_tls(mail, error) from None
    except OSError as error:
        raise _unreachable(mail, error) from None
    finally:
        client.close()


async def _connected(addresses: Sequence[str], mail: Mail) -> socket.socket:
    loop = asyncio.get_running_loop()
    failed: OSError = OSError()
    for number, address in enumerate(addresses):
        connection = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
        connection.setblocking(False)
        last = number == len(addresses) - 1
        try:
            async with asyncio.timeout(None if last else _NEXT_ADDRESS):
                await loop.sock_connect(connection, (address, mail.port))
        except TimeoutError as error:
            connection.close()
            if last:
                raise
            failed = error
        except OSError as error:
            connection.close()
            failed = error
        except BaseException:
            connection.close()
            raise
        else:
            return connection
    raise _unreachable(mail, failed)


async def _converse(client: aiosmtplib.SMTP, mail: Mail, message: EmailMessage) -> None:
    import aiosmtplib

    await client.connect()
    if mail.tls == "starttls":
        try:
            await client.starttls()
        except aiosmtplib.SMTPException as error:
            raise _bad_tls(mail, error) from None
    if mail.user:
        try:
            await client.login(mail.user, mail.password)
        except aiosmtplib.SMTPException as error:
            raise _no_sign_in(mail, error) from None
    recipients = [str(address.addr_spec) for address in message["To"].addresses]
    refused, _ = await client.send_message(message, recipients=recipients)
    await client.quit()
    if refused:
        names = ", ".join(f"`{name}`" for name in refused)
        retry = all(400 <= reply.code < 500 for reply in refused.values())
        raise MailError(
            "mail.refused",
            phrase("The server does not accept {names}.", names=names),
            "Check the address.",
            retryable=retry,
            field="to",
        )


def _explained(mail: Mail, error: aiosmtplib.SMTPException) -> MailError:
    import aiosmtplib

    if isinstance(error, aiosmtplib.SMTPTimeoutError):
        return MailError(
            "mail.timeout",
            phrase("`{host}` does not answer in time.", host=mail.host),
            "Try later.",
            retryable=True,
            field="host",
        )
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        refused = error.recipients
        names = ", ".join(f"`{one.recipient}`" for one in refused)
        retry = all(400 <= one.code < 500 for one in refused)
        said = _said(refused[0].message) if refused else ""
        return MailError(
            "mail.refused",
            phrase("The server does not accept {names}{said}.", names=names, said=said),
            "Check it.",
            retryable=retry,
            field="to",
        )
    if isinstance(error, aiosmtplib.SMTPResponseException):
        text = phrase("`{host}` refuses the e-mail{said}.", host=mail.host, said=_said(error.message))
        field = "sender" if isinstance(error, aiosmtplib.SMTPSenderRefused) else "text"
        return MailError("mail.refused", text, "Check sender and content.", retryable=400 <= error.code < 500, field=field)
    for cause in (error.__cause__, error.__context__):
        if isinstance(cause, ssl.SSLError):
            return _bad_tls(mail, cause)
    return _unreachable(mail, error)


def _said(message: str) -> str:
    said = " ".join(str(message).split())[:200].rstrip(".")
    return f": {said}" if said else ""


def _bad_tls(mail: Mail, error: Exception) -> MailError:
    why = error.verify_message if isinstance(error, ssl.SSLCertVerificationError) else str(error)
    return MailError(
        "mail.tls",
        phrase("There is no safe connection to `{host}`{said}.", host=mail.host, said=_said(why)),
        "Check the TLS mode and the host.",
        field="tls",
    )


def _no_sign_in(mail: Mail, error: Exception) -> MailError:
    import aiosmtplib

    retry = isinstance(error, aiosmtplib.SMTPResponseException) and 400 <= error.code < 500
    text = phrase("`{host}` does not accept the sign-in{said}.", host=mail.host, said=_said(getattr(error, "message", "")))
    return MailError("mail.sign-in", text, "Check user and password.", retryable=retry, field="user")


def _unreachable(mail: Mail, error: Exception) -> MailError:
    why = foreign(error.strerror if isinstance(error, OSError) and error.strerror else error)
    text = phrase("`{host}:{port}` cannot be reached{said}.", host=mail.host, port=mail.port, said=_said(why))
    return MailError("mail.unreachable", text, "Check host, port and TLS mode.", retryable=True, field="host")


def _invalid(field: str, text: str) -> MailError:
    return MailError("mail.invalid", text, "Correct the field.", field=field)
