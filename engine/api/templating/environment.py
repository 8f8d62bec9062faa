"""Jinja's immutable sandbox, with every operation on a budget and nothing but plain data inside."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache
from itertools import islice
from typing import Any, cast

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2 import Template as JinjaTemplate
from jinja2.parser import Parser
from jinja2.runtime import Context, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace, pass_context

from engine.api.templates import FUNCTIONS
from engine.api.templating import methods, values
from engine.api.templating.filters import filters, tests
from engine.api.templating.limits import MAX_SOURCE, MAX_TOKENS, TemplateFailure, budget, kind
from engine.api.templating.rewrite import guarded_nodes, path_of, rewrite, too_many_parts
from engine.api.templating.values import Method, Missing, built, text
from engine.model.issues import begun, phrase

Blanks = tuple[str, str]
_LOOP_CALLS = ("cycle", "changed")
_RESULT = "result"
_MAX_RANGE = 100_000


class Rounds:
    """What a `for` loop goes through; each round takes a step."""

    def __init__(self, of: Any) -> None:
        self._of = of

    def __len__(self) -> int:
        return len(self._of)

    def __iter__(self) -> Iterator[Any]:
        made = budget()
        for one in self._of:
            made.spend()
            yield one


def bounded_range(*ends: int) -> range:
    """Return `range(…)` of at most 100,000 numbers."""
    if any(not isinstance(end, int) or end.bit_length() > 62 for end in ends):
        raise TemplateFailure("template.failed", "`range` takes whole numbers.")
    numbers = range(*ends)
    if len(numbers) > _MAX_RANGE:
        raise TemplateFailure("template.too-large", phrase("A `range` has at most {max_range:,} numbers.", max_range=_MAX_RANGE))
    return numbers


class Sandbox(ImmutableSandboxedEnvironment):
    """The environment of all templates. Its further methods are called by what `rewrite` puts into them."""

    intercepted_binops = frozenset(ImmutableSandboxedEnvironment.default_binop_table)

    def __init__(self) -> None:
        # Without the optimizer nothing of a template runs while it is compiled.
        super().__init__(undefined=Missing, finalize=_finalize, keep_trailing_newline=True, optimized=False, autoescape=False)
        self.filters.clear()
        self.filters.update(filters())
        self.tests.clear()
        self.tests.update(tests())
        self.globals = dict(zip(FUNCTIONS, (bounded_range, dict, Namespace), strict=True))

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return a part by name; used by filters such as `map(attribute=…)`."""
        return values.member(obj, attribute, "", methods.method)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Return a part by key; used by filters such as `map(attribute=…)`."""
        return values.item(obj, argument)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Return `left operator right` within the budget."""
        return methods.binary(operator, left, right, self.binop_table[operator])

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call what may be called: guards, harmless methods, macros, `loop(…)` and the three functions."""
        if getattr(obj, "__self__", None) is self:
            return obj(*args)
        kwargs.pop("_loop_vars", None)
        kwargs.pop("_block_vars", None)
        if isinstance(obj, Missing):
            raise obj.failure()
        with budget().call():
            if isinstance(obj, Macro):
                return built(context.call(obj, *args, **kwargs))
            for arg in (*args, *kwargs.values()):
                if isinstance(arg, Missing):
                    raise arg.failure()
            if isinstance(obj, LoopContext):
                return built(obj(self.rounds(*args)))
            if isinstance(obj, Method) or self._is_function(obj):
                return built(obj(*args, **kwargs))
        raise TemplateFailure("template.not-allowed", phrase("{kind} cannot be called.", kind=begun(kind(obj))))

    def _is_function(self, obj: Any) -> bool:
        owner = getattr(obj, "__self__", None)
        if isinstance(owner, LoopContext):
            return getattr(obj, "__name__", "") in _LOOP_CALLS
        return any(obj is function for function in self.globals.values())

    def member(self, value: Any, name: str, path: str) -> Any:
        """Return `value.name`."""
        return values.member(value, name, path, methods.method)

    def item(self, value: Any, key: Any, path: str) -> Any:
        """Return `value[key]`."""
        return values.item(value, key, path)

    def cut(self, value: Any, start: Any, stop: Any, step: Any) -> Any:
        """Return `value[start:stop:step]`."""
        return values.cut(value, start, stop, step)

    def concatenate(self, *parts: Any) -> str:
        """Return the texts of all parts in a row (`~`)."""
        return methods.join(parts)

    def built(self, value: Any) -> Any:
        """Weigh a list or object that the template writes down."""
        return built(value)

    def rounds(self, value: Any) -> Rounds:
        """Return what a loop goes through; nothing has no rounds."""
        if isinstance(value, Missing):
            raise value.failure()
        if value is None:
            return Rounds(())
        if not isinstance(value, (str, list, tuple, range, Mapping)):
            raise TemplateFailure("template.failed", phrase("A loop cannot go through {kind}.", kind=kind(value)))
        return Rounds(value)

    def tick(self, length: int) -> None:
        """Pay for one round of a loop or one call of a macro with `length` characters of fixed text."""
        budget().make(length)


@pass_context
def _finalize(context: Context, value: Any) -> str:
    """Write what `{{ … }}` gives. It takes the context, so that Jinja never calls it while compiling."""
    written = text(value)
    budget().make(len(written))
    return written


class Compiled:
    """A template ready to run: as text, and when it is one single expression also as value."""

    def __init__(self, as_text: JinjaTemplate | None, as_value: JinjaTemplate | None, *, path: bool, blanks: Blanks) -> None:
        self.as_text = as_text
        self.as_value = as_value
        self.path = path
        """The expression only names a value, so that the result needs no copy."""
        self.blanks = blanks
        """What stands before and behind a single expression."""

    def chunks(self, names: Mapping[str, object]) -> Iterator[str]:
        """Yield the text piece by piece."""
        assert self.as_text is not None
        yield from self.as_text.root_render_func(_context(self.as_text, names))

    def value(self, names: Mapping[str, object]) -> object:
        """Return what the expression gives."""
        assert self.as_value is not None
        context = _context(self.as_value, names)
        for _ in self.as_value.root_render_func(context):
            pass
        return context.vars[_RESULT]


def _context(template: JinjaTemplate, names: Mapping[str, object]) -> Context:
    # Shared: the mapping is used as it is, so that a lazy one builds only what the template asks for.
    scope = ChainMap(cast("dict[str, object]", names), cast("dict[str, object]", template.globals))
    return template.new_context(cast("dict[str, object]", scope), shared=True)


@lru_cache(maxsize=1)
def sandbox() -> Sandbox:
    """Return the one environment."""
    return Sandbox()


@lru_cache(maxsize=512)
def compiled_text(source: str) -> Compiled:
    """Compile a template."""
    environment = sandbox()
    check_source(source)
    single, blanks = _single_expression(_guarded(source, environment.parse))
    path = single is not None and bool(path_of(single))
    as_value = _as_value(environment, single) if single is not None else None
    # Rewriting changes a tree in place, so the text is compiled from one of its own.
    return Compiled(_code(environment, environment.parse(source)), as_value, path=path, blanks=blanks)


@lru_cache(maxsize=512)
def compiled_expression(source: str) -> Compiled:
    """Compile an expression, written plainly or as `{{ … }}`."""
    environment = sandbox()
    if source.strip().startswith(environment.variable_start_string):
        found = compiled_text(source.strip())
        if found.as_value is not None:
            return found
    check_source(source, expression=True)
    expression = _guarded(source, lambda code: _parse_expression(environment, code))
    path = bool(path_of(expression))
    return Compiled(None, _as_value(environment, expression), path=path, blanks=("", ""))


def check_tree(tree: nodes.Template) -> None:
    """Find what would keep a parsed template from being compiled, in a twentieth of the time of compiling it.

    Raises:
        TemplateFailure: as `rewrite`, and `template.syntax` for a filter or test that does not exist.
    """
    environment = sandbox()
    for node in guarded_nodes(tree):
        if isinstance(node, nodes.Filter) and node.name not in environment.filters:
            raise unknown_part(phrase("filter"), node.name)
        if isinstance(node, nodes.Test) and node.name not in environment.tests:
            raise unknown_part(phrase("test"), node.name)


def unknown_part(kind: str, name: str) -> TemplateFailure:
    """Build the failure for a filter or test that does not exist."""
    known: Iterable[str] = sandbox().filters if kind == "filter" else sandbox().tests
    near = ", ".join(f"`{one}`" for one in get_close_matches(name, known, n=3, cutoff=0.5))
    return TemplateFailure(
        "template.syntax",
        phrase("There is no {kind} `{name}`.", kind=kind, name=name),
        phrase("Nearest: {near}.", near=near) if near else "",
    )


def check_source(source: str, *, expression: bool = False) -> None:
    """Refuse a template, or an expression without braces, whose parsing would take long.

    Raises:
        TemplateFailure: `template.too-large`.
        jinja2.TemplateSyntaxError: it cannot even be split into words.
    """
    if len(source) > MAX_SOURCE:
        raise TemplateFailure(
            "template.too-large", phrase("The template is longer than {max_source:,} characters.", max_source=MAX_SOURCE)
        )
    if len(source) > MAX_TOKENS:
        words = sandbox().lex(f"{{{{ {source} }}}}" if expression else source)
        if sum(1 for _ in islice(words, MAX_TOKENS)) == MAX_TOKENS:
            raise too_many_parts()


def _parse_expression(environment: Environment, source: str) -> nodes.Expr:
    parser = Parser(environment, source, state="variable")
    expression = parser.parse_expression()
    if not parser.stream.eos:
        token = parser.stream.current
        raise TemplateSyntaxError(f"unexpected {token.value!r} after the expression", token.lineno)
    return expression


def _guarded(source: str, parse: Callable[[str], Any]) -> Any:
    try:
        return parse(source)
    except RecursionError:
        raise TemplateFailure("template.too-large", "The template is nested too deeply.") from None
    except ValueError as error:
        raise TemplateSyntaxError(str(error), 1) from None


def _single_expression(tree: nodes.Template) -> tuple[nodes.Expr | None, Blanks]:
    """Return the expression of a template that is nothing else than one, and the blanks around it."""
    parts = tree.body[0].nodes if len(tree.body) == 1 and isinstance(tree.body[0], nodes.Output) else []
    found = [place for place, part in enumerate(parts) if not isinstance(part, nodes.TemplateData)]
    if len(found) != 1:
        return None, ("", "")
    before, after = ("".join(getattr(part, "data", "") for part in side) for side in (parts[: found[0]], parts[found[0] + 1 :]))
    return (None, ("", "")) if before.strip() or after.strip() else (parts[found[0]], (before, after))


def _as_value(environment: Environment, expression: nodes.Expr) -> JinjaTemplate:
    store = nodes.Assign(nodes.Name(_RESULT, "store"), expression, lineno=expression.lineno)
    return _code(environment, nodes.Template([store], lineno=1))


def _code(environment: Environment, tree: nodes.Template) -> JinjaTemplate:
    changed = rewrite(tree)
    changed.set_environment(environment)
    try:
        return environment.from_string(changed)
    except (RecursionError, MemoryError, SyntaxError):
        raise TemplateFailure("template.too-large", "The template is nested too deeply.") from None
