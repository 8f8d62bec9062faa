"""E-mails are accepted or refused with a reason; a desktop shows notices or says why not."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult

from engine.api.notices import Mail, MailError
from engine.net import desktop
from engine.net.mail import compose
from engine.net.notices import SystemNotices
from tests.unit.net.servers import certificates, names

SECRET = "p4ssword"
MAIL = Mail(
    "127.0.0.1", "Weft <weft@example.com>", ("a@example.com",), "Done", "It is done.\n", tls="none", allowed_hosts=("127.0.0.1",)
)


class Inbox:
    """Takes every mail, except for the recipients and with the replies that a test names."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.refused: dict[str, str] = {}
        self.data_reply = ""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
        return self.data_reply or "250 OK"


@contextlib.asynccontextmanager
async def post_office(inbox: Inbox, *, implicit: Any = None, **options: Any) -> AsyncIterator[int]:
    made: list[SMTP] = []

    def make() -> SMTP:
        made.append(SMTP(inbox, hostname="post.test", loop=asyncio.get_running_loop(), **options))
        return made[-1]

    server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", 0, ssl=implicit)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for one in made:
            if isinstance(one.transport, asyncio.WriteTransport):
                one.transport.abort()
        await asyncio.sleep(0.01)


async def refused(mail: Mail, notices: SystemNotices | None = None) -> MailError:
    with pytest.raises(MailError) as caught:
        await (notices or SystemNotices()).mail(mail)
    assert SECRET not in str(caught.value) + caught.value.issue.remedy
    return caught.value


async def test_a_mail_arrives() -> None:
    inbox = Inbox()
    async with post_office(inbox) as port:
        to = ("a@example.com", "김 <b@example.com>, c@example.com")
        await SystemNotices().mail(replace(MAIL, port=port, to=to, subject="완료 ✓", text="한글\n.\nlast"))
    sender, recipients, message = inbox.mails[0]
    assert (sender, recipients) == ("weft@example.com", ["a@example.com", "b@example.com", "c@example.com"])
    assert message["subject"] == "완료 ✓"
    assert message["from"] == "Weft <weft@example.com>"
    assert message.get_content().splitlines() == ["한글", ".", "last"]
    assert message["message-id"].endswith("@example.com>")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"subject": "a\r\nBcc: x@y.z"}, "subject"),
        ({"subject": "a\nb"}, "subject"),
        ({"sender": "a@b.c\r\nBcc: x@y.z"}, "sender"),
        ({"to": ("a@b.c\nBcc: x@y.z",)}, "to"),
        ({"to": ("a@b.c", "x\0@y.z")}, "to"),
        ({"user": "a\r\nQUIT"}, "user"),
        ({"host": "a\r\nb"}, "host"),
        ({"host": ""}, "host"),
        ({"host": "127.1"}, "host"),
        ({"to": ()}, "to"),
        ({"to": ("",)}, "to"),
        ({"to": ("nobody",)}, "to"),
        ({"to": ("a b@c.d",)}, "to"),
        ({"to": ("@b.c",)}, "to"),
        ({"to": tuple(f"a{n}@b.c" for n in range(101))}, "to"),
        ({"sender": "a@b.c, d@e.f"}, "sender"),
        ({"sender": ""}, "sender"),
        ({"text": "\ud800"}, "text"),
    ],
)
def test_mails_that_are_not_sent(change: dict[str, Any], field: str) -> None:
    with pytest.raises(MailError) as caught:
        compose(replace(MAIL, **change))
    assert (caught.value.issue.code, caught.value.issue.field, caught.value.retryable) == ("mail.invalid", field, False)


