"""Answers that have to meet a JSON schema: asking for them, checking them, asking again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from engine.api.models import Message, ModelError
from engine.api.schemas import mismatch, schema_issues
from engine.model.issues import Issue, WeftError, phrase
from engine.model.values import Json, JsonObject
from engine.providers.errors import model_error, shorten

_SHOWN_ANSWER = 500


def response_format(schema: JsonObject) -> JsonObject:
    """Return the `response_format` that makes a server hold its answer to `schema`."""
    return {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema, "strict": _is_strict(schema)}}


def _is_strict(schema: object) -> bool:
    """Tell whether OpenAI's strict mode takes a schema: objects are closed and need all their properties."""
    if isinstance(schema, list):
        return all(map(_is_strict, schema))
    if not isinstance(schema, dict):
        return True
    if schema.get("type") == "object" or "properties" in schema:
        properties, required = schema.get("properties"), schema.get("required", [])
        if schema.get("additionalProperties") is not False or not isinstance(properties, dict):
            return False
        if not isinstance(required, list) or set(properties) != set(required):
            return False
    return all(map(_is_strict, schema.values()))


def ask_in_words(messages: Sequence[Message], schema: JsonObject) -> list[Message]:
    """Return the conversation with the schema in its system message, for servers that cannot enforce one."""
    demand = "Answer with one JSON value that meets this JSON schema, and with nothing else:\n" + json.dumps(
        schema, ensure_ascii=False
    )
    if messages and messages[0].role == "system":
        return [Message("system", f"{messages[0].content}\n\n{demand}"), *messages[1:]]
    return [Message("system", demand), *messages]


def ask_again(messages: Sequence[Message], answer: str, problem: str) -> list[Message]:
    """Return the conversation with the wrong answer and what is wrong with it."""
    demand = f"This answer is not accepted: {problem} Answer again, with the corrected JSON only."
    return [*messages, Message("assistant", answer), Message("user", demand)]


def check_schema(schema: JsonObject) -> None:
    """Raise `schema.invalid` when `schema` is no JSON schema."""
    if (issue := next(schema_issues(schema, "schema"), None)) is not None:
        raise _bad_schema(issue)


def read_answer(text: str, schema: JsonObject) -> tuple[Json, str]:
    """Return the value in an answer and an empty text, or None and what is wrong with it, in a sentence.

    A fence of three backticks around the JSON is taken off. Takes a while for large answers, so call it in a thread.

    Raises:
        ModelError: `schema.invalid` or `schema.too-much-work` when the schema cannot be used.
    """
    try:
        value = json.loads(_without_fence(text), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        return None, phrase("It is not valid JSON ({error}).", error=error)
    try:
        problem = mismatch(value, schema)
    except WeftError as error:
        raise _bad_schema(error.issue) from None
    return (None, phrase("{problem}.", problem=problem)) if problem else (value, "")


def invalid_answer(provider: str, model: str, answer: str, problem: str, calls: int, *, cut: bool) -> ModelError:
    """Build the error for an answer that stayed wrong; it shows the answer's beginning."""
    tries = "" if calls == 1 else phrase(" after {calls} tries", calls=calls)
    shown = shorten(answer, _SHOWN_ANSWER)
    text = phrase(
        "The answer of '{model}' ({provider}) does not meet the schema{tries}. {problem} Answer: {shown}",
        model=model,
        provider=provider,
        tries=tries,
        problem=problem,
        shown=shown,
    )
    remedy = phrase("Say in the prompt what the answer has to hold, allow more repairs, or choose a larger model.")
    if cut:
        remedy = phrase("Raise the maximum number of tokens: the answer was cut there.")
    return model_error("invalid-json", text, remedy, retryable=not cut, field="max_tokens" if cut else "schema")


def _without_fence(text: str) -> str:
    body = text.strip()
    if not (body.startswith("```") and body.endswith("```") and "\n" in body):
        return body
    return body[body.index("\n") : -3]


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _bad_schema(issue: Issue) -> ModelError:
    return ModelError(replace(issue, field=issue.field or "schema"))
