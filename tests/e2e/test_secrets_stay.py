"""A canary secret travels to careless servers that send it back, and is found in no file and no output afterwards."""

from __future__ import annotations

import base64
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from tests.helpers.echo import echo_server
from tests.helpers.weft_command import Done, Weft, node

CANARY = "canary/S3cret+value?ä-4711"
REF = {"$secret": "canary"}
KEY = "sk-canary/S3cret+key-4712"
"""As a provider's key has to be: without other alphabets."""


def forms(value: str = CANARY) -> list[bytes]:
    """Return the ways in which the value could have been written down."""
    plain = value.encode()
    encoded = [base64.b64encode(b"user:" + plain), base64.b64encode(plain)]
    escaped = (
        value.encode("unicode_escape"),
        quote(value).encode(),
        quote(value, safe="").encode(),
        quote_plus(value).encode(),
    )
    return [plain, *escaped, *(text[8:-4] for text in encoded)]


def leaks(folder: Path, *texts: str, value: str = CANARY) -> list[str]:
    """Return the files below a folder, members of archives too, and the texts in which the value stands in any form."""
    sought = forms(value)
    found = [f"text {number}" for number, text in enumerate(texts) if any(form in text.encode() for form in sought)]
    for path in sorted(filter(Path.is_file, folder.rglob("*"))):
        contents = {str(path): path.read_bytes()}
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                contents |= {f"{path}!{name}": archive.read(name) for name in archive.namelist()}
        found += [name for name, data in contents.items() if any(form in data for form in sought)]
    return found


def test_a_secret_is_found_in_no_file(weft: Weft) -> None:
    weft.environment["WEFT_KEYCHAIN"] = "off"
    with echo_server() as port:
        url = f"http://127.0.0.1:{port}"
        path = weft.write(
            "canary.weft",
            node("bearer", "http.request", method="POST", url=url, auth="bearer", secret=REF, body_kind="raw", body="x"),
            node("basic", "http.request", url=url, auth="basic", user="user", secret=REF),
            node("query", "http.request", url=url, auth="key", key_name="token", key_place="query", secret=REF),
            node("header", "http.request", url=url, headers={"X-Key": REF}),
            node("json", "http.request", method="POST", url=url, body_kind="json", body={"a": {"b": REF}}),
            node("form", "http.request", method="POST", url=url, body_kind="form", body={"a": REF}),
            node("seen", "file.write", path="seen.json", content="{{ nodes.bearer.output }} {{ nodes.form.output.body.all }}"),
            node("again", "data.transform", template="{{ nodes.basic.output.body.all }} {{ nodes.query.output.body.url }}"),
            node("result", "flow.output", value="{{ nodes.again.output }} {{ nodes.json.output.body.all }}"),
            node("refused", "http.request", url=f"{url}/401", auth="bearer", secret=REF, options={"retry": {"attempts": 2}}),
            edges=", ".join(
                [*(f"{name} > seen.after" for name in ("bearer", "form", "header")), "basic > again.after", "query > again.after",
                 "again > result.after", "json > result.after"]
            ),
            settings={"allow_hosts": [f"127.0.0.1:{port}"]},
        )  # fmt: skip
        done: list[Done] = [weft("secrets", "set", "canary", given=CANARY)]
        done.append(weft("run", path, "--trust", "--events"))
    assert done[1].code == 1, done[1]
    run = done[1].events()[0]["run"]
    done += [weft("runs", "show", run), weft("runs", "show", run, "--json"), weft("secrets", "list", "--json")]
    done.append(weft("data", "backup", weft.here / "backup.zip"))
    assert [one.code for one in done] == [0, 1, 0, 0, 0, 0], done
    shown = done[3].json()
    assert shown["error"]["node"] == "refused"
    written = (weft.data / "runs" / run / "seen.json").read_text()
    assert "[secret canary]" in written
    assert "[secret canary]" in str(done[1].out)
    assert leaks(weft.here, *(part for one in done for part in (one.out, one.err))) == []


def _set_key(weft: Weft, place: str) -> None:
    """Put the provider's key where it is to come from."""
    if place == "file":
        assert weft("secrets", "set", "mine", given=KEY).code == 0
    else:
        weft.environment["WEFT_SECRET_MINE"] = KEY


@pytest.mark.parametrize("place", ["file", "environment"])
def test_the_key_of_a_provider_that_says_it_is_found_in_no_file(weft: Weft, place: str) -> None:
    weft.environment["WEFT_KEYCHAIN"] = "off"
    _set_key(weft, place)
    asked: dict[str, Any] = {"provider": "mine", "prompt": "Say it."}
    with echo_server() as port:
        path = weft.write(
            "said.weft",
            node("streamed", "ai.llm", **asked),
            node("whole", "ai.llm", stream=False, **asked),
            node("each", "ai.llm", mode="each", items=[1, 2], **asked),
            node("seen", "file.write", path="seen.json", content="{{ nodes.streamed.output }} {{ nodes.each.output }}"),
            node("result", "flow.output", value="{{ nodes.whole.output }}"),
            edges="streamed > seen.after, each > seen.after, whole > result.after",
        )
        url = f"http://127.0.0.1:{port}/v1"
        done: list[Done] = [weft("providers", "set", "mine", "--base-url", url, "--model", "m", "--secret", "mine")]
        done.append(weft("run", path, "--trust", "--events"))
    events = done[1].events()
    run = events[0]["run"]
    done += [weft("runs", "show", run), weft("runs", "show", run, "--json"), weft("data", "backup", weft.here / "backup.zip")]
    assert [one.code for one in done] == [0, 0, 0, 0, 0], done
    told: dict[tuple[str, int | None], str] = {}
    for event in events:
        if event["event"] == "step_token":
            stream = event["address"], event["item"]
            told[stream] = told.get(stream, "") + event["text"]
    texts = [done[3].json()["outputs"]["result"], (weft.data / "runs" / run / "seen.json").read_text(), *told.values()]
    assert len(texts) >= 5, told
    assert ["Bearer [secret mine]" in text for text in texts] == [True] * len(texts)
    assert leaks(weft.here, *texts, *(part for one in done for part in (one.out, one.err)), value=KEY) == []


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    token = base64.b64encode(f"user:{CANARY}".encode()).decode()
    for number, text in enumerate((CANARY, token, quote(CANARY), quote_plus(CANARY))):
        (tmp_path / str(number)).write_text(f"before {text} after", encoding="utf-8")
    assert len(leaks(tmp_path, f"x{CANARY}")) == 5
