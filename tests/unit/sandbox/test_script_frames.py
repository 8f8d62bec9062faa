"""The result's frame is read as data of an unknown author; output is kept, told and dropped within its caps; syntax is seen."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.api.scripts import ScriptLimits, Stream
from engine.sandbox.check import check_syntax
from engine.sandbox.frames import BadFrameError, parse_frame
from engine.sandbox.output import MAX_LINES, TAIL, TAIL_LINES, Output

LIMITS = ScriptLimits()


def nested(depth: int) -> bytes:
    return b'{"result":' + b"[" * depth + b"]" * depth + b"}"


@pytest.mark.parametrize(
    ("raw", "part"),
    [
        (b"", "no result"),
        (b"{", "not plain JSON"),
        (b'{"result": 1}{"result": 2}', "not plain JSON"),
        (b'{"result": 1}\x00', "not plain JSON"),
        (b'{"result": 1} x', "not plain JSON"),
        (b'{"result": NaN}', "NaN"),
        (b'{"result": Infinity}', "Infinity"),
        (b'{"result": [-Infinity]}', "-Infinity"),
        (b'{"result": 1e999}', "too large a number"),
        (b'{"result": ' + b"9" * 5000 + b"}", "not plain JSON"),
        (b'{"result": "\\ud800"}', "not plain JSON"),
        (b'{"\\udfff": 1}', "not plain JSON"),
        ('{"result": "é"}'.encode(), "not plain JSON"),
        (b'{"result": "\xff"}', "not plain JSON"),
        (b"[]", "not written by Weft"),
        (b"null", "not written by Weft"),
        (b'{"ok": true, "result": 1}', "not written by Weft"),
        (b'{"result": 1, "error": {}}', "not written by Weft"),
        (b'{"error": "x"}', "not written by Weft"),
        (nested(201), "nested deeper than 201"),
        (nested(100_000), "nested deeper than 201"),
        (b'{"result": [' + b"[]," * 1_500_000 + b"0]}", "more than 2,000,000 values"),
        (b'{"result": "' + b"x" * LIMITS.result + b'"}', "longer than 8,388,608 bytes"),
        (b"\x80\x04K\x01.", "not plain JSON"),
    ],
)
def test_hostile_frames(raw: bytes, part: str) -> None:
    with pytest.raises(BadFrameError, match=part):
        parse_frame(raw, LIMITS)


def test_good_frames() -> None:
    assert parse_frame(b'{"result": {"a": [1, "\\u00e9\\ud83d\\ude00", null]}}', LIMITS).result == {"a": [1, "é😀", None]}
    assert parse_frame(nested(200), LIMITS).result is not None
    assert parse_frame(b'{"bad": "why"}', LIMITS).bad == "why"
    error = parse_frame(b'{"error": {"type": "E", "message": 3, "line": -1, "column": 2, "errno": 27}}', LIMITS)
    assert error.error is not None
    assert (error.error.type, error.error.message, error.error.line, error.error.column, error.errno) == ("E", "", None, 2, 27)


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes(raw: bytes) -> None:
    try:
        frame = parse_frame(raw, LIMITS)
    except BadFrameError as error:
        said = str(error)
    else:
        said = json.dumps(frame.result, allow_nan=False)
        assert json.loads(said) == frame.result
    assert said, "why it is refused, or what it gives"


def collect(limits: ScriptLimits, *chunks: bytes) -> tuple[list[tuple[str, str]], Output]:
    heard: list[tuple[str, str]] = []
    output = Output("stdout", limits, lambda stream, text: heard.append((stream, text)))
    for chunk in chunks:
        output.feed(chunk)
    output.close()
    return heard, output


@pytest.mark.parametrize(
    ("chunks", "lines"),
    [
        ((b"a\nb\n",), ["a", "b"]),
        ((b"a", b"b\nc"), ["ab", "c"]),
        ((b"\n\n",), ["", ""]),
        ((b"a\r\nb\r\n",), ["a", "b"]),
        ((b"1%\r5%\r9%\n",), ["9%"]),
        (("é".encode()[:1], "é".encode()[1:] + b"\n"), ["é"]),
        ((b"\xff\xfe\n",), ["\ufffd\ufffd"]),
        ((b"x" * 20 + b"\ny\n",), ["x" * 10 + " …", "y"]),
        ((b"x" * 8, b"x" * 8, b"\ny"), ["x" * 10 + " …", "y"]),
    ],
)
def test_lines(chunks: tuple[bytes, ...], lines: list[str]) -> None:
    heard, _ = collect(ScriptLimits(line=10), *chunks)
    assert heard == [("stdout", line) for line in lines]


def test_output_is_kept_up_to_its_cap_and_counted_beyond() -> None:
    heard, output = collect(ScriptLimits(kept=5, flood=20), b"abc\ndef\n", b"ghi\n")
    assert (output.text, output.total, output.dropped, output.flooded) == ("abc\nd", 12, 7, False)
    assert [text for _, text in heard] == ["abc", "d …", "ef", "ghi"]
    output.feed(b"x" * 9)
    assert output.flooded


def test_a_listener_gets_a_bounded_number_of_lines() -> None:
    heard, output = collect(LIMITS, b"\n" * 200_000, b"\n" * 200_000)
    assert len(heard) == MAX_LINES + 1 + TAIL_LINES
    assert heard[MAX_LINES][1] == "… 389.8 kB left out …"
    assert (output.left_out, output.dropped) == (389_801, 0)


class Kept:
    """Keeps all that a stream printed."""

    def __init__(self, stream: Stream) -> None:
        self.stream, self.data, self.closed = stream, bytearray(), False

    def write(self, data: bytes) -> None:
        self.data += data

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize(
    ("chunks", "lines", "left_out"),
    [
        ([b"x" * 1000] * 4000, ["x" * 16_384 + " …", "… 4.0 MB left out …", "x" * TAIL], 4_000_000 - 16_384 - TAIL),
        ([b"x" * 20_000 + b"\ny\n"], ["x" * 16_384 + " …", "y"], 20_000 - 16_384),
        ([b"%07d\n" % number for number in range(250_000)], [], 250_000 * 8 - 8 * MAX_LINES - 8 * TAIL_LINES + 1),
    ],
)
def test_of_a_flood_the_beginning_and_the_end_are_told_and_all_is_kept_elsewhere(
    chunks: list[bytes], lines: list[str], left_out: int
) -> None:
    heard: list[str] = []
    sinks: list[Kept] = []

    def sink(stream: Stream) -> Kept:
        sinks.append(Kept(stream))
        return sinks[-1]

    output = Output("stdout", LIMITS, lambda _, text: heard.append(text), sink)
    for chunk in chunks:
        output.feed(chunk)
    output.close()
    if lines:
        assert heard == lines
    else:
        assert (heard[0], heard[-1], len(heard)) == ("0000000", "0249999", MAX_LINES + 1 + TAIL_LINES)
    assert output.left_out == left_out
    (kept,) = sinks
    assert (kept.stream, kept.closed) == ("stdout", True)
    assert kept.data == b"".join(chunks)


def test_what_is_told_as_a_whole_is_kept_nowhere_else() -> None:
    output = Output("stdout", LIMITS, lambda *_: None, pytest.fail)
    output.feed(b"a\nb")
    output.close()
    assert output.left_out == 0


@pytest.mark.parametrize(
    ("code", "line", "column", "part"),
    [
        ("x = (\n", 1, 5, "never closed"),
        ("a = 1\nif a\n  b\n", 2, 5, "expected ':'"),
        ("def f():\nx", 2, 1, "expected an indented block"),
        ("print('한글' 'x", 1, 12, "unterminated string"),
        ("a = 1\n  b = 2", 2, None, "unexpected indent"),
        ("x = '\\N{nope}'", 1, None, "unicode"),
        ("a\x00b", None, None, "null bytes"),
        ("(" * 500, None, None, None),
        ("-" * 200_000 + "1", None, None, None),
        ("x = 1\n" * 200_000, None, None, "longer than"),
    ],
)
def test_syntax_errors(code: str, line: int | None, column: int | None, part: str | None) -> None:
    error = check_syntax(code)
    assert error is not None
    assert error.type == "SyntaxError"
    assert line is None or error.line == line
    assert column is None or error.column == column
    assert part is None or part in error.message


def test_checking_runs_nothing(tmp_path: Any) -> None:
    mark = tmp_path / "ran"
    code = f"@__import__('pathlib').Path({str(mark)!r}).touch\ndef f(a=open({str(mark)!r}, 'w')): pass"
    assert check_syntax(code) is None
    assert not mark.exists()
