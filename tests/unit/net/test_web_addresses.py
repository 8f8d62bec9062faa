"""Only public addresses are reached, and those that a workflow lists; whatever way a name or a redirect takes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from engine.api.web import WebError, WebRequest
from engine.net.addresses import AllowedHost, is_allowed, is_public
from engine.net.client import WebClient
from tests.unit.net.servers import names, reply, site

PRIVATE = [
    "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.0.8",
    "192.0.0.170", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.1.1.1", "240.0.0.1",
    "255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2001:10::1", "2002:7f00:1::", "2002:808:808::",
    "3fff::1", "5f00::1", "fc00::1", "fd12::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "4000::1", "",
    "localhost", "1.2.3", "8.8.8.8.8",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "1.1.1.1", "93.184.216.34", "::ffff:8.8.8.8", "2606:4700:4700::1111", "2a00:1450::1"]


@pytest.fixture
async def web() -> AsyncIterator[WebClient]:
    client = WebClient()
    yield client
    await client.aclose()


async def refused(web: WebClient, url: str, **more: object) -> WebError:
    with pytest.raises(WebError) as caught:
        await web.send(WebRequest(url, **more))  # type: ignore[arg-type]
    return caught.value


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("entry", "host", "port", "allowed"),
    [
        ("localhost", "localhost", 80, True),
        ("localhost", "LOCALHOST.", 11434, True),
        ("localhost:11434", "localhost", 11434, True),
        ("localhost:11434", "localhost", 80, False),
        (" LocalHost:80 ", "localhost", 80, True),
        ("*.example.com", "a.example.com", 443, True),
        ("*.example.com", "a.b.example.com", 443, True),
        ("*.example.com", "example.com", 443, False),
        ("*.example.com", "badexample.com", 443, False),
        ("*.example.com:8443", "a.example.com", 443, False),
        ("example.com", "a.example.com", 443, False),
        ("127.0.0.1", "127.0.0.1", 1, True),
        ("127.0.0.1", "localhost", 1, False),
        ("::1", "::1", 80, True),
        ("[::1]", "0:0:0:0:0:0:0:1", 80, True),
        ("[::1]:8080", "[::1]", 8080, True),
        ("[::1]:8080", "::1", 80, False),
        ("http://localhost", "localhost", 80, True),
        ("https://localhost/v1", "localhost", 80, False),
        ("http://localhost:8080/v1", "localhost", 8080, True),
        ("http://[::1]:8080/", "::1", 8080, True),
        ("bücher.example", "xn--bcher-kva.example", 80, True),
        ("*.bücher.example", "a.xn--bcher-kva.example", 80, True),
        ("xn--bcher-kva.example", "Bücher.example", 80, True),
    ],
)
def test_allowed_hosts(entry: str, host: str, port: int, allowed: bool) -> None:
    assert is_allowed(host, port, [entry]) is allowed


@pytest.mark.parametrize(
    "entry",
    [
        "",
        " ",
        ":80",
        "host:",
        "host:x",
        "host:0",
        "host:99999",
        "[::1]x",
        "http://",
        "host:80:",
        "a b",
        "*",
        "*.",
        "a.*.b",
        "127.1",
    ],
)
def test_entries_that_are_no_host(entry: str) -> None:
    with pytest.raises(WebError, match="not a host that can be allowed"):
        AllowedHost.parse(entry)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "127.0.0.1.", "①27.0.0.1", "ⓛocalhost",
     "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"],
)  # fmt: skip
async def test_no_way_of_writing_loopback_reaches_it(web: WebClient, host: str) -> None:
    async with site(x=reply()) as server:
        error = await refused(web, server.url("/x", host=host))
        assert error.issue.code in ("http.blocked-address", "http.dns", "http.invalid-url")
        assert not error.retryable
        assert server.connections == 0


@pytest.mark.parametrize(
    "address", ["10.0.0.1", "169.254.169.254", "[fd00::1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "192.0.0.8"]
)
async def test_private_literals(web: WebClient, address: str) -> None:
    error = await refused(web, f"http://{address}/latest/meta-data")
    assert error.issue.code == "http.blocked-address"
    assert address.strip("[]") in error.issue.text
    assert "to the allowed hosts of the workflow (`allow_hosts`)" in error.issue.remedy


async def test_a_listed_host_is_reached(web: WebClient) -> None:
    async with site(x=reply(200, b"hi")) as server:
        done = await web.send(WebRequest(server.url("/x"), allowed_hosts=(server.at,)))
        assert (done.status, done.body) == (200, "hi")
        assert (
            await refused(web, server.url("/x"), allowed_hosts=("127.0.0.1:1", "localhost"))
        ).issue.code == "http.blocked-address"


async def test_a_kept_connection_is_not_lent_to_those_who_may_not(web: WebClient) -> None:
    async with site(x=reply(200, b"hi")) as server:
        for _ in range(3):
            await web.send(WebRequest(server.url("/x"), allowed_hosts=(server.at,)))
        assert server.connections == 1
        assert (await refused(web, server.url("/x"))).issue.code == "http.blocked-address"
        assert len(server.seen) == 3


@pytest.mark.parametrize("addresses", [["93.184.216.34", "127.0.0.1"], ["127.0.0.1", "93.184.216.34"], ["2606:4700::1", "::1"]])
async def test_a_name_with_public_and_private_addresses_is_refused(addresses: list[str]) -> None:
    web = WebClient(resolve=names(both_test=addresses))
    error = await refused(web, "http://both.test/")
    assert error.issue.code == "http.blocked-address"
    assert "both.test" in error.issue.text
    await web.aclose()


async def test_the_name_is_asked_once_and_the_checked_address_is_used() -> None:
    asked = []

    async def flips(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.9"]

    web = WebClient(resolve=flips)
    async with site(x=reply(200, b"hi")) as server:
        done = await web.send(WebRequest(server.url("/x", host="name.test"), allowed_hosts=("name.test",)))
        assert done.body == "hi"
        assert asked == [("name.test", server.port)]
        assert server.seen[0].headers["host"] == f"name.test:{server.port}"
    await web.aclose()


async def test_the_next_address_is_tried() -> None:
    web = WebClient(resolve=names(two_test=["127.0.0.9", "127.0.0.1"]))
    async with site(x=reply(200, b"hi")) as server:
        done = await web.send(WebRequest(server.url("/x", host="two.test"), allowed_hosts=("two.test",)))
        assert done.body == "hi"
    await web.aclose()


async def test_redirects_are_checked_again() -> None:
    web = WebClient(resolve=names(open_test=["127.0.0.1"], inner_test=["127.0.0.1"]))
    async with site(secret=reply(200, b"secret")) as inner, site() as outer:
        for number, target in enumerate(
            (
                inner.url("/secret"),
                inner.url("/secret", host="inner.test"),
                "http://169.254.169.254/",
                "http://[::1]/",
                "//10.0.0.1/",
            )
        ):
            outer.answers[f"/{number}"] = reply(302, b"", f"Location: {target}")
            error = await refused(web, outer.url(f"/{number}", host="open.test"), allowed_hosts=("open.test",))
            assert error.issue.code == "http.blocked-address"
        assert inner.connections == 0
        done = await web.send(WebRequest(outer.url("/0", host="open.test"), allowed_hosts=("open.test", inner.at)))
        assert (done.body, done.url) == ("secret", inner.url("/secret"))
    await web.aclose()


@pytest.mark.parametrize("target", ["ftp://x.test/", "file:///etc/passwd", "http://u:p@x.test/", "javascript:1", "http://[bad/"])
async def test_redirects_to_what_is_no_address(web: WebClient, target: str) -> None:
    async with site(x=reply(302, b"", f"Location: {target}")) as server:
        assert (await refused(web, server.url("/x"), allowed_hosts=(server.at,))).issue.code == "http.invalid-url"


async def test_proxies_of_the_environment_are_not_used(web: WebClient, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    async with site(x=reply(200, b"hi")) as server:
        assert (await web.send(WebRequest(server.url("/x"), allowed_hosts=(server.at,)))).body == "hi"


async def test_international_names() -> None:
    web = WebClient(resolve=names(**{"xn--bcher-kva_test": ["127.0.0.1"]}))
    async with site(x=reply(200, b"hi")) as server:
        done = await web.send(WebRequest(server.url("/x", host="bücher.test"), allowed_hosts=("bücher.test",)))
        assert done.body == "hi"
        assert server.seen[0].headers["host"] == f"xn--bcher-kva.test:{server.port}"
    await web.aclose()


def test_one_client_on_two_loops() -> None:
    web = WebClient()

    async def once() -> object:
        async with site(x=reply(200, b"hi")) as server:
            done = await web.send(WebRequest(server.url("/x"), allowed_hosts=(server.at,)))
        await web.aclose()
        return done.body

    assert [asyncio.run(once()), asyncio.run(once())] == ["hi", "hi"]
