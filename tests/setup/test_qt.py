"""PySide6 and this Python get along. A process of its own, since a test process holds too many references to notice."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import sys
from PySide6.QtCore import QCoreApplication, QObject, Signal

class Beacon(QObject):
    lit = Signal(bool, object)

application = QCoreApplication([])
beacon = Beacon()
seen = []
beacon.lit.connect(lambda *values: seen.append(values))
before = sys.getrefcount(True), sys.getrefcount(None)
for _ in range(5000):
    beacon.lit.emit(True, None)
after = sys.getrefcount(True), sys.getrefcount(None)
assert len(seen) == 5000
seen.clear()
print(*(new - old for old, new in zip(before, after)))
"""


def test_signals_lose_no_references() -> None:
    result = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    lost = max(-int(change) for change in result.stdout.split())
    assert lost < 100, result.stdout  # a release that loses references loses one a signal
