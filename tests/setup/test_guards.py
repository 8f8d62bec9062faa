"""The rules in tests/conftest.py notice what they are there for: a suite of good and bad tests is run by a pytest of its own."""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.helpers.checkout import ROOT

SUITE = '''
import asyncio, logging, os, socket, subprocess, sys, threading, time
from pathlib import Path
import pytest
from tests.helpers import leaks

leaks.GRACE_S = 0.3

def test_leaves_thread():
    threading.Thread(target=time.sleep, args=(1,), name="careless").start()

def test_leaves_daemon_of_ours():
    threading.Thread(target=time.sleep, args=(1,), name="weft-engine", daemon=True).start()

def test_leaves_process():
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])

async def test_leaves_task():
    test_leaves_task.kept = asyncio.get_running_loop().create_task(asyncio.sleep(60))

def test_logs_warning():
    logging.getLogger("weft.part").warning("something %s", "odd")

@pytest.mark.expect_log("never said")
def test_expects_log_that_never_comes(): ...

def test_loads_qt():
    import PySide6

def test_connects_beyond_loopback():
    with socket.socket() as link:
        link.connect(("192.0.2.1", 80))

def test_looks_up_a_host():
    try:
        socket.getaddrinfo("example.com", 80)
    except Exception:
        pass

@pytest.mark.expect_log("WARNING weft.part: something odd")
def test_good_log(expect_log):
    expect_log("ERROR .* worse")
    test_logs_warning()
    logging.getLogger("weft.part").error("worse")

def test_good_home(home):
    assert Path.home() == home and not any(home.iterdir())
    assert Path(os.environ["WEFT_DATA"]).is_relative_to(home) and os.environ["LANGSMITH_TRACING"] == "false"

def test_good_loopback():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("server.invalid", 80)

async def test_good_tasks_and_threads():
    await asyncio.gather(asyncio.to_thread(time.sleep, 0), asyncio.sleep(0))
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    await process.wait()
'''

COMPLAINTS = {
    "test_leaves_thread": "thread 'careless'",
    "test_leaves_daemon_of_ours": "thread 'weft-engine'",
    "test_leaves_process": "time.sleep(60)",
    "test_leaves_task": "left tasks behind",
    "test_logs_warning": "WARNING weft.part: something odd",
    "test_expects_log_that_never_comes": "no record matches 'never said'",
    "test_loads_qt": "loaded PySide6",
    "test_connects_beyond_loopback": "192.0.2.1",
    "test_looks_up_a_host": "example.com",
}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the suite's pytest says of each test; nothing for those that pass."""
    folder = tmp_path_factory.mktemp("suite")
    (folder / "test_suite.py").write_text(SUITE, encoding="utf-8")
    report = folder / "report.xml"
    options = ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(folder), "-p", "tests.conftest", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", *options, f"--junit-xml={report}", str(folder)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    told: dict[str, str] = {}
    for case in ET.parse(report).getroot().iter("testcase"):
        name = case.get("name", "")
        told[name] = told.get(name, "") + "".join(f"{item.get('message')}\n{item.text}" for item in case)
    return told


@pytest.mark.parametrize("name", COMPLAINTS)
def test_rule_is_enforced(outcomes: dict[str, str], name: str) -> None:
    assert COMPLAINTS[name] in outcomes[name]


def test_good_tests_pass(outcomes: dict[str, str]) -> None:
    assert {name: text for name, text in outcomes.items() if name not in COMPLAINTS} == dict.fromkeys(
        ["test_good_log", "test_good_home", "test_good_loopback", "test_good_tasks_and_threads"], ""
    )


def test_home_is_not_the_persons(home: Path) -> None:
    assert Path.home() == home
