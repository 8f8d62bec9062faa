"""The options that every node has, whatever its type."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from engine.api.params import Expression, LongText, Param, Schema, Seconds


class Retry(BaseModel):
    """Try again after a failed attempt: `attempts` in all, with a pause that grows by `factor`.

    `kinds` limits it to errors whose code starts with one of these; without any, errors that say that trying again can help
    (time-outs, busy servers, rejected outputs) are repeated and others are not.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    attempts: int = Field(1, ge=1, le=100, description="How often to try in all.")
    delay: Seconds = Field(1.0, description="Seconds before the second attempt.")
    factor: float = Field(2.0, ge=1, le=10, description="The pause grows by this factor each time.")
    max_delay: Seconds = Field(60.0, description="The longest pause in seconds.")
    jitter: bool = Field(True, description="Vary the pause, so that many steps do not try again at once.")
    kinds: list[str] = Field(default_factory=list, description="Repeat only errors whose code starts with one of these.")


class Accept(BaseModel):
    """*Accept when*: an output that does not pass is a failed attempt. All given checks have to pass."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, populate_by_name=True)

    expression: Expression = Field("", description="True for an acceptable output, for example `output.score > 3`.")
    schema_: Schema = Field(default_factory=dict, alias="schema", description="JSON schema the output has to match.")
    question: LongText = Field("", description="Asked of a model together with the output; it answers yes or no.")
    provider: Annotated[str, Param("provider")] = Field("local", description="Provider of the model that checks.")
    model: Annotated[str, Param("model")] = Field("", description="Model that checks; empty means the provider's default.")
    feedback: bool = Field(True, description="Tell the next attempt why this one was rejected.")


class Options(BaseModel):
    """Options of a node. An empty mapping in the document means all defaults."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    time_limit: Annotated[float, Param("duration")] | None = Field(None, gt=0, description="Seconds for one attempt.")
    retry: Retry = Field(default_factory=Retry, description="What to do after a failed attempt.")
    accept: Accept | None = Field(None, description="Check of the output.")
    on_error: Literal["fail", "port", "default"] = Field("fail", description="What happens when all attempts failed.")
    default: Annotated[Any, Param("json", rendered="never")] = Field(None, description="Output to go on with after an error.")
    disabled: bool = Field(False, description="Skip this node.")
    pinned: Annotated[dict[str, Any], Param("json", rendered="never")] | None = Field(
        None, description="Outputs by port to use instead of running the node."
    )


DEFAULTS = Options()
