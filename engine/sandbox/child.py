"""The other end of a script's run: this file is started with its own interpreter, `python -I child.py`, never imported by Weft.

Two processes. The guard reads the job from its standard input, forks the script, and stays: when its input ends (Weft is
gone, or wants the end) or the script ends, it kills every descendant and says how the script ended. The script's process
limits itself, then runs the code and writes one JSON frame to a pipe of its own. The guard has one thread, so that forking is
safe and the script's death with its parent can be asked of the kernel; orphans of the script become children of the guard,
so that none gets away by leaving the process group.

Standard library only, Python 3.9 or newer. Linux is tested; macOS has neither adoption of orphans nor death with the parent,
so a daemon that a script starts there can outlive it. Windows has one process and no limits. Both are untested.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import socket
import struct
import sys
import time
import types
from typing import Any

LINUX = sys.platform == "linux"
NICE = 5
"""A script yields to the window."""
KILL_SECONDS = 2.0
"""How long the guard goes on killing descendants; only one that the kernel holds outlives the first rounds."""
SPARE_CPU = 60
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER = 1, 4, 36
MAX_MESSAGE, MAX_FRAMES, MAX_TRACEBACK = 4000, 50, 16_000


def prctl(option: int, value: int) -> None:
    """Set an attribute of this process. Raises OSError."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl {option}")


def read_exactly(descriptor: int, length: int) -> bytes:
    """Read `length` bytes, fewer only when the other end is closed."""
    parts = []
    while length > 0:
        part = os.read(descriptor, min(length, 1 << 20))
        if not part:
            break
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def read_job() -> dict[str, Any]:
    """Read the job: eight bytes of length, then JSON. The input stays open as the lifeline."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(0, os.O_BINARY)
    length = struct.unpack(">Q", read_exactly(0, 8))[0]
    job: dict[str, Any] = json.loads(read_exactly(0, length))
    return job


def write_all(descriptor: int, data: bytes) -> None:
    """Write everything."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


# The guard


def guard(job: dict[str, Any], result: int, status: int) -> None:
    """Fork the script, watch it and the lifeline, and end with no descendant left."""
    if LINUX:
        prctl(PR_SET_CHILD_SUBREAPER, 1)
    woken, wake = socket.socketpair()
    wake.setblocking(False)
    signal.set_wakeup_fd(wake.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        for end in (woken, wake, ours):
            end.close()
        os.close(status)
        script_process(job, result, theirs)
    theirs.close()
    os.close(result)
    let_go_of_output()
    if LINUX:
        # From here on the script cannot look into the guard or take its descriptors.
        prctl(PR_SET_DUMPABLE, 0)
    ready = ours.recv(MAX_MESSAGE)
    if ready == b"ready":
        write_all(status, json.dumps({"pid": pid}).encode() + b"\n")
        with contextlib.suppress(OSError):
            ours.send(b"go")
        ended = watch(pid, woken)
    else:
        ended = {"setup": ready.decode("utf-8", "replace") or "the process ended while it was set up"}
    kill_descendants(pid)
    with contextlib.suppress(OSError):
        write_all(status, json.dumps(ended).encode() + b"\n")
    if not ended:
        # Weft may be gone, and with it whoever else would remove the folder.
        import shutil

        shutil.rmtree(job["private"], ignore_errors=True)
    os._exit(0)


def let_go_of_output() -> None:
    """Point stdout and stderr elsewhere, so that their pipes end with the script."""
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)


def watch(pid: int, woken: socket.socket) -> dict[str, Any]:
    """Wait until the script or the lifeline ends; return how the script ended, or an empty object for the lifeline."""
    import select

    while True:
        ended = reap(pid)
        if ended:
            return ended
        readable, _, _ = select.select([0, woken.fileno()], [], [])
        if woken.fileno() in readable:
            woken.recv(4096)
        if 0 in readable:
            return {}


def reap(pid: int) -> dict[str, Any]:
    """Collect children that have ended; return how the script did, if it is among them."""
    found: dict[str, Any] = {}
    with contextlib.suppress(ChildProcessError):
        while True:
            ended, status, usage = os.wait4(-1, os.WNOHANG)
            if not ended:
                break
            if ended == pid:
                seconds = usage.ru_utime + usage.ru_stime
                found = {"exit": os.waitstatus_to_exitcode(status), "cpu": round(seconds, 3), "memory": usage.ru_maxrss}
    return found


def kill_descendants(pid: int) -> None:
    """Kill the script's group and whatever else descends from the guard, until nothing does."""
    until = time.monotonic() + KILL_SECONDS
    while True:
        with contextlib.suppress(OSError):
            os.killpg(pid, signal.SIGKILL)
        left = descendants()
        for one in left:
            with contextlib.suppress(OSError):
                os.kill(one, signal.SIGKILL)
        reap(pid)
        if not left or time.monotonic() > until:
            return
        time.sleep(0.002)


def descendants() -> list[int]:
    """Return the processes below this one that have not ended; empty where `/proc` is not there."""
    parents: dict[int, int] = {}
    try:
        names = os.listdir("/proc")  # noqa: PTH208
    except OSError:
        return []
    for name in names:
        if name.isdecimal():
            with contextlib.suppress(OSError, ValueError, IndexError):
                with open(f"/proc/{name}/stat", "rb") as file:  # noqa: PTH123
                    state, parent = file.read().rpartition(b")")[2].split()[:2]
                if state != b"Z":
                    parents[int(name)] = int(parent)
    below = {os.getpid()}
    while True:
        more = {one for one, parent in parents.items() if parent in below and one not in below}
        if not more:
            return sorted(below - {os.getpid()})
        below |= more


