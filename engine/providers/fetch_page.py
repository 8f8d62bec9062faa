"""A model's file from its public page, over HTTP, continued where an earlier try stopped."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.model.issues import phrase
from engine.providers.fetch_job import FetchJob

if TYPE_CHECKING:
    from httpx import Client, Response

CONNECT_S = 5.0
_SILENCE_S = 30.0
"""Seconds without a byte after which a connection counts as broken."""


def from_page(job: FetchJob) -> Path:
    """Load the file that the model's page offers. A broken connection is taken up again as long as there is progress."""
    from httpx import Client, HTTPError, InvalidURL, Timeout

    part = job.part("page")
    with Client(follow_redirects=True, timeout=Timeout(_SILENCE_S, connect=CONNECT_S)) as client:
        while (have := _size(part)) < job.model.bytes:
            why: str = phrase("it offers a smaller file")
            try:
                _load(job, client, part, have)
            except (HTTPError, InvalidURL) as error:
                why = f"{error or type(error).__name__}"
            if _size(part) <= have:
                raise job.failed("page", phrase("{page}: {why}", page=job.model.page, why=why))
    if _size(part) > job.model.bytes:
        part.unlink()
        raise job.failed("page", phrase("{page}: it offers a larger file", page=job.model.page))
    return part


def _load(job: FetchJob, client: Client, part: Path, have: int) -> None:
    # Without `identity`, a server may send compressed bytes, and a range would not be one of the file.
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    with client.stream("GET", job.model.page, headers=headers) as response:
        done = _start(job, response, part, have)
        with part.open("r+b" if part.exists() else "wb") as file:
            file.seek(done)
            file.truncate()
            for piece in response.iter_bytes():
                done += file.write(piece)
                job.step(done, "page")
                if done > job.model.bytes:
                    return


def _start(job: FetchJob, response: Response, part: Path, have: int) -> int:
    """Return where in the file the response begins."""
    length, place = response.headers.get("content-length", ""), response.headers.get("content-range", "")
    if response.status_code == 206 and place.startswith(f"bytes {have}-"):
        return have
    if response.status_code == 200 and length in ("", str(job.model.bytes)):
        return 0
    if response.status_code in (200, 206, 416):
        part.unlink(missing_ok=True)  # What is there does not fit the page's file.
        raise job.failed("page", phrase("{page} offers another file", page=job.model.page))
    raise job.failed("page", phrase("{page} answered {status_code}", page=job.model.page, status_code=response.status_code))


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
