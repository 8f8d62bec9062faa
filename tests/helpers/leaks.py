"""Finds what a test leaves behind: threads, child processes and asyncio tasks."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import os
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar

import psutil
import pytest

T = TypeVar("T")

GRACE_S = 2.0
"""How long something that is ending may take to end."""

PYTHONS_OWN = ("multiprocessing.resource_tracker", "multiprocessing.forkserver")


@contextlib.contextmanager
def no_leaks() -> Iterator[None]:
    """Fail when the body leaves a thread or a child process that was not there before; children are killed."""
    threads, children = set(threading.enumerate()), _children()
    yield
    left = _wait_until_gone(lambda: _new_threads(threads))
    orphans = _wait_until_gone(lambda: [child for child in _children() - children if not _is_pythons_own(child)])
    told = [f"thread {thread.name!r}" for thread in left] + [f"process {_describe(child)}" for child in orphans]
    for child in orphans:
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()
    psutil.wait_procs(orphans, timeout=GRACE_S)
    if told:
        pytest.fail("the test left behind: " + ", ".join(told), pytrace=False)


def no_tasks_left(test: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """Wrap an asynchronous test so that a task which it started and left unfinished fails it."""

    @functools.wraps(test)
    async def checked(*args: Any, **arguments: Any) -> None:
        before = asyncio.all_tasks()
        await test(*args, **arguments)
        await asyncio.sleep(0)
        if left := asyncio.all_tasks() - before:
            pytest.fail("the test left tasks behind: " + ", ".join(str(task) for task in left), pytrace=False)

    return checked


def _new_threads(before: set[threading.Thread]) -> list[threading.Thread]:
    return [
        thread
        for thread in set(threading.enumerate()) - before
        if thread.is_alive() and (not thread.daemon or thread.name.startswith("weft"))
    ]


def _children() -> set[psutil.Process]:
    return set(psutil.Process().children(recursive=True)) if _has_children() else set()


def _has_children() -> bool:
    """Ask the system, which knows without a look at every process; most tests have none. Without such a question: maybe."""
    if sys.platform == "win32":
        return True
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def _is_pythons_own(child: psutil.Process) -> bool:
    try:
        command = " ".join(child.cmdline())
    except psutil.Error:
        return True
    return any(name in command for name in PYTHONS_OWN)


def _describe(child: psutil.Process) -> str:
    try:
        return f"{child.pid} ({child.status()}): {' '.join(child.cmdline()) or child.name()}"
    except psutil.Error:
        return str(child.pid)


def _wait_until_gone(look: Callable[[], list[T]]) -> list[T]:
    end = time.monotonic() + GRACE_S
    while (left := look()) and time.monotonic() < end:
        time.sleep(0.01)
    return left
