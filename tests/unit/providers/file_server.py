"""A file server on 127.0.0.1 with the faults of real ones."""

from __future__ import annotations

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class FileServer:
    """Serves `files` by path; use it in a `with`.

    `ranges` honours the Range header. The next request for a file is dropped after `drop[0]` bytes, and so on. `status`
    answers everything with that status. `chunked` hides the length. `pause` is the time in seconds before each 64 KB.
    `asked` holds each request's path and Range header.
    """

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.ranges = True
        self.chunked = False
        self.drop: list[int] = []
        self.status = 200
        self.pause = 0.0
        self.asked: list[tuple[str, str]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self._server.owner = self  # type: ignore[attr-defined]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), name="file-server")

    def url(self, path: str = "") -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/{path}"

    def __enter__(self) -> FileServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        server: FileServer = self.server.owner  # type: ignore[attr-defined]
        path, wanted = self.path.lstrip("/").partition("#")[0], self.headers.get("Range", "")
        server.asked.append((path, wanted))
        self.close_connection = True
        data = _listing(server.files) if not path else server.files.get(path)
        if data is None or server.status != 200:
            self._head(404 if data is None else server.status, {"Content-Length": "0"})
            return
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and server.ranges else 0
        if start >= len(data):
            self._head(416, {"Content-Length": "0"})
            return
        kind = "text/html" if not path else "application/octet-stream"
        headers = {"Content-Length": str(len(data) - start), "Content-Type": kind}
        if server.chunked:
            headers = {"Content-Type": kind}  # The end of the connection is the end of the file.
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        self._head(206 if start else 200, headers)
        end = start + server.drop.pop(0) if path and server.drop else len(data)
        for place in range(start, min(end, len(data)), 65_536):
            time.sleep(server.pause)
            self.wfile.write(data[place : min(place + 65_536, end)])

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in (headers | {"Connection": "close"}).items():
            self.send_header(name, value)
        self.end_headers()

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            return  # The client went away.


def _listing(files: dict[str, bytes]) -> bytes:
    return "".join(f'<a href="{name}">{name}</a>\n' for name in files).encode()
