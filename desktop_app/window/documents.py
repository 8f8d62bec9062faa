"""The documents that are open: made, opened, saved and closed here, whatever window shows them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal

from desktop_app.documents import document_id
from desktop_app.window.aside import Aside
from desktop_app.window.dialogs import Dialogs
from desktop_app.window.difference import TextDifference, text_difference
from desktop_app.window.disk_changes import DiskChanges
from desktop_app.window.files import SUFFIX, Content, Stamp, companions, copy_companions, free_place, parsed, read, write
from desktop_app.window.keeping import Keeping
from desktop_app.window.notice import Notice
from desktop_app.window.open_document import OpenDocument, Trouble
from desktop_app.window.recovery import Leftover
from engine.model.changes import SetDocument
from engine.model.foreign import foreign
from engine.model.graph import Graph
from engine.model.issues import WeftError, failure, phrase
from engine.model.serialize import dump
from graph_editor.document import Delta
from resources.files import path as resource
from resources.language import tr
from storage.documents import save_document
from storage.paths import DataFolder

Then = Callable[[bool], None]
UnsavedChoice = Literal["save", "discard", "cancel"]
CopyChoice = Literal["copy", "elsewhere", "cancel"]


@dataclass(frozen=True, slots=True)
class UnsavedQuestion:
    """Documents are to be closed that have edits. `answer` may be called once; nothing happens until then."""

    documents: tuple[OpenDocument, ...]
    answer: Callable[[UnsavedChoice], None]


@dataclass(frozen=True, slots=True)
class CopyQuestion:
    """An example is to be saved: a copy of its folder goes to `target`, with `files` beside the workflow."""

    document: OpenDocument
    target: Path
    files: tuple[Path, ...]
    answer: Callable[[CopyChoice], None]


class DocumentService(QObject):
    """Holds every open document once. Reading and writing happen in a thread; what comes of it is told by signals.

    `opened`, `closed`, `saved`, `shown` (it was open already, or is asked for) and `reloaded` (its content came from elsewhere)
    tell an `OpenDocument`; `replaced` is that of `DiskChanges`; `failed` tells a path and the error that kept it from being
    opened; `reading` the paths that are being read; `noticed` a `Notice`; `asked` a question, which somebody shows and answers.
    """

    opened = Signal(object)
    closed = Signal(object)
    saved = Signal(object)
    shown = Signal(object)
    reloaded = Signal(object)
    replaced = Signal(object, str, str)
    failed = Signal(object, object)
    reading = Signal(object)
    noticed = Signal(object)
    asked = Signal(object)

    def __init__(self, folder: DataFolder, dialogs: Dialogs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.documents: list[OpenDocument] = []
        self._folder, self._dialogs = folder, dialogs
        self._last_folder = folder.library
        self._opening: set[Path] = set()
        self._aside, self._comparing = Aside("documents", self), Aside("comparing", self)  # which no save waits for
        self._disk = DiskChanges(self._aside, self)
        self._disk.noticed.connect(self.noticed)
        self._disk.reloaded.connect(self.reloaded)
        self._disk.replaced.connect(self.replaced)
        self._keeping = Keeping(folder.root, self._aside, self)
        self._keeping.failed.connect(lambda text: self.noticed.emit(Notice(text, "warning")))

    # opening

    def new(self, graph: Graph | None = None) -> OpenDocument:
        """Open a document that has no file yet; with a graph one that holds it, as something to save."""
        document = OpenDocument(graph.copy() if graph else Graph())
        document.document.set_id(str(uuid.uuid4()))
        if graph is not None:
            document.document.set_unsaved()
        self._take(document)
        return document

    def ask_open(self) -> None:
        """Let a person choose files to open."""
        self._dialogs.open_files(self._last_folder, self._open_all)

    def open(self, path: Path) -> None:
        """Open a file, or show it where it is open already."""
        path = path.expanduser().absolute()
        if (known := self.find(path)) is not None:
            self.shown.emit(known)
        elif path not in self._opening:
            self._opening.add(path)
            self.reading.emit(sorted(self._opening))
            self._aside.do(lambda: read(path), partial(self._on_read, path), partial(self._on_unread, path))

    def find(self, path: Path) -> OpenDocument | None:
        """Return the open document of a file, by whatever name or link it goes."""
        for document in self.documents:
            if document.path is not None:
                if document.path == path:
                    return document
                with suppress(OSError):
                    if document.path.samefile(path):
                        return document
        return None

    def restore(self, leftover: Leftover) -> OpenDocument:
        """Open unsaved work of a program that is no more, as edits of its file where that is open.

        It was made of the file as it was then: what was written into that since is asked about before a save replaces it.
        """
        path = leftover.path
        document = self.find(path) if path else None
        if document is not None:
            self.put_in(document, leftover.content.graph, tr("Restore unsaved work"))
        else:
            document = OpenDocument(leftover.content.graph, path, is_example=path is not None and is_example(path))
        document.stamp, document.digest = leftover.content.stamp, leftover.kept.digest
        document.document.set_unsaved()
        if document in self.documents:
            self.shown.emit(document)
        else:
            self._take(document)
        self._disk.look(document)
        self._keeping.adopt(document, leftover.file)
        return document

    def leftovers(self, done: Callable[[list[Leftover]], None]) -> None:
        """Find unsaved work of programs that are no more."""
        self._keeping.leftovers(done)

    def discard(self, leftover: Leftover) -> None:
        """Throw unsaved work of a program away that is no more."""
        self._keeping.discard(leftover)

    # saving

    def save(self, document: OpenDocument, then: Then = lambda _: None) -> None:
        """Save to its file, one without a file to the library; what has no name is asked for one. `then` hears whether.

        An example asks for a copy.
        """
        if document.is_saving:  # then its turn comes when that is done
            self._aside.do(lambda: None, lambda _: self.save(document, then), lambda _: then(False))
            return
        if document.is_example:
            self._ask_copy(document, self._own_folder(document) / f"{document.file_title}{SUFFIX}", then)
        elif document.trouble is not None and document.trouble.kind in ("changed", "unreadable"):
            self.shown.emit(document)
            self.noticed.emit(
                Notice(tr("{name} was changed on disk. Choose which version to keep.", name=document.title), "warning")
            )
            then(False)
        elif document.is_unnamed:
            self._ask_place(document, self._folder.library, then)
        elif document.path is None:
            taken = [other.path for other in self.documents if other.path]
            path = free_place(self._folder.library, document.file_title, taken=taken)
            self._write(document, path, then)
        else:
            self._write(document, document.path, then)

    def save_as(self, document: OpenDocument, then: Then = lambda _: None) -> None:
        """Let a person choose another place for a document, and save it there."""
        if document.is_example:
            folder = self._own_folder(document)
        else:
            folder = document.path.parent if document.path else self._last_folder
        self._ask_place(document, folder, then)

    def _ask_place(self, document: OpenDocument, folder: Path, then: Then) -> None:
        taken = [other.path for other in self.documents if other.path]
        place = free_place(folder, document.file_title, taken=taken)

        def save(path: Path, told: Callable[[str], None]) -> None:
            if document.is_example and is_example(path):
                told(tr("Examples stay as they are. Choose another folder."))
            elif (other := self.find(path)) is not None and other is not document:
                told(_taken(path))
            else:
                self.save_to(document, path, partial(self._tell_saved, document, told, then))

        self._dialogs.save_file(document.title, place, save, partial(then, False))

    def save_to(self, document: OpenDocument, path: Path, then: Then = lambda _: None) -> None:
        """Save a document to another place, where it is from now on; an example takes its files along."""
        path = path.absolute()
        self._last_folder = path.parent
        other = self.find(path)
        if other is document and not document.is_example:
            self.save(document, then)
        elif other is not None:
            self.noticed.emit(Notice(_taken(path), "warning"))
            then(False)
        elif document.is_example:
            self._write(document, path, then, replaces=True, source=document.path)
        else:
            self._write(document, path, then, replaces=True)

    def save_again(self, document: OpenDocument) -> None:
        """Try the save that failed once more, to the place that was meant then."""
        meant = document.trouble.path if document.trouble else None
        if meant is None or meant.parent == self._folder.library:
            self.save(document)
        else:
            self.save_to(document, meant)

    def revert(self, document: OpenDocument) -> None:
        """Go back to what the file holds; that is an edit, which can be undone."""
        self._disk.revert(document)

    def put_in(self, document: OpenDocument, graph: Graph, text: str) -> None:
        """Give a document another content as an edit, which `text` names and undo takes back; its id stays."""
        graph = graph.copy()
        graph.id = document.graph.id
        self._disk.put_in(document, graph, text)
        self.reloaded.emit(document)

    def rename(self, path: Path, name: str, done: Callable[[], None]) -> None:
        """Give a workflow another name: as an edit where it is open, else in its file. `done` is called when the file has it."""
        if (document := self.find(path)) is not None:
            document.document.apply(SetDocument(("name",), name), tr("Rename the workflow"))
            self.shown.emit(document)
            return

        def work() -> None:
            content = read(path)
            content.graph.apply(SetDocument(("name",), name))
            write(path, content.graph, content.stamp)

        self._aside.do(work, lambda _: done(), self._on_not_done)

    def keep_mine(self, document: OpenDocument) -> None:
        """Stay with the document as it is here; the next save replaces what another program wrote."""
        self._disk.keep_mine(document)

    def take_theirs(self, document: OpenDocument) -> None:
        """Take what another program wrote; the edits here can be brought back by undo."""
        self._disk.take_theirs(document)

    def difference(self, document: OpenDocument, done: Callable[[TextDifference], None]) -> None:
        """Compare a document with what another program wrote into its file."""
        trouble = document.trouble
        graph, theirs = document.document.frozen(), trouble.theirs if trouble else None
        text = trouble.text if trouble else ""
        self._comparing.do(lambda: text_difference(dump(graph), dump(theirs.graph) if theirs else text), done, self._on_not_done)

    def compare_leftover(self, leftover: Leftover, done: Callable[[TextDifference], None]) -> None:
        """Compare unsaved work with what its file holds."""
        path = leftover.path
        if path is not None:
            self._comparing.do(lambda: text_difference(dump(read(path).graph), leftover.kept.text), done, self._on_not_done)

    def save_text(self, path: Path, text: str) -> None:
        """Save a text as it is, such as one that was mended by hand, and open it as a workflow."""
        self._aside.do(lambda: save_document(path, text), lambda _: self.open(path), self._on_not_done)

    def restore_text(self, path: Path, text: str) -> None:
        """Put a text in place of a damaged file, which is kept beside it, and open it as a workflow."""

        def work() -> Path | None:
            try:
                kept = free_place(path.parent, tr("{name} (damaged)", name=path.stem)) if path.exists() else None
                if kept is not None:
                    path.rename(kept)
            except OSError as error:
                why = phrase("{name} cannot be moved ({why}).", name=path.name, why=foreign(error.strerror or str(error)))
                raise failure("document.unwritable", why, "Free its folder for writing, then try again.") from error
            save_document(path, text)
            return kept

        def done(kept: Path | None) -> None:
            self.open(path)
            if kept is not None:
                self.noticed.emit(Notice(tr("What was in the file is kept as {name}.", name=kept.name)))

        self._aside.do(work, done, self._on_not_done)

    def read_text(self, text: str, done: Callable[[Content], None]) -> None:
        """Read a text as a workflow."""
        self._comparing.do(lambda: parsed(text, "", None), done, self._on_not_done)

    def write_text(self, document: OpenDocument, done: Callable[[str], None]) -> None:
        """Give the text that a document would be saved as."""
        if document.is_modified or not document.saved_text:
            graph = document.document.frozen()
            self._comparing.do(lambda: dump(graph), done, self._on_not_done)
        else:
            done(document.saved_text)

    def is_in_library(self, path: Path) -> bool:
        """Tell whether a file lies in the library folder, where workflows are that were saved without a place."""
        return path.is_relative_to(self._folder.library)

    # closing

    def close(self, document: OpenDocument, then: Then = lambda _: None) -> None:
        """Close a document; one with edits is asked about first."""
        self.close_all([document], then)

    def close_all(self, documents: Sequence[OpenDocument], then: Then = lambda _: None) -> None:
        """Close documents; those with edits are asked about first, all at once."""

        def go(agreed: bool) -> None:
            for document in documents if agreed else ():
                self._let_go(document)
            then(agreed)

        unsaved = [document for document in documents if document.is_modified]
        if unsaved:
            self._ask_unsaved(unsaved, go)
        else:
            go(True)

    def may_end(self, then: Then) -> None:
        """Ask about all edits before the program ends; `then` hears whether it may. The documents stay open."""
        unsaved = [document for document in self.documents if document.is_modified]
        if not unsaved:
            then(True)
            return
        self._ask_unsaved(unsaved, then)

    def end(self) -> None:
        """Finish what is being written, and let go of everything."""
        self._keeping.close()
        self._disk.close()
        self._comparing.close()
        self._aside.close()
        for document in self.documents:
            document.deleteLater()
        self.documents.clear()

    def _ask_unsaved(self, documents: Sequence[OpenDocument], then: Then) -> None:
        def answer(choice: UnsavedChoice) -> None:
            if choice == "cancel":
                then(False)
            elif choice == "discard":
                for document in documents:
                    self._keeping.forget(document)
                then(True)
            else:
                self._save_each(list(documents), then)

        self.asked.emit(UnsavedQuestion(tuple(documents), answer))

    def _save_each(self, documents: list[OpenDocument], then: Then) -> None:
        if not documents:
            then(True)
            return
        first, *rest = documents

        def go_on(done: bool) -> None:
            if done:
                self._save_each(rest, then)
            else:
                self.shown.emit(first)
                then(False)

        self.save(first, go_on)

    # what comes of it

    def _open_all(self, paths: list[Path]) -> None:
        for path in paths:
            self._last_folder = path.parent
            self.open(path)

    def _on_read(self, path: Path, content: Content) -> None:
        self._opening.discard(path)
        self.reading.emit(sorted(self._opening))
        if (known := self.find(path)) is not None:  # unsaved work of it was restored meanwhile
            self.shown.emit(known)
            return
        document = OpenDocument(content.graph, path, is_example=is_example(path))
        document.settle(content)
        self._take(document)

    def _on_unread(self, path: Path, error: WeftError) -> None:
        self._opening.discard(path)
        self.reading.emit(sorted(self._opening))
        self.failed.emit(path, error)

    def _take(self, document: OpenDocument) -> None:
        titles = {other.title for other in self.documents}
        while document.is_unnamed and (document.title in titles or self._in_library(document).exists()):
            document.number += 1
        self.documents.append(document)
        document.document.changed.connect(partial(self._on_edit, document))
        document.document.modified_changed.connect(partial(self._on_modified, document))
        self._disk.follow(document)
        if document.is_modified:
            self._keeping.touch(document)
        self.opened.emit(document)

    def _on_not_done(self, error: WeftError) -> None:
        self.noticed.emit(Notice(error.issue.told, "error"))

    def _let_go(self, document: OpenDocument) -> None:
        if document in self.documents:
            self.documents.remove(document)
            self._keeping.forget(document)
            self._disk.leave(document)
            self.closed.emit(document)
            document.deleteLater()

    def _on_edit(self, document: OpenDocument, _delta: Delta) -> None:
        if document.is_modified:
            self._keeping.touch(document)

    def _on_modified(self, document: OpenDocument, modified: bool) -> None:
        if modified:
            self._keeping.touch(document)
        else:
            self._keeping.forget(document)

    # writing

    def _in_library(self, document: OpenDocument) -> Path:
        return self._folder.library / f"{document.file_title}{SUFFIX}"

    def _own_folder(self, document: OpenDocument) -> Path:
        return free_place(self._folder.library, document.file_title, suffix="")

    def _ask_copy(self, document: OpenDocument, target: Path, then: Then) -> None:
        source = document.path
        assert source is not None

        def answer(choice: CopyChoice) -> None:
            if choice == "copy":
                self._write(document, target, then, replaces=True, source=source)
            elif choice == "elsewhere":
                self.save_as(document, then)
            else:
                then(False)

        self.asked.emit(CopyQuestion(document, target, tuple(companions(source)), answer))

    def _write(
        self, document: OpenDocument, path: Path, then: Then, *, replaces: bool = False, source: Path | None = None,
    ) -> None:  # fmt: skip
        """Save in a thread. `replaces` says that whatever is at the path may go; `source` is the example whose files come along.

        A document that goes elsewhere while its file stays is another document: it gets an id of its own. One that lies in the
        library, because nobody said where it belongs, is moved.
        """
        document.document.end_joining()
        graph, revision, expected = document.document.frozen(), document.revision, document.stamp
        first = document.path
        moves = first is not None and first != path and first.parent == self._folder.library
        is_another = not moves and first not in (None, path)
        graph.id = str(uuid.uuid4()) if is_another else document_id(graph, path)

        def work() -> Content:
            if source is not None:
                copy_companions(source, path)
            content = write(path, graph, Stamp.of(path) if replaces else expected)
            if moves and first is not None and Stamp.of(first) == expected:
                first.unlink()
            return content

        document.is_saving = True
        self._aside.do(
            work, partial(self._on_written, document, path, revision, then), partial(self._on_unwritten, document, path, then)
        )

    def _on_written(self, document: OpenDocument, path: Path, revision: int, then: Then, content: Content) -> None:
        document.is_saving = False
        if document not in self.documents:
            then(True)
            return
        was_example, was_copy, first = document.is_example, document.is_copy, document.path
        self._disk.leave(document)
        document.path, document.is_example, document.is_copy = path, False, False
        self._disk.follow(document)
        unchanged = document.revision == revision
        if document.graph.id != content.graph.id:
            document.document.set_id(content.graph.id)
        document.settle(content)
        document.trouble = None
        if unchanged:
            document.document.set_saved()
            self._keeping.forget(document)
        else:
            document.document.set_unsaved()
        document.changed.emit()
        self.saved.emit(document)
        if first is None and document.graph.name and path.parent == self._folder.library:  # else it was asked where
            elsewhere = (tr("Save elsewhere…"), partial(self.save_as, document))
            self.noticed.emit(Notice(tr("Saved in your library as {name}.", name=path.name), "done", elsewhere))
        elif was_example:
            self.noticed.emit(Notice(tr("This is your own copy now, in {folder}.", folder=path.parent), "done"))
        elif was_copy:
            self.noticed.emit(Notice(tr("{name} is a copy, and a workflow of its own from now on.", name=path.name)))
        then(True)

    @staticmethod
    def _tell_saved(document: OpenDocument, told: Callable[[str], None], then: Then, saved: bool) -> None:
        """Tell what came of a save, or keep the question open: whoever waits hears of it when that ends."""
        trouble = document.trouble
        if saved or trouble is None or trouble.issue is None:
            told("")
            then(saved)
        else:
            told(trouble.issue.told)

    def _on_unwritten(self, document: OpenDocument, path: Path, then: Then, error: WeftError) -> None:
        document.is_saving = False
        if document in self.documents:
            if error.issue.code == "document.changed" and document.path == path:
                self._disk.look(document)
            else:
                document.show_trouble(Trouble("unsaved", error.issue, path=path))
        then(False)


def _taken(path: Path) -> str:
    return tr("{name} is open in another tab. Close it first, or choose another name.", name=path.name)


def is_example(path: Path) -> bool:
    """Tell whether a file is one of the examples that come with Weft, at its own place."""
    return path.resolve().is_relative_to(resource("examples").resolve())
