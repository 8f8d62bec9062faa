"""What the `env.py` of each script folder does: run the scripts on the connection that the caller prepared."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import MetaData

from storage.tables import JsonText


def run(metadata: MetaData) -> None:
    """Run the migrations that alembic selected, inside the caller's transaction."""
    context.configure(
        connection=context.config.attributes["connection"], target_metadata=metadata,
        render_as_batch=True, compare_type=True, render_item=_as_text,
    )
    with context.begin_transaction():
        context.run_migrations()


def _as_text(kind: str, item: object, _: Any) -> str | Literal[False]:
    """Write JSON columns into scripts as the text they are: a script must not change when the program does."""
    return "sa.Text()" if kind == "type" and isinstance(item, JsonText) else False