# The script


def script_process(job: dict[str, Any], result: int, guard_end: socket.socket) -> None:
    """Limit this process, tell the guard, wait for its word, run the code, and leave."""
    parent = os.getppid()
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        os.close(nothing)
        if LINUX:
            prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        limit(job["limits"])
        os.nice(NICE)
        guard_end.send(b"ready")
    except BaseException as error:  # noqa: BLE001 - whatever it is, the code must not run
        with contextlib.suppress(OSError):
            guard_end.send(f"{type(error).__name__}: {error}".encode()[:MAX_MESSAGE])
        os._exit(1)
    if guard_end.recv(2) != b"go" or os.getppid() != parent:
        os._exit(1)
    guard_end.close()
    leave(result, execute(job))


def limit(limits: dict[str, int]) -> None:
    """Set the limits of the kernel. Raises OSError or ValueError."""
    import resource

    wanted = {resource.RLIMIT_CORE: 0, resource.RLIMIT_FSIZE: limits["file_size"], resource.RLIMIT_CPU: limits["cpu"]}
    if LINUX:
        # macOS does not keep to it, and refuses low values.
        wanted[resource.RLIMIT_AS] = limits["memory"]
    for kind, value in wanted.items():
        most = resource.getrlimit(kind)[1]
        lower = value if most == resource.RLIM_INFINITY else min(value, most)
        spare = SPARE_CPU if kind == resource.RLIMIT_CPU else 0
        hard = lower + spare if most == resource.RLIM_INFINITY else min(lower + spare, most)
        resource.setrlimit(kind, (lower, hard))


def execute(job: dict[str, Any]) -> dict[str, Any]:
    """Run the code and return the frame's content."""
    import linecache

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)
    file = f"<{job['name']}>"
    linecache.cache[file] = (len(job["code"]), None, job["code"].splitlines(True), file)
    module = types.ModuleType("__main__")
    module.__dict__.update(inputs=job["inputs"])
    sys.modules["__main__"] = module
    sys.argv = [file]
    names = module.__dict__
    try:
        exec(compile(job["code"], file, "exec", dont_inherit=True), names)
        if "result" not in names and callable(names.get("main")):
            names["result"] = names["main"](names["inputs"])
    except SystemExit as error:
        if error.code not in (None, 0):
            return {"error": described(error, file), "exit": error.code if isinstance(error.code, int) else 1}
    except BaseException as error:  # noqa: BLE001 - all of it is the script's
        return {"error": described(error, file)}
    return {"result": names.get("result")}


def described(error: BaseException, file: str) -> dict[str, Any]:
    """Return an error with the frames that lie in the script."""
    import traceback

    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file][-MAX_FRAMES:]
    line: int | None = frames[-1].lineno if frames else None
    column = None
    try:
        message = str(error)
        last = "".join(traceback.format_exception_only(type(error), error))
    except BaseException as inner:  # noqa: BLE001 - the script's own __str__
        message = f"<no text: {type(inner).__name__}>"
        last = f"{type(error).__name__}: {message}\n"
    if isinstance(error, SyntaxError) and error.filename == file:
        line, column, message = error.lineno, error.offset, error.msg
    head = "Traceback (most recent call last):\n" if frames else ""
    text = head + "".join(traceback.format_list(frames)) + last
    return {
        "type": clean(type(error).__name__[:200]),
        "message": clean(message[:MAX_MESSAGE]),
        "line": line,
        "column": column,
        "traceback": clean(text[:MAX_TRACEBACK]),
        "errno": error.errno if isinstance(error, OSError) else None,
    }


def clean(text: str) -> str:
    """Replace halves of characters, which no file takes."""
    return text.encode("utf-8", "replace").decode("utf-8")


def plainer(value: Any) -> Any:
    """Return what numbers and arrays of NumPy and pandas hold."""
    give = getattr(value, "tolist", None)
    if callable(give):
        return give()
    raise TypeError(f"{type(value).__name__} is not JSON")


def leave(result: int, content: dict[str, Any]) -> None:
    """Write the frame and end at once: no exit handlers, no waiting for threads."""
    try:
        frame = json.dumps(content, allow_nan=False, default=plainer)
    except BaseException as error:  # noqa: BLE001 - cycles, depth, numbers, objects, memory
        content = {"bad": "the result cannot be written"}
        with contextlib.suppress(BaseException):
            content = {"bad": clean(f"{type(error).__name__}: {error}"[:MAX_MESSAGE])}
        frame = json.dumps(content)
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        with contextlib.suppress(BaseException):
            stream.flush()  # type: ignore[union-attr]
    with contextlib.suppress(OSError):
        write_all(result, frame.encode("ascii"))
    code = content.get("exit", 1 if "error" in content else 0)
    os._exit(code & 0xFF if isinstance(code, int) else 1)


def without_guard(job: dict[str, Any], path: str) -> None:
    """Run on Windows: one process, the result in a file, ending when Weft does."""
    import threading

    def follow() -> None:
        while os.read(0, 1):
            pass
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
    content = execute(job)
    leave(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), content)


def main() -> None:
    """Run one job. Arguments: descriptors of the result and the status, or on Windows the path for the result."""
    job = read_job()
    if sys.platform == "win32":
        without_guard(job, sys.argv[1])
    else:
        guard(job, int(sys.argv[1]), int(sys.argv[2]))


if __name__ == "__main__":
    main()
