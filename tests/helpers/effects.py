"""A server outside the program that counts the effects of steps."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Effects:
    """What arrived, by the name in the path, and with which idempotency keys and headers."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self.keys: dict[str, set[str]] = {}
        self.headers: list[dict[str, str]] = []
        self.port = 0

    def add(self, name: str, headers: dict[str, str]) -> int:
        """Note one arrival and return how many there were of this name."""
        with self._lock:
            self._counts[name] += 1
            self.keys.setdefault(name, set()).add(headers.get("Idempotency-Key", ""))
            self.headers.append(headers)
            return self._counts[name]

    def counts(self) -> Counter[str]:
        """Return a copy of the counts so far."""
        with self._lock:
            return Counter(self._counts)

    def url(self, name: str) -> str:
        """Return the address that counts an effect under `name`."""
        return f"http://127.0.0.1:{self.port}/{name}"


@contextlib.contextmanager
def effects_server() -> Iterator[Effects]:
    """Serve on the loopback interface until the end of the block."""
    effects = Effects()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            effects.add(self.path.strip("/"), dict(self.headers))
            body = b'{"done": "' + self.path.strip("/").encode() + b'"}'
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    effects.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield effects
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
