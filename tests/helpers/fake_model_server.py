"""A model server on 127.0.0.1 that does what a test tells it: right answers, wrong ones, errors and broken connections.

    with FakeModelServer(Reply("first"), Reply(status=429, headers={"Retry-After": "2"}), default=Reply("later")) as server:
        ...  # point a provider's base_url at server.url
    assert server.calls[0]["messages"][-1]["content"] == "..."

It speaks `/v1/chat/completions`, in one piece or as a stream, whichever the call asks for, and `/v1/models`. Scripted replies
are used up in order; after them every call gets `default`. A reply may also be a function of the call's body.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal


@dataclass(frozen=True)
class Reply:
    """What one call gets.

    A `status` other than 200 answers with OpenAI's error object of `text` and `kind`. `piece` is the size of a streamed
    piece in characters, `pause` the seconds before each one (without a stream: before the answer). `cut` breaks off behind
    the text: `drop` closes the connection, `end` ends the response properly but without a finish reason. `raw` is sent as
    the whole body instead of everything else.
    """

    text: str = "Hello."
    status: int = 200
    kind: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    finish_reason: str = "stop"
    piece: int = 8
    pause: float = 0.0
    cut: Literal["", "drop", "end"] = ""
    usage: tuple[int, int] | None = (7, 5)
    raw: bytes | None = None


Scripted = Reply | Callable[[dict[str, Any]], Reply]


class FakeModelServer:
    """The server; use it in a `with`.

    `calls` are the bodies of the chat calls so far, `headers` their headers, `paths` the paths of all requests; `accepted`
    counts connections, `left` clients that went away before their answer was sent. With a `key` it tells its models to
    those only who have it.
    """

    def __init__(
        self, *script: Scripted, default: Scripted = Reply(), models: tuple[str, ...] = ("fake-1", "fake-2"), key: str = ""
    ) -> None:
        self.script = list(script)
        self.default = default
        self.models = models
        self.key = key
        self.calls: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.left = 0
        self.accepted = 0
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.fake = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), name="fake-model-server")

    @property
    def url(self) -> str:
        """The base URL for a provider."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> FakeModelServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def next_reply(self, body: dict[str, Any], headers: dict[str, str]) -> Reply:
        """Record a chat call and return what it gets."""
        with self._lock:
            self.calls.append(body)
            self.headers.append(headers)
            scripted = self.script.pop(0) if self.script else self.default
        return scripted if isinstance(scripted, Reply) else scripted(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    fake: FakeModelServer

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.connections: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self.connections.add(request)
        self.fake.accepted += 1
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self.connections.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        for connection in list(self.connections):  # Idle ones would keep their threads.
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        super().server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        self.fake.left += 1


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self.server.fake.paths.append(self.path)
        key = self.server.fake.key
        if key and self.headers["authorization"] != f"Bearer {key}":
            self._send(401, {}, json.dumps({"error": {"message": "no such key", "type": "auth"}}).encode())
            return
        models = [{"id": name, "object": "model"} for name in self.server.fake.models]
        self._send(200, {}, json.dumps({"object": "list", "data": models}).encode())

    def do_POST(self) -> None:
        fake = self.server.fake
        fake.paths.append(self.path)
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        reply = fake.next_reply(body, {name.lower(): value for name, value in self.headers.items()})
        if reply.raw is not None:
            self._send(reply.status, reply.headers, reply.raw)
        elif reply.status != 200:
            error = {"error": {"message": reply.text, "type": reply.kind or "error", "code": reply.kind or None}}
            self._send(reply.status, reply.headers, json.dumps(error).encode())
        elif body.get("stream"):
            self._stream(reply, body)
        else:
            time.sleep(reply.pause)
            choice = {"index": 0, "message": {"role": "assistant", "content": reply.text}, "finish_reason": reply.finish_reason}
            data = json.dumps(_chunk("chat.completion", body, choice, reply.usage)).encode()
            if reply.cut:
                self._send(200, {"Content-Length": str(len(data) + 1)}, data)
                self.close_connection = True
            else:
                self._send(200, reply.headers, data)

    def _send(self, status: int, headers: Mapping[str, str], data: bytes) -> None:
        self.send_response(status)
        for name, value in ({"Content-Type": "application/json", "Content-Length": str(len(data))} | dict(headers)).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def _stream(self, reply: Reply, body: dict[str, Any]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        for event in _events(reply, body):
            time.sleep(reply.pause)
            data = b"data: " + event + b"\n\n"
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        if reply.cut == "drop":
            self.close_connection = True
        else:
            self.wfile.write(b"0\r\n\r\n")


def _events(reply: Reply, body: dict[str, Any]) -> Iterator[bytes]:
    for start in range(0, len(reply.text), reply.piece):
        choice = {"index": 0, "delta": {"content": reply.text[start : start + reply.piece]}, "finish_reason": None}
        yield json.dumps(_chunk("chat.completion.chunk", body, choice, None)).encode()
    if reply.cut:
        return
    end = {"index": 0, "delta": {}, "finish_reason": reply.finish_reason}
    yield json.dumps(_chunk("chat.completion.chunk", body, end, None)).encode()
    if reply.usage and body.get("stream_options", {}).get("include_usage"):
        yield json.dumps(_chunk("chat.completion.chunk", body, None, reply.usage)).encode()
    yield b"[DONE]"


def _chunk(kind: str, body: dict[str, Any], choice: dict[str, Any] | None, usage: tuple[int, int] | None) -> dict[str, Any]:
    chunk = {"id": "fake", "object": kind, "created": 0, "model": body.get("model"), "choices": [choice] if choice else []}
    if usage:
        chunk["usage"] = {"prompt_tokens": usage[0], "completion_tokens": usage[1], "total_tokens": sum(usage)}
    return chunk
