"""Tells people: on the desktop or by e-mail. Implements `engine.api.notices.Notices`."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from engine.api.notices import Mail, Shown

if TYPE_CHECKING:
    from engine.net.resolve import Resolve


class SystemNotices:
    """Uses the desktop of this session and whatever mail server a mail names.

    `resolve` and `tls` replace the system's names and authorities, for tests.
    """

    def __init__(self, *, resolve: Resolve | None = None, tls: ssl.SSLContext | None = None) -> None:
        self._resolve = resolve
        self._tls = tls

    async def desktop(self, title: str, text: str) -> Shown:
        """Show a notice on the desktop. Never raises and takes at most a few seconds."""
        from engine.net.desktop import show

        return await show(title, text)

    async def mail(self, mail: Mail) -> None:
        """Hand an e-mail to its server; returns once every recipient is accepted.

        Raises:
            MailError: see its codes.
        """
        from engine.net.mail import send_mail
        from engine.net.resolve import system_resolve

        await send_mail(mail, self._resolve or system_resolve, self._tls)
