"""A real model for tests: the small demonstration model, fetched once into the checkout's `.models`."""

from __future__ import annotations

import functools

from engine.providers.fetch import get
from engine.providers.model_store import ModelStore
from tests.helpers.checkout import ROOT

DEMONSTRATION = "smollm2-135m"
"""135 million parameters, 98 MB: it starts in a second and answers, but not well."""


@functools.cache
def model_store() -> ModelStore:
    """Return the store of the checkout, with the demonstration model in it."""
    store = ModelStore(ROOT / ".models")
    get(store, DEMONSTRATION, "packages")
    return store
