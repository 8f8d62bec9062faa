"""The child process that serves one GGUF file on 127.0.0.1. It is run as a file and imports nothing of Weft.

Parent and child speak through pipes, so that no key shows in a list of processes: one line of JSON on standard input
(`model`, `name`, `context` in tokens, `threads`, `parent` as process id), one line on standard output (`port`, `key`).
What the server logs goes to standard error. The child ends when standard input does or when its parent is gone; a child
that is loading its model notices when it has loaded it.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import threading
import time
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

PROMPT_CACHE_MIB = 256
"""Memory for the state of earlier prompts, so that two nodes in turn do not read theirs anew each time."""


def start(order: dict[str, Any], key: str) -> Any:
    """Load the model and return the running server; this takes seconds and blocks."""
    xllamacpp = import_module("xllamacpp")
    params = xllamacpp.CommonParams()
    params.model.path = order["model"]
    params.model_alias = {order["name"]}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [key]
    params.offline = True
    params.ui = False
    params.endpoint_slots = False
    params.cors_origins = ""
    params.n_ctx = order["context"]
    params.n_parallel = 1
    params.cpuparams.n_threads = order["threads"]
    params.cpuparams_batch.n_threads = order["threads"]
    params.cache_ram_mib = PROMPT_CACHE_MIB
    return xllamacpp.Server(params)


def _end_with_input() -> None:
    while os.read(0, 4096):
        pass
    os._exit(0)


def main() -> None:
    """Serve until the parent is gone."""
    first = b""
    while not first.endswith(b"\n"):
        piece = os.read(0, 1)
        if not piece:
            return
        first += piece
    order = json.loads(first)
    answer = os.dup(1)
    os.dup2(2, 1)  # Native code that prints would spoil the answer.
    threading.Thread(target=_end_with_input, daemon=True).start()
    key = secrets.token_urlsafe(32)
    server = start(order, key)
    line = json.dumps({"port": urlsplit(server.listening_address).port, "key": key})
    os.write(answer, line.encode() + b"\n")
    os.close(answer)
    while os.name == "nt" or os.getppid() == order["parent"]:
        time.sleep(0.5)
    os._exit(0)


if __name__ == "__main__":
    try:
        main()
    except Exception as error:  # noqa: BLE001 - the parent shows the log's last line
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        sys.stderr.flush()
        os._exit(1)
