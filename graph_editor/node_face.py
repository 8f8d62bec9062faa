"""What a node shows: of the document, of a run, and of what a person marked. Plain values; nothing here paints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

from engine.api.declaration import Declaration
from engine.api.ports import Port, Ports
from engine.model.graph import Edge, Graph, Node
from engine.model.issues import Issue
from graph_editor.geometry import Anatomy, PortSpot, Side, anatomy, place_ports
from graph_editor.text_lines import wrap
from resources.language import tr, trn
from widgets.glyph import category_role
from widgets.node_types import NodeTypes
from widgets.step_view import IDLE, StepStatus, StepView, role_of, time_text
from widgets.theme import MEDIUM, font, theme

STREAM_LINES = 3
PREVIEW_LINES = 2
UNKNOWN_ICON = "circle-help"
_TEXT_INSET = 32
"""What the well and its padding take of a node's width."""
TICKING: tuple[StepStatus, ...] = ("running", "waiting")
"""States whose last line tells a time that goes on."""


@dataclass(frozen=True, slots=True)
class Face:
    """What a node shows of the document, whatever a run does. `tests` are the expressions of outputs with a line of their own."""

    node: Node
    title: str
    subtitle: str
    icon: str
    category: str
    role: str
    known: bool
    inputs: tuple[PortSpot, ...]
    outputs: tuple[PortSpot, ...]
    tests: Mapping[str, str]

    @property
    def rows(self) -> int:
        """How many outputs have a line of their own."""
        return sum(spot.row for spot in self.outputs)

    @property
    def disabled(self) -> bool:
        """Whether the node is switched off."""
        return self.node.options.get("disabled") is True

    @property
    def pinned(self) -> bool:
        """Whether its outputs are pinned."""
        return self.node.options.get("pinned") is not None


@dataclass(frozen=True, slots=True)
class Marks:
    """What stands on a node beside its step.

    `given` are the outputs that gave a value in the run shown, None when not known. While an edge is in the hand, `fits` are the
    ports that take it, with words on how, and `source` is the port it comes from.
    """

    breakpoint: bool = False
    paused: bool = False
    problems: tuple[Issue, ...] = ()
    given: frozenset[str] | None = None
    fits: Mapping[tuple[str, Side], str] | None = None
    source: tuple[str, Side] | None = None

    @property
    def errors(self) -> int:
        """How many of the problems are errors."""
        return sum(issue.severity == "error" for issue in self.problems)


@dataclass(frozen=True, slots=True)
class Well:
    """What came out of a node, or what went wrong, as lines; `streams` is how many of them are for text that is coming."""

    lines: tuple[str, ...] = ()
    is_failure: bool = False
    streams: int = 0

    @property
    def height(self) -> int:
        """How many lines it takes, the way out of a failure included."""
        return self.streams or len(self.lines) + self.is_failure


@dataclass(frozen=True, slots=True)
class Look:
    """A node as it is drawn: its face, its step, its marks, and where its parts are.

    `full_height` is how high it is with a result, or now, when that is more.
    """

    face: Face
    step: StepView = IDLE
    marks: Marks = field(default_factory=Marks)
    well: Well = field(default_factory=Well)
    parts: Anatomy = field(default_factory=lambda: anatomy("", 0, 0, 0, 0))
    spots: tuple[PortSpot, ...] = ()
    full_height: float = 0.0

    @property
    def status(self) -> StepStatus:
        """The state that its ring tells."""
        if self.marks.paused:
            return "paused"
        if self.face.disabled and self.step.status in ("idle", "skipped"):
            return "disabled"
        return self.step.status

    @property
    def dim(self) -> bool:
        """Whether the node has no part in the run."""
        return self.status in ("skipped", "disabled")


def look_of(face: Face, step: StepView, marks: Marks, room: float = inf) -> Look:
    """Lay out a node that may be `room` high: of what came out as many lines are shown as fit, and no fewer than none."""
    parts, lines = _anatomy(face, 0), STREAM_LINES
    well = well_of(step, parts.width, _preview_lines(face))
    while well.height:
        full = _anatomy(face, well.height)
        if full.height <= max(room, parts.height):
            parts = full
            break
        lines = min(lines, well.height) - 1
        well = well_of(step, parts.width, min(_preview_lines(face), lines), lines)
    tall = max(parts.height, _anatomy(face, _preview_lines(face)).height)
    return Look(face, step, marks, well, parts, place_ports(parts, face.inputs, face.outputs), tall)


def _anatomy(face: Face, lines: int) -> Anatomy:
    return anatomy(face.category, len(face.inputs), len(face.outputs) - face.rows, face.rows, lines)


def _preview_lines(face: Face) -> int:
    return 1 if face.rows > 1 else PREVIEW_LINES


