"""Run the checks and the tests in groups, and tell time and result of each.

    python -m tests.groups            every group
    python -m tests.groups engine     one group
    python -m tests.groups check      ruff, mypy, the rules of the architecture, and the sizes

The last line is `N passed, N failed, N skipped`; a tool such as mypy counts as one test.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.helpers.sizes import summary

TESTS = Path(__file__).parent
BUDGET_MIN = {"checks": 1, "engine": 3, "window": 4, "sandbox": 2, "knowledge": 2, "triggers": 2}
"""Minutes that a group may take on two cores. More is pointed out and fails nothing."""

OWN_FOLDERS = {"checks": ["architecture", "setup"]} | {name: [name] for name in BUDGET_MIN if name not in ("checks", "engine")}
"""Folders below tests/ of each group; every other folder belongs to `engine`."""

TWO_PROCESSES = ["-n", "2", "--dist", "worksteal"]
"""Each takes half of the tests in their order, and then the end of what the other one has left."""

TOOLS = {"ruff": ["ruff", "check", "--quiet"], "mypy": ["mypy", "--strict", "--no-error-summary"]}


@dataclass
class Result:
    """How many tests of a group, or of several, came out how, and the time it took."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0

    def add(self, other: Result) -> None:
        """Add what another group gave."""
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.seconds += other.seconds

    def line(self) -> str:
        """Return the line that continuous integration counts."""
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def folders(group: str) -> list[Path]:
    """Return the folders of a group that hold tests."""
    if group in OWN_FOLDERS:
        wanted = [TESTS / name for name in OWN_FOLDERS[group]]
    else:
        others = {name for names in OWN_FOLDERS.values() for name in names}
        wanted = [path for path in sorted(TESTS.iterdir()) if path.name not in others]
    return [path for path in wanted if path.is_dir() and any(path.rglob("test_*.py"))]


def run_tool(name: str) -> tuple[str, bool]:
    """Run one tool over the whole checkout; return what it says and whether it is content."""
    begin = time.monotonic()
    command = [sys.executable, "-m", *TOOLS[name]]
    done = subprocess.run(command, cwd=TESTS.parent, capture_output=True, encoding="utf-8", check=False)
    verdict = "passed" if done.returncode == 0 else "FAILED"
    return f"{done.stdout}{done.stderr}{name}: {verdict} ({time.monotonic() - begin:.1f} s)", done.returncode == 0


def run_pytest(paths: list[Path], *how: str) -> Result:
    """Run the tests in these folders; a run that breaks off counts as one failure at least."""
    with tempfile.TemporaryDirectory(prefix="weft-report-") as folder:
        report = Path(folder) / "report.xml"
        options = ["--continue-on-collection-errors", f"--junit-xml={report}", *how]
        command = [sys.executable, "-m", "pytest", *options, *map(str, paths)]
        code = subprocess.run(command, cwd=TESTS.parent, check=False).returncode
        result = Result(*_read(report))
    if code != 0 and result.failed == 0:
        result.failed = 1
    return result


def _read(report: Path) -> tuple[int, int, int]:
    if not report.exists():
        return 0, 0, 0
    suites = list(ET.parse(report).getroot().iter("testsuite"))
    total, failures, errors, skipped = (
        sum(int(suite.get(name, "0")) for suite in suites) for name in ("tests", "failures", "errors", "skipped")
    )
    failed = failures + errors
    return max(0, total - failed - skipped), failed, skipped


def run_group(group: str) -> Result:
    """Run one group; `check` is the quick part of `checks`. The tools run beside its tests, other tests in two processes."""
    begin = time.monotonic()
    paths = [TESTS / "architecture"] if group == "check" else folders(group)
    checks = group in ("check", "checks")
    with ThreadPoolExecutor(max_workers=1) as tools:
        told = tools.map(run_tool, TOOLS if checks else ())
        result = run_pytest(paths, *(() if checks else TWO_PROCESSES)) if paths else Result()
        for text, good in told:
            print(text, flush=True)
            result.add(Result(passed=int(good), failed=int(not good)))
    if checks:
        print(summary(), flush=True)
    result.seconds = time.monotonic() - begin
    return result


def main(arguments: list[str]) -> int:
    """Run the groups named, or all that have tests; return 0 when nothing failed."""
    known = ["check", *BUDGET_MIN]
    if unknown := [name for name in arguments if name not in known]:
        print(f"unknown group {unknown[0]}; there are: {', '.join(known)}", file=sys.stderr)
        return 2
    total, lines = Result(), []
    for group in arguments or [name for name in BUDGET_MIN if folders(name)]:
        print(f"== {group}", flush=True)
        result = run_group(group)
        budget = BUDGET_MIN.get(group, 1)
        late = f", over its {budget} min" if result.seconds > budget * 60 else ""
        lines.append(f"{group:<10} {result.seconds:6.1f} s  {result.line()}{late}")
        total.add(result)
    print("==", *lines, f"{'total':<10} {total.seconds:6.1f} s", total.line(), sep="\n")
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
