"""The application's log."""

from __future__ import annotations

import asyncio
import logging
import re
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.api.redact import Redactor
from engine.api.stores import current_run
from storage.applog import AppLog
from storage.paths import DataFolder
from tests.helpers.programs import run

logger = logging.getLogger("engine.test")
CANARY = "canary-9c1e-한 +="


@pytest.fixture
def log(folder: DataFolder) -> Iterator[AppLog]:
    redactor = Redactor()
    redactor.add("openai", CANARY)
    log = AppLog(folder.logs, redactor, size=2000, kept=2)
    yield log
    log.close()


def lines(log: AppLog) -> list[str]:
    return log.path.read_text(encoding="utf-8").splitlines()


def test_a_line_tells_time_level_place_and_run(log: AppLog) -> None:
    logger.info("ready: %s", "준비")
    token = current_run.set("6ndkcw2a")
    logger.info("in a run")
    current_run.reset(token)
    logger.info("of another", extra={"run": "7777"})
    logger.debug("not shown")
    found = lines(log)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO    engine\.test: ready: 준비", found[0])
    assert [line.partition("engine.test")[2] for line in found[1:]] == [" [6ndkcw2a]: in a run", " [7777]: of another"]
    assert stat.S_IMODE(log.path.stat().st_mode) == 0o600


async def test_tasks_of_two_runs_do_not_mix(log: AppLog) -> None:
    async def work(run_id: str) -> None:
        current_run.set(run_id)
        for _ in range(3):
            await asyncio.sleep(0)
            logger.info("from %s", run_id)

    await asyncio.gather(work("aaaa"), work("bbbb"))
    assert len(lines(log)) == 6
    assert all(re.search(r"\[(\w+)\]: from \1$", line) for line in lines(log))


@pytest.mark.expect_log("ERROR engine.test: failed")
def test_secrets_are_taken_out_of_everything(log: AppLog) -> None:
    from base64 import b64encode
    from urllib.parse import quote

    logger.info("plain %s", CANARY)
    logger.info("url https://x/?key=%s", quote(CANARY))
    logger.info("basic %s", b64encode(f"user:{CANARY}".encode()).decode())
    try:
        raise ValueError(f"bad key {CANARY}")
    except ValueError:
        logger.exception("failed")
    text = log.path.read_text(encoding="utf-8")
    assert text.count("[secret openai]") >= 4
    assert "canary" not in text
    assert "Traceback" in text


def test_a_message_cannot_pretend_to_be_another_line(log: AppLog) -> None:
    logger.info("one\n2026-01-01T00:00:00.000Z ERROR engine: forged\r\n")
    found = lines(log)
    assert len(found) == 2
    assert found[1].startswith("    ")


def test_it_rotates_and_keeps_few(log: AppLog, folder: DataFolder) -> None:
    for number in range(200):
        logger.info("line %s %s", number, "x" * 50)
    files = sorted(folder.logs.iterdir())
    assert [file.name for file in files] == ["weft.log", "weft.log.1", "weft.log.2"]
    assert all(file.stat().st_size <= 2000 and stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)
    assert "line 199" in lines(log)[-1]


def test_levels_and_chatty_libraries(log: AppLog) -> None:
    log.set_level("DEBUG")
    logger.debug("shown")
    logging.getLogger("httpx").info("GET https://host")
    assert len(lines(log)) == 1
    log.close()
    assert logging.getLogger().level == logging.WARNING
    logger.info("nobody listens")
    assert len(lines(log)) == 1


def test_a_full_disk_does_not_disturb_the_work(tmp_path: Path) -> None:
    code = """
import logging, resource, sys
from pathlib import Path
from engine.api.redact import Redactor
from storage.applog import AppLog
log = AppLog(Path(sys.argv[1]), Redactor())
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
for number in range(10):
    logging.getLogger("a").info("x" * 60)
log.close()
print("done")
"""
    result = run(code, tmp_path)
    assert (result.stdout, result.stderr) == ("done\n", "")


def test_what_another_log_knows_is_struck_out_too(log: AppLog, folder: DataFolder) -> None:
    """The window and the engine have a log each, and every line is in both."""
    other = AppLog(folder.logs, Redactor(), program="window")
    try:
        logger.info("the key is %s", CANARY)
    finally:
        other.close()
    assert "[secret openai]" in other.path.read_text("utf-8")
    assert CANARY not in other.path.read_text("utf-8") + log.path.read_text("utf-8")
