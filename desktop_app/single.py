"""One window for each data folder: a second program hands its files to the first one, and ends.

Who holds the lock is the first. The kernel gives it back when that program ends, however it does, so a dead socket is simply
taken over. The socket lies where only its user can reach it, and what comes over it has to name a token from the data folder.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout
from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from engine.model.issues import failure, phrase
from storage.atomic import PRIVATE_FILE, write_whole
from storage.paths import DataFolder, create_private

PATIENCE_S = 10.0
"""How long the first program may take to listen and to answer; it may just be starting."""
LOOK_S = 0.05
MOST_BYTES = 1_000_000
LONGEST_PATH = 100
"""Bytes of a socket's path that every system takes."""
DONE = b"ok\n"


class FirstWindow(QObject):
    """The place where later programs bring their files. `asked` tells the paths, none when the window is only to come forward.

    Use `claim` to be it.
    """

    asked = Signal(object)

    def __init__(self, folder: DataFolder, lock: FileLock) -> None:
        super().__init__()
        self._lock, self._told = lock, _told(folder)
        self._token = secrets.token_hex(16)
        self._pending: dict[QLocalSocket, bytes] = {}
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)
        name = _socket_name(folder)
        QLocalServer.removeServer(name)  # what a killed program left there
        if self._server.listen(name):
            told = json.dumps({"name": name, "token": self._token})
            write_whole(self._told, told.encode(), mode=PRIVATE_FILE, durable=False)

    def close(self) -> None:
        """Listen no more, and let the next program be the first."""
        self._told.unlink(missing_ok=True)
        for socket in list(self._pending):
            socket.abort()
        self._server.close()
        self._lock.release()

    def _on_connection(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            self._pending[socket] = b""
            socket.readyRead.connect(self._on_bytes)
            socket.disconnected.connect(self._on_gone)
            if socket.bytesAvailable():
                self._read(socket)

    def _on_bytes(self) -> None:
        self._read(self.sender())  # type: ignore[arg-type]

    def _read(self, socket: QLocalSocket) -> None:
        said = self._pending.get(socket, b"") + bytes(socket.readAll().data())
        self._pending[socket] = said
        if len(said) > MOST_BYTES:
            socket.abort()
        elif said.endswith(b"\n"):
            paths = self._paths(said)
            if paths is None:
                socket.abort()
                return
            socket.write(DONE)
            socket.flush()
            socket.disconnectFromServer()
            self.asked.emit(paths)

    def _paths(self, said: bytes) -> list[Path] | None:
        """Return the files that a program brings; None when it may not, or says something else."""
        with suppress(ValueError, TypeError, KeyError, AttributeError):
            told = json.loads(said)
            if hmac.compare_digest(str(told["token"]).encode(), self._token.encode()):
                return [Path(path) for path in told["open"] if isinstance(path, str)]
        return None

    def _on_gone(self) -> None:
        socket = self.sender()
        assert isinstance(socket, QLocalSocket)
        self._pending.pop(socket, None)
        socket.deleteLater()


def hand_over(folder: DataFolder, files: Sequence[str | Path]) -> bool:
    """Bring files to the program that is the window, and tell whether there is one that took them. Needs no application."""
    return _hand_over(folder, _absolute(files))


def claim(folder: DataFolder, files: Sequence[str | Path]) -> FirstWindow | None:
    """Be the window of a data folder, or hand the files to the one that is, and return None.

    Raises:
        WeftError: `data.not-writable`; `window.silent` when the other program does not answer.
    """
    create_private(folder.root)
    lock = FileLock(
        folder.root / "window.lock", mode=PRIVATE_FILE, thread_local=False, fallback_to_soft=False, preserve_lock_file=True
    )
    message = _absolute(files)
    end = time.monotonic() + PATIENCE_S
    while True:
        try:
            lock.acquire(blocking=False)
        except Timeout:
            if _hand_over(folder, message):
                return None
        except (OSError, NotImplementedError) as error:
            text = phrase("The folder {root} cannot be locked ({error}).", root=folder.root, error=error)
            raise failure("data.not-writable", text, "Set WEFT_DATA to a folder on a local disk.") from error
        else:
            return FirstWindow(folder, lock)
        if time.monotonic() > end:
            raise failure("window.silent", "Weft is open already and does not answer.", "End that program, and start Weft again.")
        time.sleep(LOOK_S)


def _absolute(files: Sequence[str | Path]) -> list[str]:
    return [os.path.abspath(Path(file).expanduser()) for file in files]  # noqa: PTH100 - links stay as they are called


def _hand_over(folder: DataFolder, files: list[str]) -> bool:
    """Bring files to the first program, and tell whether it took them."""
    try:
        told = json.loads(_told(folder).read_bytes())
        name, token = str(told["name"]), str(told["token"])
    except (OSError, ValueError, KeyError, TypeError):
        return False
    socket = QLocalSocket()
    socket.connectToServer(name)
    if not socket.waitForConnected(1000):
        return False
    socket.write(json.dumps({"token": token, "open": files}).encode(errors="surrogatepass") + b"\n")
    answer = b""
    while not answer.endswith(b"\n") and socket.waitForReadyRead(int(PATIENCE_S * 1000)):
        answer += bytes(socket.readAll().data())
    socket.abort()
    return answer == DONE


def _told(folder: DataFolder) -> Path:
    return folder.root / "window-socket.json"


def _socket_name(folder: DataFolder) -> str:
    """Return a name that belongs to the data folder: a path in a folder of this user alone where there are such sockets."""
    name = f"weft-{hashlib.sha256(os.fsencode(folder.root.resolve())).hexdigest()[:16]}"
    if sys.platform == "win32":
        return name
    for place in (os.environ.get("XDG_RUNTIME_DIR"), str(folder.root)):
        path = os.path.join(place, f"{name}.sock") if place and os.path.isdir(place) else ""  # noqa: PTH112, PTH118
        if path and len(os.fsencode(path)) <= LONGEST_PATH:
            return path
    return name
