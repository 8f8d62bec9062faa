"""What scripts print beyond what their log shows: kept in files of the run, without the values of secrets."""

from __future__ import annotations

import codecs
import contextlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import IO

from engine.api.printed import printed_file
from engine.api.redact import RedactedStream, Redactor
from engine.api.scripts import LineListener, ScriptError, ScriptJob, ScriptResult, Scripts, Sink, Stream


class PrintingScripts:
    """Runs the scripts of a step. Implements `engine.api.scripts.Scripts`; `use` is told what was left out of the log."""

    def __init__(self, scripts: Scripts, folder: Path, address: str, redactor: Redactor, use: Callable[[int], None]) -> None:
        self._scripts, self._folder, self._address = scripts, folder, address
        self._redactor, self._use = redactor, use

    @property
    def level(self) -> str:
        """See `Scripts`."""
        return self._scripts.level

    async def run(self, job: ScriptJob, on_line: LineListener | None = None) -> ScriptResult:
        """Run a script; what is too much for its log goes into a file as a whole."""

        def sink(stream: Stream) -> Sink:
            return PrintedFile(printed_file(self._folder, self._address, stream), RedactedStream(self._redactor))

        result = await self._scripts.run(replace(job, sinks=sink), on_line)
        if result.left_out:
            self._use(result.left_out)
        return result

    def check(self, code: str, name: str = "script") -> ScriptError | None:
        """See `Scripts`."""
        return self._scripts.check(code, name)

    async def aclose(self) -> None:
        """See `Scripts`."""
        await self._scripts.aclose()


class PrintedFile:
    """Writes what one stream of a script printed. Implements `engine.api.scripts.Sink`."""

    def __init__(self, path: Path, clean: RedactedStream) -> None:
        self._clean = clean
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._file: IO[str] | None = None
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("w", encoding="utf-8", newline="")

    def write(self, data: bytes) -> None:
        """Take the next bytes."""
        self._put(self._clean.feed(self._decoder.decode(data)))

    def close(self) -> None:
        """Write what was held back because it could have been the beginning of a secret."""
        self._put(self._clean.feed(self._decoder.decode(b"", final=True)) + self._clean.end())
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.close()

    def _put(self, text: str) -> None:
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.write(text)
