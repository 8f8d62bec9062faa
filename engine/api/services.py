"""What the engine needs from outside, handed in by the composition root."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.api.models import Models
    from engine.api.notices import Notices
    from engine.api.scripts import Scripts
    from engine.api.stores import SecretStore
    from engine.api.web import Web


@dataclass(frozen=True, slots=True)
class Services:
    """Models, web, scripts, notices and secrets, one of each for the whole program."""

    models: Models
    web: Web
    scripts: Scripts
    notices: Notices
    secrets: SecretStore
