"""Settings of TLS for everything that Weft connects to."""

from __future__ import annotations

import ssl


def default_tls() -> ssl.SSLContext:
    """Return a context that verifies certificates, against the system's authorities and those of Mozilla."""
    import certifi

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context
