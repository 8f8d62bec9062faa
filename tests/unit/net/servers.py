"""Real servers on loopback that answer as a test wants, bad manners included."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import ipaddress
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

CRLF = b"\r\n"


@dataclass
class Seen:
    """A request as it came in."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


Answer = bytes | Callable[[Seen, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Site:
    """A server with its address and what it has seen. Answers are whole replies by path, or functions that write one."""

    port: int = 0
    answers: dict[str, Answer] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    connections: int = 0

    @property
    def at(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str = "/", host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ssl.SSLError):
                await self._converse(reader, writer)
        finally:
            writer.close()
            with contextlib.suppress(Exception):
                await writer.wait_closed()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            seen = await _request(reader)
            self.seen.append(seen)
            answer = self.answers.get(seen.target.partition("?")[0], reply(404, b"no"))
            if not isinstance(answer, bytes):
                await answer(seen, writer)
                return
            writer.write(answer)
            await writer.drain()


def reply(status: int = 200, body: bytes = b"", *headers: str) -> bytes:
    """Return a whole reply, with its length unless the headers say how it is carried."""
    lines = [f"HTTP/1.1 {status} X", *headers]
    if not any(line.lower().startswith(("content-length", "transfer-encoding")) for line in lines):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("latin-1") + CRLF * 2 + body


async def _request(reader: asyncio.StreamReader) -> Seen:
    head = await reader.readuntil(CRLF * 2)
    first, *rest = head.decode("utf-8", "replace").rstrip("\r\n").split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Seen(method, target, headers, body)


@contextlib.asynccontextmanager
async def site(tls: ssl.SSLContext | None = None, **answers: Answer) -> AsyncIterator[Site]:
    """Run a server; keyword arguments are answers by path without its slash."""
    before = asyncio.all_tasks()
    made = Site(answers={f"/{name}": answer for name, answer in answers.items()})
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(made.serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=tls)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # Handshakes that failed have tasks of their own.
        for _ in range(100):
            if not any("_accept_connection" in repr(task.get_coro()) for task in asyncio.all_tasks() - before):
                break
            await asyncio.sleep(0.01)


def names(**hosts: Sequence[str]) -> Callable[[str, int], Awaitable[Sequence[str]]]:
    """Return a resolver that knows these hosts (`_` stands for a dot) and literals, and counts nothing else as known."""
    known = {name.replace("_", "."): addresses for name, addresses in hosts.items()}

    async def resolve(host: str, port: int) -> Sequence[str]:
        await asyncio.sleep(0)
        if host in known:
            return known[host]
        return [str(ipaddress.ip_address(host))] if host[:1].isdigit() or ":" in host else _unknown(host)

    return resolve


def _unknown(host: str) -> Sequence[str]:
    import socket

    raise socket.gaierror(socket.EAI_NONAME, f"{host} is not known")


@dataclass
class Certificates:
    """TLS for a server, and for clients that know its authority."""

    server: ssl.SSLContext
    client: ssl.SSLContext


def certificates(folder: Path, *hosts: str, expired: bool = False) -> Certificates:
    """Make a certificate for some hosts, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Weft test")])
    now = datetime.datetime.now(datetime.UTC)
    end = now + datetime.timedelta(days=-1 if expired else 1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=2))
        .not_valid_after(end)
        .add_extension(x509.SubjectAlternativeName([_alternative(host) for host in hosts]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "server.pem"
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    pem.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    return Certificates(server, ssl.create_default_context(cafile=str(pem)))


def _alternative(host: str) -> x509.GeneralName:
    return x509.IPAddress(ipaddress.ip_address(host)) if host[:1].isdigit() else x509.DNSName(host)
