"""Notification: a desktop that shows nothing, real mail and a real webhook, and what is missing for them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.api.trust import ANYWHERE, Capability
from engine.model.issues import WeftError
from engine.model.values import Json, JsonObject
from engine.net.client import WebClient
from engine.net.notices import SystemNotices
from engine.nodes.notify.notification import Notification
from tests.conformance.context import FakeContext, FakeNotices, run_node
from tests.unit.net.servers import reply, site
from tests.unit.net.test_notices import Inbox, post_office
from tests.unit.nodes.failing import error_of, issue_of

TWO = ("a@example.com", "b@example.com")
MAIL: JsonObject = {
    "channel": "mail", "host": "127.0.0.1", "tls": "none", "sender": "weft@example.com", "to": "a@example.com; b@example.com",
}


async def test_the_desktop_shows_it(tmp_path: Path) -> None:
    ctx = FakeContext(tmp_path, names={"vars": {"n": 3}})
    out = await run_node(Notification, {"subject": "{{ vars.n }} tickets"}, ctx, {"text": ["a", 1]})
    assert out == {"out": {"channel": "desktop", "sent": True}}
    assert ctx.notices.shown == [("3 tickets", '[\n  "a",\n  1\n]')]
    assert ctx.logged == []


async def test_where_no_desktop_is_the_run_log_keeps_it(tmp_path: Path) -> None:
    ctx = FakeContext(tmp_path, notices=FakeNotices("no session bus"))
    out = await run_node(Notification, {"subject": "Done", "text": "All well."}, ctx)
    assert out == {"out": {"channel": "desktop", "sent": False}}
    assert ctx.logged == [("warning", "Not shown on the desktop (no session bus): Done: All well.")]


@pytest.mark.parametrize("to", ["a@example.com; b@example.com", "a@example.com, b@example.com", list(TWO)])
async def test_a_mail_is_sent(to: Json, tmp_path: Path) -> None:
    inbox = Inbox()
    ctx = FakeContext(tmp_path, notices=SystemNotices(), allowed_hosts=("127.0.0.1",))
    async with post_office(inbox) as port:
        out = await run_node(Notification, {**MAIL, "port": port, "to": to, "subject": "완료", "text": "다 됐어요"}, ctx)
    assert out == {"out": {"channel": "mail", "sent": True}}
    ((sender, recipients, message),) = inbox.mails
    assert (sender, recipients) == ("weft@example.com", list(TWO))
    assert (message["subject"], message.get_content().strip()) == ("완료", "다 됐어요")


async def test_a_mail_that_is_refused_fails_the_step(tmp_path: Path) -> None:
    inbox = Inbox()
    inbox.refused["b@example.com"] = "450 busy"
    ctx = FakeContext(tmp_path, notices=SystemNotices(), allowed_hosts=("127.0.0.1",))
    async with post_office(inbox) as port:
        error = await error_of(Notification, {**MAIL, "port": port}, ctx)
    assert error.issue.code == "mail.refused"
    ctx.allowed_hosts = ()
    assert (await issue_of(Notification, MAIL, ctx)).code == "mail.blocked-address"


async def test_sign_in_uses_the_secret(tmp_path: Path) -> None:
    ctx = FakeContext(tmp_path, secrets={"post": "pw"})
    await run_node(Notification, {**MAIL, "user": "u", "password": {"$secret": "post"}}, ctx)
    await run_node(Notification, {**MAIL, "password": {"$secret": "unused without a user"}}, ctx)
    assert [(mail.user, mail.password, mail.port) for mail in ctx.notices.mails] == [("u", "pw", 587), ("", "", 587)]
    with pytest.raises(WeftError, match="no secret named 'gone'"):
        await run_node(Notification, {**MAIL, "user": "u", "password": {"$secret": "gone"}}, ctx)


async def test_a_webhook_is_called(tmp_path: Path) -> None:
    async with site(hook=reply(204)) as server:
        web = WebClient()
        ctx = FakeContext(tmp_path, web=web, allowed_hosts=(server.at,), secrets={"hook": server.url("/hook")})
        params: JsonObject = {"channel": "webhook", "url": {"$secret": "hook"}, "subject": "Done", "text": "x"}
        assert await run_node(Notification, params, ctx) == {"out": {"channel": "webhook", "sent": True}}
        await run_node(Notification, {**params, "url": server.url("/hook"), "payload": {"n": "{{ 1 + 1 }}"}}, ctx)
        issue = await issue_of(Notification, {**params, "url": server.url("/gone")}, ctx)
        await web.aclose()
    assert [json.loads(seen.body) for seen in server.seen[:2]] == [{"subject": "Done", "text": "x"}, {"n": 2}]
    assert {(seen.method, seen.headers["idempotency-key"]) for seen in server.seen} == {("POST", "0123456789abcdef:step")}
    assert (issue.code, issue.text) == ("http.status", "The server answered 404 Not Found: no.")


@pytest.mark.parametrize(
    ("params", "fields"),
    [
        ({}, []),
        ({"channel": "mail"}, ["host", "sender", "to"]),
        (MAIL, []),
        ({**MAIL, "user": "u"}, ["password"]),
        ({"channel": "webhook"}, ["url"]),
        ({"channel": "webhook", "url": "hooks.example.com"}, ["url"]),
        ({"channel": "webhook", "url": "https://hooks.example.com/{{ vars.x }}"}, []),
        ({"channel": "webhook", "url": {"$secret": "hook"}}, []),
    ],
)
def test_what_is_missing_is_found_before_a_run(params: JsonObject, fields: list[str]) -> None:
    assert [issue.field for issue in Notification.check(params)] == fields


def test_what_it_does_is_told() -> None:
    def told(**params: Any) -> list[Capability]:
        return list(Notification.capabilities(params))

    assert told() == [Capability("notice", "")]
    assert told(channel="mail", host="smtp.example.com", password={"$secret": "p"}) == [
        Capability("mail", "smtp.example.com"), Capability("secret", "p"),
    ]
    assert told(channel="webhook", url="https://Hooks.example.com/x") == [Capability("host", "hooks.example.com")]
    assert told(channel="webhook", url={"$secret": "h"}) == [Capability("host", ANYWHERE), Capability("secret", "h")]
