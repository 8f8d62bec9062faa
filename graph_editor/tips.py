"""Words about what is under the pointer."""

from __future__ import annotations

from html import escape

from graph_editor.hits import PortHit
from graph_editor.node_face import Look, port_name
from graph_editor.node_paint import lines_of
from resources.language import tr
from widgets.prose import unmarked
from widgets.way_out import told


def type_name(port_type: str) -> str:
    """Return the type of a port in words."""
    names = {
        "any": tr("any value"),
        "text": tr("text"),
        "object": tr("object"),
        "list": tr("list"),
        "number": tr("number"),
        "boolean": tr("yes or no"),
        "file": tr("file"),
    }
    return names.get(port_type, port_type)


def port_tip(hit: PortHit) -> str:
    """Say what a port is called, what it takes or gives, and what it is for."""
    port = hit.declared
    if hit.spot.missing:
        return _paragraphs(port.key, tr("This node has no such port."))
    kind = tr("any number of values") if port.multiple else type_name(port.type)
    need = tr("has to be connected") if port.required and not hit.spot.wired else ""
    return _paragraphs(port_name(port), " · ".join(part for part in (kind, need) if part), tr(port.help))


def node_tip(look: Look) -> str:
    """Say what of a node cannot be read on it: a title that was cut, the whole failure, problems, notes."""
    shown = {line.words for line in lines_of(look)}
    cut = [text for text in (look.face.title, look.face.subtitle) if text not in shown]
    last = look.well.lines[-1:] if look.well.is_failure else ()
    failure = look.step.reason if look.status == "failed" and (not last or last[0].endswith("…")) else ""
    problems = [unmarked(told(issue)) for issue in look.marks.problems]
    return _paragraphs(*cut, failure, *problems, look.face.node.notes)


def _paragraphs(*parts: str) -> str:
    """Return rich text, so that long lines are wrapped; empty when there is nothing to say."""
    said = [escape(part).replace("\n", "<br>") for part in parts if part]
    return f"<p>{'</p><p>'.join(said)}</p>" if said else ""
