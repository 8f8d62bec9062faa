"""What holds for every test: a home of its own, loopback only, and nothing left behind.

A test fails when it leaves a thread, a child process or an asyncio task, logs at WARNING or above without `expect_log`,
loads Qt outside `tests/window`, or reaches beyond the loopback interface without the marker `network`.
"""

from __future__ import annotations

import contextlib
import inspect
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.helpers.forked import ForkServer, fork_server
from tests.helpers.isolation import clean_environment, loopback_only
from tests.helpers.leaks import no_leaks, no_tasks_left
from tests.helpers.logs import LogGuard, no_unexpected_logs

WINDOW_TESTS = Path(__file__).parent / "window"
LEFT_OUT_UNLESS_ASKED = {"soak", "bench"}

settings.register_profile("weft", deadline=None)  # how long an example takes is up to the machine, and to what else it does
settings.load_profile("weft")

_session_home = Path(tempfile.mkdtemp(prefix="weft-tests-"))
for _name, _value in clean_environment(_session_home).items():
    if _value is None:
        os.environ.pop(_name, None)
    else:
        os.environ[_name] = _value


def pytest_configure(config: pytest.Config) -> None:
    """Load pytest-qt, and Qt with it, only when window tests are among what was asked for."""
    asked = [Path(argument.partition("::")[0]).absolute() for argument in config.args]
    if WINDOW_TESTS.is_dir() and any(WINDOW_TESTS.is_relative_to(path) or path.is_relative_to(WINDOW_TESTS) for path in asked):
        config.pluginmanager.import_plugin("pytestqt.plugin")


def pytest_unconfigure() -> None:
    """Remove the home that was there while modules were imported."""
    shutil.rmtree(_session_home, ignore_errors=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark window tests, and leave out what is run only when asked for."""
    for item in items:
        if item.path.is_relative_to(WINDOW_TESTS):
            item.add_marker("gui")
    if config.option.markexpr:
        return
    left_out = [item for item in items if LEFT_OUT_UNLESS_ASKED & {mark.name for mark in item.iter_markers()}]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    """Fail an asynchronous test that leaves tasks behind."""
    if isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.obj):
        item.obj = no_tasks_left(item.obj)


@pytest.fixture(autouse=True)
def _nothing_left_behind() -> Iterator[None]:
    with no_leaks():
        yield


@pytest.fixture(autouse=True)
def _own_home(_nothing_left_behind: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in clean_environment(home).items():
            if value is None:
                patch.delenv(name, raising=False)
            else:
                patch.setenv(name, value)
        yield home


@pytest.fixture
def home(_own_home: Path) -> Path:
    """The home folder of this test, empty at its start; `WEFT_DATA` and `WEFT_CONFIG` lie below it."""
    return _own_home


@pytest.fixture(scope="session")
def forks() -> Iterator[ForkServer | None]:
    """What starts the command quickly."""
    with fork_server() as server:
        yield server


@pytest.fixture(autouse=True)
def _loopback_only(request: pytest.FixtureRequest) -> Iterator[None]:
    with contextlib.nullcontext() if request.node.get_closest_marker("network") else loopback_only():
        yield


@pytest.fixture(autouse=True)
def _log_guard(request: pytest.FixtureRequest) -> Iterator[LogGuard]:
    patterns = [str(mark.args[0]) for mark in request.node.iter_markers("expect_log")]
    with no_unexpected_logs(patterns) as guard:
        yield guard


@pytest.fixture
def expect_log(_log_guard: LogGuard) -> Callable[[str], None]:
    """Call it with a regular expression for `LEVEL logger: message`; such a record must come, or the test fails."""
    return _log_guard.expect


@pytest.fixture(autouse=True)
def _qt_only_in_window_tests(request: pytest.FixtureRequest) -> Iterator[None]:
    before = "PySide6" in sys.modules
    yield
    if not before and "PySide6" in sys.modules and not request.node.get_closest_marker("gui"):
        pytest.fail("the test loaded PySide6; only tests in tests/window may", pytrace=False)
