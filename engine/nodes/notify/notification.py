"""Notification: tells people that something happened."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from engine.api.context import RunContext
from engine.api.node import Node
from engine.api.notices import Mail
from engine.api.params import Field, LongText, Param, SecretRef, SecretText, Text, has_template
from engine.api.plain import choice, one_line
from engine.api.ports import After
from engine.api.replies import status_error
from engine.api.trust import ANYWHERE, Capability, host_of, secrets_in
from engine.api.web import WebError, WebRequest
from engine.model.issues import Issue, moved, phrase
from engine.model.values import Json

_MAIL = ("channel", ("mail",))
_WEBHOOK = ("channel", ("webhook",))


class Notification(Node):
    """Tells people something: on the desktop, by mail, or through a webhook.

    Where nothing can show a desktop notice, it is kept in the run's log with a warning, and the step succeeds. A mail goes to
    the mail server given here. A webhook gets a POST request with the subject and the text as JSON, or with *payload*. Gives
    `channel` and `sent`.
    """

    type_id = "notify.send"
    title = "Notification"
    category = "connect"
    icon = "bell"
    keywords = ("message", "alert", "mail", "email", "e-mail", "smtp", "desktop", "webhook", "slack", "notify", "tell")
    aliases = ("NOTIFICATION",)
    examples = (
        {
            "params": {"subject": "Report ready"},
            "inputs": {"text": "12 tickets, 3 urgent"},
            "ports": {"out": {"channel": "desktop", "sent": True}},
        },
        {
            "params": {"channel": "desktop", "subject": "Done"},
            "outside": {"no_desktop": "no notification service"},
            "ports": {"out": {"channel": "desktop", "sent": False}},
        },
        {
            "params": {
                "channel": "mail", "subject": "Done", "text": "All well.", "host": "mail.example.com", "sender": "a@example.com",
                "to": "b@example.com, c@example.com",
            },
            "ports": {"out": {"channel": "mail", "sent": True}},
        },
        {
            "params": {"channel": "webhook", "url": "https://hooks.example.com", "subject": "Done", "payload": {"text": "Done"}},
            "outside": {"web": [{"status": 204}]},
            "ports": {"out": {"channel": "webhook", "sent": True}},
        },
    )

    channel: Annotated[Literal["desktop", "mail", "webhook"], Param(rendered="never", promotable=False)] = Field(
        "desktop", description="How to tell."
    )
    subject: Text = Field("Weft", description="What it is about, in a few words.")
    text: Annotated[LongText, Param("long_text", port=True)] = Field("", description="The text; a template, or what arrives.")
    to: Annotated[str | list[str], Param("text", shown_when=_MAIL)] = Field(
        "", description="Mail addresses: text with commas between them, or a list."
    )
    sender: Annotated[Text, Param("text", shown_when=_MAIL)] = Field("", description="The address the mail comes from.")
    host: Annotated[Text, Param("text", shown_when=_MAIL)] = Field("", description="The mail server, such as smtp.example.com.")
    port: Annotated[int, Param("number", shown_when=_MAIL)] = Field(587, ge=1, le=65535, description="Port of the mail server.")
    tls: Annotated[Literal["starttls", "tls", "none"], Param(label="Encryption", shown_when=_MAIL, promotable=False)] = Field(
        "starttls", description="How the connection to the mail server is encrypted."
    )
    user: Annotated[Text, Param("text", shown_when=_MAIL)] = Field("", description="User at the mail server; empty: no sign-in.")
    password: Annotated[
        SecretRef | None, Param("secret", rendered="never", promotable=False, shown_when=_MAIL, secrets=True)
    ] = Field(None, description="The secret that holds the password.")
    url: Annotated[SecretText, Param("secret_text", label="URL", shown_when=_WEBHOOK, secrets=True)] = Field(
        "", description="Address of the webhook; it may be a secret."
    )
    payload: Annotated[Any, Param("json", shown_when=_WEBHOOK)] = Field(
        None, description="What is posted as JSON; nothing given posts subject and text."
    )

    async def run(self, ctx: RunContext, after: After = ()) -> dict[str, Any]:
        """Send it through the channel."""
        sent = True
        if self.channel == "desktop":
            sent = await self._desktop(ctx)
        elif self.channel == "mail":
            await ctx.notices.mail(self._mail(ctx))
        else:
            await self._webhook(ctx)
        return {"channel": self.channel, "sent": sent}

    async def _desktop(self, ctx: RunContext) -> bool:
        shown = await ctx.notices.desktop(self.subject, self.text)
        if not shown.shown:
            why = shown.reason or phrase("no reason given")
            text = phrase("Not shown on the desktop ({why}): {subject}: {text}", why=why, subject=self.subject, text=self.text)
            ctx.log(text, "warning")
        return shown.shown

    def _mail(self, ctx: RunContext) -> Mail:
        addresses = re.split(r"[;\n]", self.to) if isinstance(self.to, str) else self.to
        return Mail(
            host=self.host.strip(),
            port=self.port,
            tls=self.tls,
            user=self.user,
            password=ctx.secret(self.password) if self.password and self.user else "",
            sender=self.sender.strip(),
            to=tuple(address for address in map(str.strip, addresses) if address),
            subject=self.subject,
            text=self.text,
            allowed_hosts=ctx.allowed_hosts,
        )

    async def _webhook(self, ctx: RunContext) -> None:
        url = self.url if isinstance(self.url, str) else ctx.secret(self.url)
        body = {"subject": self.subject, "text": self.text} if self.payload is None else self.payload
        request = WebRequest(
            url=url.strip(), method="POST", body=body, body_kind="json", allowed_hosts=ctx.allowed_hosts,
            headers={"Idempotency-Key": ctx.idempotency_key},
        )
        try:
            reply = await ctx.web.send(request)
        except WebError as error:
            raise moved(error, {"body": "payload", "settings.allow_hosts": "settings.allow_hosts"}, "url") from None
        if not 200 <= reply.status <= 299:
            raise status_error(reply, "url")

    @classmethod
    def check(cls, params: Mapping[str, Json]) -> Iterable[Issue]:
        """Find what the channel needs and does not have."""
        channel = params.get("channel", "desktop")
        needed = {"mail": ("host", "sender", "to"), "webhook": ("url",)}.get(str(channel), ())
        for name in needed:
            if not params.get(name):
                yield Issue(
                    "notify.missing",
                    phrase("A {channel} needs {names}.", channel=channel, names=_NAMES[name]),
                    "Fill it in.",
                    field=name,
                )
        url = params.get("url")
        if channel == "webhook" and isinstance(url, str) and url and not has_template(url) and host_of(url) == ANYWHERE:
            yield Issue(
                "http.invalid-url",
                phrase("{url!r} is no web address.", url=url),
                "Begin it with https:// and a host.",
                field="url",
            )
        if channel == "mail" and params.get("user") and not params.get("password"):
            yield Issue("notify.missing", "The sign-in has no password.", "Choose the secret that holds it.", field="password")

    @classmethod
    def capabilities(cls, params: Mapping[str, Json]) -> Iterable[Capability]:
        """It shows a notice, sends mail, or calls a host."""
        channel = params.get("channel", "desktop")
        if channel == "mail":
            host = params.get("host")
            yield Capability("mail", host if isinstance(host, str) and not has_template(host) else ANYWHERE)
        elif channel == "webhook":
            yield Capability("host", host_of(params.get("url")))
        else:
            yield Capability("notice", "")
        yield from secrets_in(params)

    @classmethod
    def summary(cls, params: Mapping[str, Json]) -> str:
        """Show the channel and the subject."""
        return one_line(choice(params.get("channel", "desktop")), params.get("subject"))


_NAMES = {
    "host": phrase("a mail server"),
    "sender": phrase("an address to come from"),
    "to": phrase("an address to go to"),
    "url": phrase("an address"),
}
