"""`weft` in a terminal: reads the arguments, calls the command, and turns every way to end into an exit code."""

from __future__ import annotations

import os
import sys
import threading
import traceback
from collections.abc import Sequence
from typing import Annotated

import typer

from desktop_app import exits
from desktop_app.commands import approvals, data, models, nodes, providers, run, runs, secrets, validate, window
from desktop_app.commands.options import output
from desktop_app.output import Mode, Output
from desktop_app.show.layout import UNBOUNDED
from desktop_app.signals import Ending, Interrupted
from desktop_app.streams import OneObject, Stream, UnwritableError
from desktop_app.version import VERSION
from engine.model.issues import Issue, WeftError

ENGINE = "weft-engine"
"""Name of the engine's thread."""

app = typer.Typer(
    name="weft", help="Weft runs AI workflows on this machine.", no_args_is_help=True, add_completion=False,
    pretty_exceptions_enable=False, context_settings={"help_option_names": ["-h", "--help"]},
)  # fmt: skip
app.command("open")(window.open_files)
app.command("run")(run.run)
app.command("resume")(run.resume)
app.add_typer(runs.app, name="runs")
app.add_typer(approvals.app, name="approvals")
app.command("validate")(validate.validate)
app.add_typer(nodes.app, name="nodes")
app.add_typer(models.app, name="models")
app.add_typer(providers.app, name="providers")
app.add_typer(secrets.app, name="secrets")
app.add_typer(data.app, name="data")


def _tell_version(ctx: typer.Context, asked: bool) -> None:
    if asked:
        output(ctx).result({"version": VERSION}, lambda screen: screen.print(f"weft {VERSION}", highlight=False))
        raise typer.Exit


@app.callback()
def _every(
    version: Annotated[bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Print the version.")] = False,
    debug: Annotated[bool, typer.Option("--debug", hidden=True)] = False,
    as_json: Annotated[bool, typer.Option("--json", hidden=True)] = False,
    as_events: Annotated[bool, typer.Option("--events", hidden=True)] = False,
) -> None:
    """Weft runs AI workflows on this machine."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    mode = _mode(arguments)
    stdout = OneObject(sys.stdout) if mode == "json" else Stream(sys.stdout)
    out = Output(mode, debug="--debug" in arguments, stdout=stdout)
    try:
        with Ending(_interrupt, lambda: out.error(exits.interrupted()), lambda: exits.CANCELLED):
            code = _call(arguments, out)
    except UnwritableError as error:
        out.note(f"The result could not be written: {error}.")
        code = exits.FAILED
    except Interrupted:  # before it began, or while its end was told
        out.error(exits.interrupted())
        code = exits.CANCELLED
    if any(thread.name == ENGINE for thread in threading.enumerate()):  # it hangs, and so would the interpreter's end
        os._exit(code)
    return code


def _call(arguments: Sequence[str], out: Output) -> int:
    try:
        if {"--json", "--events"} <= set(_options(arguments)):
            raise typer.BadParameter("give one of them", param_hint="--json / --events")
        piped = not out.stdout.isatty()
        app.rich_markup_mode = None if piped else "rich"  # frames are for terminals
        command = typer.main.get_command(app)
        width = UNBOUNDED if piped else None
        code = command.main(list(arguments), prog_name="weft", standalone_mode=False, obj=out, terminal_width=width)
        return code if isinstance(code, int) else exits.DONE
    except WeftError as error:
        out.error(error)
        return _code(out, exits.of_error(error))
    except typer.TyperException as error:
        return _wrong_arguments(error, out)
    except (Interrupted, typer.Abort):
        out.error(exits.interrupted())
        return _code(out, exits.CANCELLED)
    except UnwritableError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever happens, a person gets a sentence, and the log the rest
        return _unexpected(error, out)


def _code(out: Output, code: int) -> int:
    """Return the code of an end that came before the result; a run that had begun can be resumed."""
    return exits.STOPPED if out.shape.get("status") == "stopped" else code


def _interrupt(_number: int) -> None:
    raise Interrupted


def _mode(arguments: Sequence[str]) -> Mode:
    """Find the mode before the arguments are read, so that what is wrong with them is told in it too."""
    options = _options(arguments)
    return "json" if "--json" in options else "events" if "--events" in options else "human"


def _options(arguments: Sequence[str]) -> Sequence[str]:
    """Return the arguments that may be options."""
    return arguments[: arguments.index("--")] if "--" in arguments else arguments


def _wrong_arguments(error: typer.TyperException, out: Output) -> int:
    context = getattr(error, "ctx", None)
    text = error.format_message().strip()
    if type(error).__name__ == "NoArgsIsHelpError":
        if out.is_human:
            out.stdout.write(text + "\n")
            return exits.DONE
        text = "Missing command."
    path = context.command_path if context else "weft"
    text = text if text.endswith((".", "?")) else text + "."
    out.shape = {}  # before anything was looked at, no command has more to tell
    out.error(WeftError(Issue("command.usage", text, f"See `{path} --help`.")))
    return exits.BAD_INPUT


def _unexpected(error: Exception, out: Output) -> int:
    """Tell of an error in Weft itself; its traceback goes to the log."""
    place = _log(error)
    remedy = f"The details are in {place}." if place else "Call it again as `weft --debug ...` for the details."
    out.error(WeftError(Issue("weft.internal", f"Weft itself failed: {type(error).__name__}: {error}", remedy)))
    if out.debug:
        out.stderr.write("".join(traceback.format_exception(error)))
    return exits.FAILED


def _log(error: Exception) -> str:
    """Write an error to a log of its own, and return where; empty when that is impossible too."""
    import logging

    try:
        from engine.api.redact import Redactor
        from storage.applog import AppLog
        from storage.paths import DataFolder

        log = AppLog(DataFolder.default().logs, Redactor(), program="command")
        try:
            logging.getLogger(__name__).error("a command failed", exc_info=error)
        finally:
            log.close()
        return str(log.path)
    except Exception:  # noqa: BLE001 - the first error is the one to tell
        return ""
