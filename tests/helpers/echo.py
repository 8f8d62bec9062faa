"""A server that answers with everything it was sent, as careless servers do."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextlib.contextmanager
def echo_server() -> Iterator[int]:
    """Serve on the loopback interface until the end of the block; a path that begins with /401 gets that status.

    Asked as a model, it says what it was sent: in pieces of five signs when it is to stream.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            everything = f"{self.path} {self.headers} {sent}"
            echo = {"url": self.path, "headers": dict(self.headers), "body": sent, "all": everything}
            kind, body = "application/json", json.dumps(echo).encode()
            if self.path.endswith("/chat/completions"):
                kind, body = _said(everything, stream=json.loads(sent)["stream"])
            self.send_response(401 if self.path.startswith("/401") else 200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("X-Echo", self.headers.get("Authorization", ""))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _said(text: str, *, stream: bool) -> tuple[str, bytes]:
    """Return what a model that says this text answers, with its type."""
    if not stream:
        choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
        return "application/json", json.dumps({"model": "m", "choices": [choice]}).encode()
    pieces = [{"index": 0, "delta": {"content": text[start : start + 5]}} for start in range(0, len(text), 5)]
    choices = [*pieces, {"index": 0, "delta": {}, "finish_reason": "stop"}]
    lines = [json.dumps({"model": "m", "choices": [choice]}) for choice in choices]
    return "text/event-stream", "".join(f"data: {line}\n\n" for line in (*lines, "[DONE]")).encode()
