"""Which addresses a workflow may reach: public ones always, others when the workflow lists their host."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass

from engine.api.web import WebError
from engine.model.issues import phrase

_MAX_NAME = 253
_NAME = re.compile(r"(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}\.?", re.IGNORECASE | re.ASCII)
_NUMBER_AT_END = re.compile(r"(?:^|\.)(?:[0-9]+|0x[0-9a-f]*)\.?$", re.IGNORECASE | re.ASCII)
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_PUBLIC_V6 = ipaddress.IPv6Network("2000::/3")
"""The only block of IPv6 from which public addresses are given out."""
_ALSO_BLOCKED = tuple(
    map(
        ipaddress.ip_network,
        (
            "192.0.0.0/24",  # protocol assignments; parts count as global
            "192.88.99.0/24",  # 6to4 relays
            "2001::/32",  # Teredo: carries an IPv4 address
            "2002::/16",  # 6to4: carries an IPv4 address
            "3fff::/20",  # documentation
        ),
    )
)


def is_public(address: str) -> bool:
    """Tell whether an IP address belongs to the public internet.

    Addresses that carry another one (IPv4-mapped, NAT64, 6to4, Teredo) are judged by it or refused; whatever is not an
    address is not public.
    """
    try:
        parsed: Address = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            parsed = parsed.ipv4_mapped
        elif parsed not in _PUBLIC_V6:
            # NAT64 (64:ff9b::/96) and IPv4-compatible addresses are outside, too.
            return False
    if not parsed.is_global or parsed.is_multicast or parsed.is_reserved:
        return False
    return not any(parsed in network for network in _ALSO_BLOCKED if network.version == parsed.version)


@dataclass(frozen=True, slots=True)
class AllowedHost:
    """One entry of a list: a host, a pattern `*.domain` for everything below it, and a port or any."""

    host: str
    port: int | None = None

    @classmethod
    def parse(cls, entry: str) -> AllowedHost:
        """Read `host`, `host:port`, `*.domain`, an IPv4 or IPv6 literal (with a port in brackets), or the start of a URL.

        Raises:
            WebError: `http.invalid-request` for anything else.
        """
        host, port = _split(entry.strip())
        host = normal_host(host)
        if not is_host(host.removeprefix("*.")) or (port and not (port.isdecimal() and 0 < int(port) < 65536)):
            text = phrase("`{entry}` is not a host that can be allowed.", entry=entry)
            raise WebError("http.invalid-request", text, "Write `host`, `host:port` or `*.domain`.", field="settings.allow_hosts")
        return cls(host, int(port) if port else None)

    def matches(self, host: str, port: int) -> bool:
        """Tell whether it allows a host, given in its normal form, and a port."""
        if self.port not in (None, port):
            return False
        return host.endswith(self.host[1:]) if self.host.startswith("*.") else host == self.host


def is_host(host: str) -> bool:
    """Tell whether an ASCII text is an IP address or a name.

    What ends in a number is an address or nothing: systems read `2130706433`, `0x7f.1` and `127.1` as addresses, too.
    """
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return len(host) <= _MAX_NAME and bool(_NAME.fullmatch(host)) and not _NUMBER_AT_END.search(host)
    return True


def _split(entry: str) -> tuple[str, str]:
    scheme, separator, rest = entry.partition("://")
    if separator:
        host, port = _split(rest.partition("/")[0])
        return host, port or {"http": "80", "https": "443"}.get(scheme.lower(), "")
    if entry.startswith("["):
        host, _, port = entry[1:].partition("]")
        return host, port.removeprefix(":") if port.startswith(":") else ("-" if port else "")
    if entry.count(":") > 1:
        return entry, ""
    host, separator, port = entry.partition(":")
    return host, port or ("-" if separator else "")


def normal_host(host: str) -> str:
    """Return a host in the one form in which hosts are compared: ASCII, lower case, no dot at the end, short IPv6."""
    host = host.rstrip(".").lower()
    try:
        return str(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        pass
    if host.isascii():
        return host
    import idna

    pattern = host.startswith("*.")
    try:
        encoded = idna.encode(host.removeprefix("*."), uts46=True).decode("ascii")
    except idna.IDNAError:
        return ""
    return f"*.{encoded}" if pattern else encoded


def is_allowed(host: str, port: int, entries: Iterable[str]) -> bool:
    """Tell whether a list of entries allows a host and port, wherever they lie."""
    normal = normal_host(host)
    return any(AllowedHost.parse(entry).matches(normal, port) for entry in entries)
