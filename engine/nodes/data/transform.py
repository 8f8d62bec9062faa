"""Data transform: gives data another shape, without code."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal, cast

from engine.api.context import RunContext
from engine.api.large import is_large
from engine.api.node import Node
from engine.api.params import Expression, Field, Param, Wired
from engine.api.plain import as_text, choice, one_line
from engine.api.ports import OUT, After, Port, Ports, type_phrase
from engine.model.issues import Issue, failure, phrase
from engine.model.values import Json, JsonObject

Operation = Literal["template", "pick", "map", "filter", "sort", "unique", "group", "count", "merge"]
PER_ITEM = ("map", "filter", "sort", "unique", "group", "count")
BY_EXPRESSION = ("filter", "sort", "unique", "group", "count", "merge")
_NAMES = ("value", "item", "index")
TURN = 0.01
"""Seconds of work after which others get their turn."""
AT_ONCE = 2_000
"""Items that are sorted or grouped on the loop; more in a thread."""


class Transform(Node):
    """Gives data another shape.

    * *template*: text, or an object with templates in it; `value` is what came in.
    * *pick*: the part that a JMESPath names, such as `orders[?total > 100].id` (<https://jmespath.org>).
    * *map*: a template for each item of a list; `item` is the item, `index` its position from 0.
    * *filter*: the items for which an expression is true.
    * *sort*: by what an expression gives, or by the items themselves; equal ones keep their order. Numbers come before text.
    * *unique*: the first item of each that give the same.
    * *group*: a list of objects with `key`, `count` and `items`, in the order in which the keys come up.
    * *count*: an object that tells for each key how often it came up.
    * *merge*: joins several lists, or several objects, where the later win. With an expression, objects in lists that give the
      same are joined to one. Any number of edges may lead to *value*.
    """

    type_id = "data.transform"
    title = "Data transform"
    category = "data"
    icon = "shuffle"
    keywords = ("map", "filter", "sort", "merge", "join", "group", "count", "template", "jmespath", "set", "code", "list")
    aliases = ("DATA_TRANSFORM",)
    examples = (
        {
            "params": {"operation": "template", "template": "{{ value | length }} orders"},
            "inputs": {"value": [1, 2, 3]},
            "ports": {"out": "3 orders"},
        },
        {
            "params": {"operation": "pick", "path": "[?total > `100`].id"},
            "inputs": {"value": [{"id": "a", "total": 90}, {"id": "b", "total": 120}]},
            "ports": {"out": ["b"]},
        },
        {
            "params": {"operation": "map", "template": {"no": "{{ index + 1 }}", "name": "{{ item }}"}, "value": ["x", "y"]},
            "ports": {"out": [{"no": 1, "name": "x"}, {"no": 2, "name": "y"}]},
        },
        {"params": {"operation": "filter", "expression": "item > 1", "value": [1, 2, 3]}, "ports": {"out": [2, 3]}},
        {"params": {"operation": "sort", "descending": True, "value": [2, 3, 1]}, "ports": {"out": [3, 2, 1]}},
        {"params": {"operation": "unique", "expression": "item.n", "value": [{"n": 1}, {"n": 1}]}, "ports": {"out": [{"n": 1}]}},
        {
            "params": {"operation": "group", "expression": "item % 2", "value": [1, 2, 3]},
            "ports": {"out": [{"key": 1, "count": 2, "items": [1, 3]}, {"key": 0, "count": 1, "items": [2]}]},
        },
        {"params": {"operation": "count", "value": ["a", "b", "a"]}, "ports": {"out": {"a": 2, "b": 1}}},
        {"params": {"operation": "merge", "value": [[1], [2, 3]]}, "ports": {"out": [1, 2, 3]}},
        {
            "params": {"operation": "merge", "expression": "item.id"},
            "inputs": {"value": [[{"id": 1, "a": 1}], [{"id": 1, "b": 2}, {"id": 2, "b": 3}]]},
            "ports": {"out": [{"id": 1, "a": 1, "b": 2}, {"id": 2, "b": 3}]},
        },
    )

    operation: Annotated[Operation, Param(promotable=False)] = Field("template", description="What to do.")
    value: Wired = Field(None, description="The data; a template, or what arrives over an edge.")
    template: Annotated[
        Any,
        Param("template", rendered="later", promotable=False, names=_NAMES, shown_when=("operation", ("template", "map"))),
    ] = Field("", description="The new shape: text, or an object or list with templates in it.")
    path: Annotated[
        str, Param("text", rendered="never", promotable=False, placeholder="orders[0].id", shown_when=("operation", ("pick",)))
    ] = Field("", description="JMESPath of the part to take.")
    expression: Annotated[
        Expression,
        Param(
            "expression",
            rendered="later",
            expression=True,
            promotable=False,
            names=_NAMES,
            shown_when=("operation", BY_EXPRESSION),
        ),
    ] = Field("", description="What to look at in each item, for example `item.total`; empty means the item itself.")
    descending: Annotated[bool, Param(shown_when=("operation", ("sort",)))] = Field(False, description="Largest first.")

    async def run(self, ctx: RunContext, after: After = ()) -> Any:
        """Do what the operation says."""
        if self.operation == "template":
            return await ctx.render(self.template, {"value": self.value}, field="template")
        if self.operation == "pick":
            return await asyncio.to_thread(self._pick) if is_large(self.value) else self._pick()
        if self.operation == "merge":
            return await self._merge(ctx)
        items = self._list(self.value)
        if self.operation == "map":
            return [result async for result in self._each(ctx, items, self._rendered)]
        keys = [result async for result in self._each(ctx, items, self._evaluated)]
        return await asyncio.to_thread(self._by_keys, items, keys) if len(items) > AT_ONCE else self._by_keys(items, keys)

    def _by_keys(self, items: Sequence[Json], keys: Sequence[Json]) -> Json:
        """Do what needs only the items and what the expression gave for each."""
        if self.operation == "filter":
            return [item for item, key in zip(items, keys, strict=True) if key]
        if self.operation == "sort":
            order = sorted(range(len(items)), key=lambda position: _rank(keys[position]), reverse=self.descending)
            return [items[position] for position in order]
        if self.operation == "count":
            return dict(Counter(map(as_text, keys)))
        groups: dict[str, tuple[Json, list[Json]]] = {}
        for item, key in zip(items, keys, strict=True):
            groups.setdefault(_identity(key), (key, []))[1].append(item)
        if self.operation == "unique":
            return [members[0] for _, members in groups.values()]
        return [{"key": key, "count": len(members), "items": members} for key, members in groups.values()]

    def _pick(self) -> Json:
        import jmespath
        from jmespath.exceptions import JMESPathError

        try:
            found: Json = jmespath.search(self.path or "@", self.value)
        except JMESPathError as error:
            text = phrase("The path {path!r} does not fit: {first_line}.", path=self.path, first_line=_first_line(error))
            raise failure("transform.pick", text, "Correct the path.", field="path") from None
        return found

    async def _merge(self, ctx: RunContext) -> Json:
        parts = [part for part in self._list(self.value) if part is not None]
        if all(isinstance(part, dict) for part in parts) and not self.expression.strip():
            return {key: item for part in parts if isinstance(part, dict) for key, item in part.items()}
        items = [item for part in parts for item in self._list(part)]
        if not self.expression.strip():
            return items
        if any(not isinstance(item, dict) for item in items):
            text, remedy = phrase("Only objects can be joined."), phrase("Merge lists of objects, or leave the expression empty.")
            raise failure("transform.not-an-object", text, remedy, field="value")
        keys = [key async for key in self._each(ctx, items, self._evaluated)]
        joined: dict[str, JsonObject] = {}
        for item, key in zip(items, keys, strict=True):
            joined.setdefault(_identity(key), {}).update(cast("JsonObject", item))
        return [*joined.values()]

    async def _each(
        self, ctx: RunContext, items: Sequence[Json], work: Callable[[RunContext, JsonObject], Awaitable[Json]]
    ) -> AsyncIterator[Json]:
        """Yield what `work` makes of each item, giving others a turn now and then."""
        turn_ends = time.monotonic() + TURN
        for index, item in enumerate(items):
            yield await work(ctx, {"item": item, "index": index, "value": self.value})
            if time.monotonic() > turn_ends:
                ctx.progress((index + 1) / len(items))
                await asyncio.sleep(0)
                turn_ends = time.monotonic() + TURN

    async def _rendered(self, ctx: RunContext, names: JsonObject) -> Json:
        return await ctx.render(self.template, names, field="template")

    async def _evaluated(self, ctx: RunContext, names: JsonObject) -> Json:
        return await ctx.evaluate(self.expression, names, field="expression") if self.expression.strip() else names["item"]

    def _list(self, value: Any) -> list[Json]:
        if isinstance(value, list):
            return value
        text = phrase(
            "{operation} needs a list, not {kind}.",
            operation=choice(self.operation),
            kind=type_phrase(type(value)) if value is not None else phrase("nothing"),
        )
        raise failure("transform.not-a-list", text, "Give it a list.", field="value")

    @classmethod
    def ports(cls, params: Mapping[str, Json]) -> Ports:
        """What merges takes any number of edges; lists come out of what works on lists."""
        operation = params.get("operation", "template")
        kind = {"pick": "any", "template": "any", "merge": "any", "count": "object"}.get(str(operation), "list")
        value, after = cls.declared_ports.inputs
        if operation == "merge":
            value = Port(value.key, multiple=True, label=value.label, help=value.help)
        elif operation in PER_ITEM:
            value = Port(value.key, "list", label=value.label, help=value.help)
        return Ports((value, after), (Port(OUT, kind),))

    @classmethod
    def check(cls, params: Mapping[str, Json]) -> Iterable[Issue]:
        """Find a path that cannot be read."""
        path = params.get("path")
        if params.get("operation") == "pick" and isinstance(path, str) and path:
            import jmespath
            from jmespath.exceptions import JMESPathError

            try:
                jmespath.compile(path)
            except JMESPathError as error:
                text = phrase("{path!r} is no JMESPath: {first_line}.", path=path, first_line=_first_line(error))
                yield Issue("transform.bad-path", text, "Correct the path.", field="path")

    @classmethod
    def summary(cls, params: Mapping[str, Json]) -> str:
        """Name the operation and what it works with."""
        operation = params.get("operation", "template")
        detail = params.get({"pick": "path", "map": "template", "template": "template"}.get(str(operation), "expression"))
        return one_line(choice(operation), ", ".join(detail) if isinstance(detail, dict) else detail)


def _rank(value: Json) -> tuple[int, Any]:
    """Return a key that orders values of all kinds: nothing, false and true, numbers, text, then the rest by its JSON."""
    if value is None:
        return 0, 0
    if isinstance(value, bool):
        return 1, value
    if isinstance(value, int | float):
        return 2, value
    return (3, value) if isinstance(value, str) else (4, _identity(value))


def _identity(value: Json) -> str:
    """Return a text that is equal for equal values only; 1 and 1.0 are equal, 1 and true are not."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, sort_keys=True)


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0].rstrip(".:")