def well_of(step: StepView, width: float, lines: int, most: int = STREAM_LINES) -> Well:
    """Return what a step shows of its output, in so many lines, or of its failure, in a node of this width.

    `most` is for what takes more lines than a result.
    """
    room = width - _TEXT_INSET
    size = theme().size["caption"]
    if most <= 0:
        return Well()
    if step.status == "failed" and step.message:
        said = wrap(" ".join(step.reason.split()), font(size, MEDIUM), room, most - 1) if most > 1 else ()
        return Well(said, is_failure=True)
    if step.status == "running" and step.text:
        return Well(streams=most)
    if step.status in ("succeeded", "cached", "waiting", "paused") and step.text.strip():
        return Well(wrap(step.text.strip(), font(size, mono=True), room, lines))
    return Well()


def face_of(node: Node, edges: Sequence[Edge], types: NodeTypes) -> Face:
    """Return what a node shows of the document; `edges` are those that touch it."""
    kind = types.get(node.type)
    ports = types.ports(node, Graph(edges=list(edges)))
    wired_in = {edge.target.port for edge in edges if edge.target.node == node.id}
    wired_out = {edge.source.port for edge in edges if edge.source.node == node.id}
    inputs = [PortSpot(port, "input", 0, 0, port.key in wired_in) for port in ports.inputs]
    outputs = [PortSpot(port, "output", 0, 0, port.key in wired_out, _has_row(port, ports)) for port in ports.outputs]
    missing_in = sorted(wired_in.difference(port.key for port in ports.inputs))
    missing_out = sorted(wired_out.difference(port.key for port in ports.outputs))
    inputs += [PortSpot(Port(key), "input", 0, 0, True, missing=True) for key in missing_in]
    inputs.sort(key=lambda spot: spot.port.multiple)  # what is worked on first, so that its edge is straight; *after* below
    outputs += [PortSpot(Port(key, label=key), "output", 0, 0, True, _has_row(None, ports), True) for key in missing_out]
    category = kind.category if kind else ""
    return Face(
        node,
        types.title(node),
        types.summary(node) or (tr(kind.title) if kind and node.title else "" if kind else node.type if node.title else ""),
        kind.icon if kind else UNKNOWN_ICON,
        category,
        category_role(category) if kind else "text.tertiary",
        kind is not None,
        tuple(inputs),
        tuple(outputs),
        _tests(node, kind),
    )


def _has_row(port: Port | None, ports: Ports) -> bool:
    """An output has a line of its own when it has a name that tells it from the others."""
    return bool(port is None or port.label) and len(ports.outputs) > (1 if port else 0)


def _tests(node: Node, kind: Declaration | None) -> dict[str, str]:
    """Return what has to be true for each case, by its key."""
    if kind is None or not kind.changing_ports:
        return {}
    rows = [row for known in kind.fields if known.kind == "cases" for row in _list(node.params.get(known.name))]
    return {str(row["id"]): str(row.get("when") or "") for row in rows if isinstance(row, dict) and "id" in row}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def port_name(port: Port) -> str:
    """Return what a port is called in the language in use."""
    return tr(port.label) if port.label else port.key


@dataclass(frozen=True, slots=True)
class Footer:
    """The last line of a node: what its state means here, the colour role of these words, and a figure at the right."""

    words: str
    role: str
    detail: str = ""


def footer_of(look: Look, now: float) -> Footer:
    """Say how a node is; `now` is UTC in seconds since the epoch."""
    step, status = look.step, look.status
    role = role_of(status)
    took = time_text(step.seconds) if step.seconds is not None else ""
    since = time_text(max(now - step.started, 0.1)) if step.started is not None else ""
    if not look.face.known and status == "idle":
        return Footer(tr("Unknown node type"), "state.failed")
    match status:
        case "running":
            words = tr("Running {time}", time=since) if since else tr("Running")
            return Footer(words, role, step.detail or (f"{step.fraction:.0%}" if step.fraction is not None else ""))
        case "succeeded":
            words = tr("Pinned output") if look.face.pinned else took or tr("Done")
            return Footer(words, role, step.detail)
        case "cached":
            return Footer(tr("Pinned output") if look.face.pinned else tr("Kept result"), role, step.detail)
        case "failed":
            tries = trn("Failed after {count} try", "Failed after {count} tries", step.attempt)
            return Footer(tries if step.attempt > 1 else tr("Failed"), role, took)
        case "waiting":
            return Footer(step.message or tr("Waits for a person"), role, step.detail or _whole_time(step, now))
    return Footer(_WORDS[status](), role if status != "idle" else "text.tertiary", step.detail)


_WORDS = {
    "idle": lambda: tr("Not run yet"),
    "queued": lambda: tr("Queued"),
    "skipped": lambda: tr("Skipped"),
    "cancelled": lambda: tr("Cancelled"),
    "stopped": lambda: tr("Stopped"),
    "paused": lambda: tr("Paused before this step"),
    "disabled": lambda: tr("Disabled by you"),
}


def _whole_time(step: StepView, now: float) -> str:
    """Return how long a step waits, in whole seconds: nobody watches the tenths."""
    if step.started is None:
        return ""
    waits = now - step.started
    return tr("{time} s", time=max(int(waits), 0)) if waits < 100 else time_text(waits)