async def test_private_servers_need_permission() -> None:
    inbox = Inbox()
    async with post_office(inbox) as port:
        error = await refused(replace(MAIL, port=port, allowed_hosts=()))
        assert (error.issue.code, error.issue.field) == ("mail.blocked-address", "host")
        error = await refused(
            replace(MAIL, host="mixed.test", allowed_hosts=()), SystemNotices(resolve=names(mixed_test=["8.8.8.8", "10.0.0.1"]))
        )
        assert error.issue.code == "mail.blocked-address"
        error = await refused(replace(MAIL, port=port, allowed_hosts=("a b",)))
        assert (error.issue.code, error.issue.field) == ("mail.invalid", "settings.allow_hosts")
    assert inbox.mails == []


async def test_servers_that_cannot_be_reached() -> None:
    async with post_office(Inbox()) as port:
        pass
    error = await refused(replace(MAIL, port=port))
    assert (error.issue.code, error.retryable) == ("mail.unreachable", True)
    error = await refused(replace(MAIL, host="nobody.test"), SystemNotices(resolve=names()))
    assert (error.issue.code, error.retryable) == ("mail.unreachable", False)

    connected = []
    server = await asyncio.start_server(lambda reader, writer: connected.append(writer), "127.0.0.1", 0)
    start = time.monotonic()
    error = await refused(replace(MAIL, port=server.sockets[0].getsockname()[1], time_limit=0.3))
    assert (error.issue.code, error.retryable) == ("mail.timeout", True)
    assert time.monotonic() - start < 5
    for writer in connected:
        writer.close()
    server.close()


@pytest.mark.parametrize("said", [b"SSH-2.0-x\r\n", b"554 go away\r\n", b"", b"220 hi\r\n"])
async def test_servers_that_are_no_mail_servers(said: bytes) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(said)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    error = await refused(replace(MAIL, port=server.sockets[0].getsockname()[1], time_limit=10))
    assert error.issue.code in ("mail.unreachable", "mail.refused")
    server.close()


async def test_refusals() -> None:
    inbox = Inbox()
    async with post_office(inbox) as port:
        mail = replace(MAIL, port=port)
        inbox.refused = {"a@example.com": "550 no such user"}
        error = await refused(mail)
        assert (error.issue.code, error.retryable) == ("mail.refused", False)
        assert "`a@example.com`: no such user" in error.issue.text
        error = await refused(replace(mail, to=("b@example.com", "a@example.com")))
        assert "`a@example.com`" in error.issue.text
        inbox.refused = {"a@example.com": "451 later"}
        assert (await refused(mail)).retryable
        inbox.refused = {}
        inbox.data_reply = "554 spam"
        error = await refused(mail)
        assert (error.issue.code, error.retryable) == ("mail.refused", False)
        assert "spam" in error.issue.text


def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    good = (data.login, data.password) == (b"weft", SECRET.encode())
    return AuthResult(success=good, handled=good)


@pytest.mark.expect_log(r"WARNING mail\.log: Session\.login_data is deprecated")
@pytest.mark.expect_log(r"ERROR mail\.log: .* SMTP session exception")
async def test_tls_and_sign_in(tmp_path: Path) -> None:
    made = certificates(tmp_path, "post.test")
    resolve = names(post_test=["127.0.0.1"], other_test=["127.0.0.1"])
    knowing, unknowing = SystemNotices(resolve=resolve, tls=made.client), SystemNotices(resolve=resolve)
    inbox = Inbox()
    mail = replace(MAIL, host="post.test", user="weft", password=SECRET, allowed_hosts=("*.test",))
    secured = {"authenticator": authenticate, "auth_require_tls": True}
    async with post_office(inbox, tls_context=made.server, require_starttls=True, **secured) as port:
        good = replace(mail, port=port, tls="starttls")
        await knowing.mail(good)
        assert (await refused(good, unknowing)).issue.code == "mail.tls"
        assert (await refused(replace(good, host="other.test"), knowing)).issue.code == "mail.tls"
        assert (await refused(replace(good, tls="none"), knowing)).issue.code in ("mail.sign-in", "mail.refused")
        assert (await refused(replace(good, tls="tls"), knowing)).issue.code in ("mail.tls", "mail.unreachable")
        error = await refused(replace(good, user="other"), knowing)
        assert (error.issue.code, error.issue.field) == ("mail.sign-in", "user")
    async with post_office(inbox, implicit=made.server, authenticator=authenticate, auth_require_tls=False) as port:
        await knowing.mail(replace(mail, port=port, tls="tls"))
        assert (await refused(replace(mail, port=port, tls="tls"), unknowing)).issue.code == "mail.tls"
    async with post_office(inbox) as port:
        assert (await refused(replace(mail, port=port, tls="starttls", user=""), knowing)).issue.code == "mail.tls"
        assert (await refused(replace(mail, port=port, tls="none"), knowing)).issue.code == "mail.sign-in"
    assert len(inbox.mails) == 2


async def test_a_password_never_leaves_the_machine_unprotected() -> None:
    notices = SystemNotices(resolve=names(far_test=["192.0.2.1"]))
    error = await refused(replace(MAIL, host="far.test", user="u", password=SECRET, allowed_hosts=("far.test",)), notices)
    assert error.issue.code == "mail.tls"


async def test_no_desktop() -> None:
    shown = await SystemNotices().desktop("Title", "Text")
    assert not shown.shown
    assert shown.reason == "There is no desktop session to show it on."


@pytest.mark.parametrize("address", ["unix:path=/nowhere/bus", "tcp:host=127.0.0.1,port=1", "nonsense", ";", "unix:path="])
async def test_a_desktop_that_is_not_there(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    shown = await SystemNotices().desktop("Title", "Text")
    assert not shown.shown
    assert shown.reason.endswith(".")


async def test_a_desktop_that_hangs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "bus"
    writers = []
    server = await asyncio.start_unix_server(lambda reader, writer: writers.append(writer), str(path))
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={path}")
    monkeypatch.setattr(desktop, "TIME_LIMIT", 0.3)
    shown = await SystemNotices().desktop("Title", "Text")
    assert (shown.shown, shown.reason) == (False, "The desktop did not answer within 0.3 seconds.")
    for writer in writers:
        writer.close()
    server.close()


@pytest.fixture
def session_bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    daemon = shutil.which("dbus-daemon")
    if daemon is None:
        pytest.skip("there is no dbus-daemon")
    config = tmp_path / "bus.conf"
    config.write_text(
        f"<busconfig><type>session</type><listen>unix:path={tmp_path}/bus</listen><policy context='default'>"
        "<allow send_destination='*'/><allow receive_sender='*'/><allow own='*'/></policy></busconfig>"
    )
    process = subprocess.Popen(
        [daemon, f"--config-file={config}", "--nofork", "--print-address"], stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield address
        process.terminate()


@pytest.mark.parametrize("markup", [True, False])
async def test_a_desktop_shows_it(session_bus: str, markup: bool) -> None:
    from dbus_fast import Message, MessageType
    from dbus_fast.aio import MessageBus

    without = await SystemNotices().desktop("Title", "Text")
    assert not without.shown
    assert "not show notices" in without.reason

    notes: list[list[Any]] = []

    def handle(message: Message) -> Message | bool:
        if message.message_type != MessageType.METHOD_CALL:
            return False
        if message.member == "GetCapabilities":
            return Message.new_method_return(message, "as", [["body", "body-markup"] if markup else ["body"]])
        if message.member == "Notify":
            notes.append(message.body)
            return Message.new_method_return(message, "u", [1])
        return False

    bus = await MessageBus(bus_address=session_bus).connect()
    bus.add_message_handler(handle)
    await bus.request_name("org.freedesktop.Notifications")
    shown = await SystemNotices().desktop("완료\0", "<b>a & b</b>" + "x" * 5000)
    bus.disconnect()
    assert (shown.shown, shown.reason) == (True, "")
    assert notes[0][:4] == ["Weft", 0, "", "완료"]
    assert notes[0][4].startswith("&lt;b&gt;a &amp; b" if markup else "<b>a & b</b>")
