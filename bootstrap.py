"""Set up Weft in its own folder and start it, with nothing but Python 3.11 or newer and pip.

    make run                     what `make` calls
    python bootstrap.py run      the same on Windows, or without make

Whatever the command, a set-up that is missing, incomplete or out of date is made first: `.venv` with exactly the packages of
requirements.lock, this folder as an installed program (`.venv/bin/weft`), and the system libraries that Qt needs. A start after
that costs one look at a stamp. Everything here is standard library, and old Pythons can read it, to say that they are too old.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
LOCK = ROOT / "requirements.lock"
VENV = ROOT / ".venv"
STAMP = VENV / "weft-setup.txt"
WINDOWS = os.name == "nt"
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")

EXAMPLE = ROOT / "resources" / "examples" / "ticket_triage" / "ticket_triage.weft"
MODELS = ("qwen2.5-coder-0.5b", "smollm2-135m")
"""Local models for the example: the one that does it well, and where that cannot be had, one that only shows the way."""

INTERRUPTED = 130
MINIMUM = (3, 11)
CANDIDATES = [f"python3.{minor}" for minor in range(15, 10, -1)]

QT_PROBE = """
import sys
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QPen, QPixmap, QPainter
from PySide6.QtWidgets import QApplication

class Beacon(QObject):
    lit = Signal(bool)

application = QApplication([])
beacon, painter = Beacon(), QPainter(pixmap := QPixmap(8, 8))
before = sys.getrefcount(True), sys.getrefcount(None)
for _ in range(400):
    beacon.lit.emit(True)
    painter.setPen(QPen())
lost = max(old - new for old, new in zip(before, (sys.getrefcount(True), sys.getrefcount(None))))
painter.end()
if lost > 100:
    sys.exit("this release of PySide6 loses references on this release of Python")
"""
"""Opens Qt without a screen. PySide6 6.12 on Python 3.11 loses one reference a call, which aborts a longer run."""

DEBIAN_NAMES = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgobject-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libbrotlicommon.so.1": "libbrotli1",
    "libbrotlidec.so.1": "libbrotli1",
}
"""Packages whose name does not follow from the library's, as Debian's policy has it."""

VIRTUAL_SCREEN = {"Xvfb": "xvfb", "xdotool": "xdotool"}
"""Programs that stand in for a screen and for a hand at the mouse, with their packages."""


class SetupError(Exception):
    """Set-up cannot go on; the message says what to do."""


def say(text: str) -> None:
    """Tell progress; results belong to the program that is started."""
    print(text, file=sys.stderr, flush=True)


# Running other programs


def environment() -> dict[str, str]:
    """Return this environment without what would mix another Python's packages in, or compile them anew at every start."""
    foreign = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if name not in foreign}
    return {**kept, "PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def run(command: Sequence[object], **extra: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end and return its output; the set-up's lock stays closed while it lives."""
    return subprocess.run(
        [str(part) for part in command],
        cwd=str(ROOT),
        env={**environment(), **extra},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        close_fds=False,
        check=False,
    )


def must(command: Sequence[object], failure: str) -> None:
    """Run a command.

    Raises:
        SetupError: `failure` with the end of the output, when it does not succeed.
    """
    result = run(command)
    if result.returncode != 0:
        tail = "\n".join(result.stdout.splitlines()[-15:])
        raise SetupError(f"{failure}\n{tail}")


def start(*arguments: str, **extra: str) -> int:
    """Run a module or script with the Python of `.venv` in the foreground and return its exit code."""
    process = subprocess.Popen([str(PYTHON), *arguments], cwd=str(ROOT), env={**environment(), **extra})
    while True:
        try:
            code = process.wait()
        except KeyboardInterrupt:  # the program got it too, and decides how to end
            continue
        return code if code >= 0 else 128 - code


# Python


def newer_python() -> str | None:
    """Return a Python on the PATH that is new enough, if there is one."""
    test = f"import sys; sys.exit(sys.version_info < {MINIMUM})"
    for name in CANDIDATES:
        found = shutil.which(name)
        if found and subprocess.call([found, "-c", test], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0:
            return found
    return None


def require_python(arguments: list[str]) -> int | None:
    """Return nothing when this Python will do, else the exit code of a newer one that did the work.

    Raises:
        SetupError: there is no newer one.
    """
    if sys.version_info >= MINIMUM:
        return None
    mine = "{}.{}".format(*sys.version_info)
    wanted = "{}.{}".format(*MINIMUM)
    other = newer_python()
    if other is None:
        raise SetupError(
            f"Weft needs Python {wanted} or newer; this is {mine} ({sys.executable}).\n"
            "Install a newer one (Debian 12, Ubuntu 24.04 or later: sudo apt-get install -y python3 python3-venv), and name it:\n"
            f"    make PYTHON=python{wanted} run"
        )
    say(f"Python {mine} is too old; going on with {other}.")
    return subprocess.call([other, str(ROOT / "bootstrap.py"), *arguments])


# System packages


def privilege() -> list[str] | None:
    """Return what to put before a command that needs root: nothing for root, sudo without a password, or None."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return []
    if shutil.which("sudo") and run(["sudo", "-n", "true"]).returncode == 0:
        return ["sudo", "-n"]
    return None


def install_system_packages(packages: Sequence[str], reason: str) -> None:
    """Install Debian packages, or say how.

    Raises:
        SetupError: a person has to do it, or it failed.
    """
    if not shutil.which("apt-get"):
        raise SetupError("{}\nInstall what Debian calls {} and start again.".format(reason, ", ".join(packages)))
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    prefix = privilege()
    if prefix is None:
        raise SetupError("{}\nType this, and start again:\n    sudo {}".format(reason, " ".join(command)))
    say("{}\nInstalling {} ...".format(reason, " ".join(packages)))
    quiet = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive"]
    run([*quiet, "apt-get", "update"])
    must([*quiet, *command], "apt-get could not install {}:".format(" ".join(packages)))


def missing_libraries(listing: str) -> list[str]:
    """Return the libraries that `ldd` did not find, each once."""
    return sorted(set(re.findall(r"^\s*(\S+) => not found", listing, re.MULTILINE)))


def debian_package(library: str) -> str:
    """Return the package of a library: `libxcb-cursor.so.0` is in `libxcb-cursor0`, `libdbus-1.so.3` in `libdbus-1-3`."""
    if library in DEBIAN_NAMES:
        return DEBIAN_NAMES[library]
    name, _, version = library.lower().replace("_", "-").partition(".so")
    version = version.strip(".").partition(".")[0]
    return name + ("-" if name[-1].isdigit() and version else "") + version


# Qt


def probe_qt() -> str | None:
    """Start Qt in a process of its own and return what went wrong, if anything did."""
    result = run([PYTHON, "-P", "-c", QT_PROBE], QT_QPA_PLATFORM="offscreen")
    return None if result.returncode == 0 else result.stdout.strip() or f"exit code {result.returncode}"


def qt_libraries() -> list[str]:
    """Return the libraries that the parts of Qt which Weft uses do not find."""
    names = ("Core", "Gui", "Widgets", "DBus", "Network", "Svg")
    qt = site_packages() / "PySide6" / "Qt"
    return unmet([*(qt / "lib" / f"libQt6{name}.so.6" for name in names), qt / "plugins" / "platforms" / "libqoffscreen.so"])


def unmet(files: Sequence[Path]) -> list[str]:
    """Return the libraries that these files need and the system does not have; none where nothing can tell."""
    return missing_libraries(run(["ldd", *files], LC_ALL="C").stdout) if files and shutil.which("ldd") else []


def ensure_models() -> None:
    """Make the library that runs local models loadable, installing what it lacks of the system.

    Raises:
        SetupError: a person has to install it, or that failed.
    """
    missing = unmet(sorted(site_packages().glob("xllamacpp*/**/*.so*")))
    if missing:
        packages = sorted({debian_package(library) for library in missing})
        install_system_packages(packages, "Local models need system libraries that are not here: {}.".format(", ".join(missing)))


def ensure_qt() -> None:
    """Make Qt start, installing missing system libraries when it does not.

    Raises:
        SetupError: it still does not, or a person has to install them.
    """
    trouble = probe_qt()
    for _ in range(3):
        if trouble is None:
            return
        missing = qt_libraries()
        if not missing:
            break
        packages = sorted({debian_package(library) for library in missing})
        install_system_packages(packages, "Qt needs system libraries that are not here: {}.".format(", ".join(missing)))
        trouble = probe_qt()
    if trouble is not None:
        raise SetupError(f"Qt does not start:\n{trouble}")


def ensure_window(virtual: bool) -> None:
    """Make a window possible: what Qt needs for X11, and for a `virtual` screen that screen and a hand at its mouse.

    Only `ldd` can tell: Qt itself names one package, whichever is missing.

    Raises:
        SetupError: a person has to install it, or that failed.
    """
    if not sys.platform.startswith("linux"):
        return
    libraries = unmet([site_packages() / "PySide6" / "Qt" / "plugins" / "platforms" / "libqxcb.so"])
    programs = [name for name in VIRTUAL_SCREEN if virtual and not shutil.which(name)]
    if libraries or programs:
        packages = {debian_package(library) for library in libraries} | {VIRTUAL_SCREEN[name] for name in programs}
        install_system_packages(sorted(packages), "A window needs what is not here: {}.".format(", ".join(libraries + programs)))


# The environment in .venv


def base_python() -> str:
    """Return the Python that stands behind `.venv`, also when this one is in it."""
    return os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)


def site_packages() -> Path:
    """Return the folder in `.venv` that packages go to."""
    return Path(sysconfig.get_path("purelib", "venv", {"base": str(VENV), "platbase": str(VENV)}))


def wanted_stamp() -> tuple[str, str]:
    """Return the two lines of the stamp of a current set-up: digests of its place and Python, and of what is installed."""
    place = os.fsencode(f"{ROOT}\0{base_python()}\0{sys.version}")
    content = LOCK.read_bytes() + Path(__file__).read_bytes()
    return hashlib.sha256(place).hexdigest(), hashlib.sha256(content).hexdigest()


def read_stamp() -> list[str]:
    """Return the lines of the stamp: both when set-up is complete, the first when only packages may differ, none if broken."""
    try:
        lines = STAMP.read_text(encoding="utf-8").split("\n")
    except (OSError, ValueError):
        return []
    return lines if PYTHON.exists() else []


def write_stamp(*lines: str) -> None:
    """Record how far set-up has come, in one step."""
    temporary = STAMP.with_suffix(".new")
    temporary.write_text("\n".join(lines), encoding="utf-8")
    temporary.replace(STAMP)


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Hold back other set-ups of this folder, until the last process that this one started has ended."""
    folder = ROOT / ".cache"
    folder.mkdir(exist_ok=True)
    with (folder / "setup.lock").open("a+b") as handle:
        os.set_inheritable(handle.fileno(), True)
        for attempt in range(12_000):
            if _lock(handle.fileno()):
                break
            if attempt == 0:
                say("Another set-up of this folder is running; waiting for it.")
            time.sleep(0.1)
        else:
            raise SetupError("Another set-up of this folder has not ended for 20 minutes.")
        yield


def _lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:  # some network file systems have no locks
        return True
    return True


def set_up() -> None:
    """Bring `.venv` to what this checkout asks for; at once when it is there already.

    Raises:
        SetupError: it cannot be done.
    """
    place, content = wanted_stamp()
    if read_stamp() == [place, content]:
        return
    with alone():
        known = read_stamp()
        if known == [place, content]:
            return
        begin = time.monotonic()
        if known[:1] != [place]:
            say(f"Setting up .venv with Python {sys.version.split()[0]} (once).")
            create_venv()
        with contextlib.suppress(FileNotFoundError):
            STAMP.unlink()
        install_packages()
        install_checkout()
        write_stamp(place)
        ensure_qt()
        ensure_models()
        write_stamp(place, content)
        say(f"Set-up took {time.monotonic() - begin:.0f} s.")


def create_venv() -> None:
    """Make an empty `.venv` with pip, in place of whatever is there.

    Raises:
        SetupError: Python's `venv` or `ensurepip` is missing and has to be installed by a person.
    """
    make = [base_python(), "-m", "venv", "--clear"]
    broken = "Python could not make a virtual environment in .venv:"
    if importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip"):
        must([*make, VENV], broken)
    elif importlib.util.find_spec("venv") and importlib.util.find_spec("pip"):
        must([*make, "--without-pip", VENV], broken)
        must([base_python(), "-m", "pip", "--python", PYTHON, "install", "--quiet", "pip"], "pip could not be installed:")
    else:
        package = "python{}.{}-venv".format(*sys.version_info)
        install_system_packages([package], "This Python lacks the module ensurepip.")
        must([*make, VENV], broken)


def split_lock(text: str) -> tuple[str, str]:
    """Return the requirement of uv with its hashes, and all others."""
    blocks = re.split(r"^(?=\S)", text, flags=re.MULTILINE)
    return "".join(b for b in blocks if b.startswith("uv==")), "".join(b for b in blocks if not b.startswith("uv=="))


def install_packages() -> None:
    """Install exactly requirements.lock: with uv where uv can be had, else with pip.

    Raises:
        SetupError: a package cannot be had, or is not what the lock says.
    """
    uv, others = split_lock(LOCK.read_text(encoding="utf-8"))
    install = [PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps", "--only-binary", ":all:"]
    with tempfile.TemporaryDirectory(prefix="weft-setup-") as folder:
        only_uv, without_uv = Path(folder) / "uv.txt", Path(folder) / "others.txt"
        only_uv.write_text(uv, encoding="utf-8")
        without_uv.write_text(others, encoding="utf-8")
        if run([*install, "-r", only_uv]).returncode == 0 and sync_with_uv():
            return
        say("Installing with pip, which takes a minute.")
        must([*install, "-r", without_uv], "The packages of requirements.lock could not be installed:")


def sync_with_uv() -> bool:
    """Install the lock with uv and tell whether that went well. uv does not read pip's settings, so it is told the index."""
    sync = [PYTHON, "-m", "uv", "pip", "sync", "--quiet", "--require-hashes", "--no-build", "--python", PYTHON, LOCK]
    index = run([PYTHON, "-m", "pip", "config", "get", "global.index-url"])
    address = os.environ.get("PIP_INDEX_URL") or (index.stdout.strip() if index.returncode == 0 else "")
    settings = {"UV_DEFAULT_INDEX": address} if address else {}
    # A proxy's certificate is known to the system alone; a bare system knows none, and uv brings its own.
    return run(sync, **settings, UV_SYSTEM_CERTS="1").returncode == 0 or run(sync, **settings).returncode == 0


def install_checkout() -> None:
    """Make this folder importable in `.venv`, and put the command `weft` there."""
    site = site_packages()
    # A path relative to the file keeps every character of the folder's name out of it, whatever the system's encoding.
    (site / "weft.pth").write_text(os.path.relpath(str(ROOT), str(site)) + "\n", encoding="utf-8")
    if WINDOWS:
        (PYTHON.parent / "weft.cmd").write_text('@"%~dp0python.exe" -P -m desktop_app %*\n', encoding="utf-8")
    else:
        command = PYTHON.parent / "weft"
        command.write_bytes(os.fsencode(f'#!/bin/sh\nexec {shlex.quote(str(PYTHON))} -P -m desktop_app "$@"\n'))
        command.chmod(0o755)


# Commands


def run_example(arguments: list[str]) -> int:
    """Open the example with a local model, which comes into .models the first time; without a screen, run it on a virtual one."""
    ensure_window(virtual=False)
    from desktop_app.screen.display import has_display

    virtual = not has_display()
    ensure_window(virtual)
    models = os.environ.get("WEFT_MODELS") or str(ROOT / ".models")
    code = 1
    for model in MODELS:
        code = start("-P", "-m", "desktop_app", "models", "get", model, WEFT_MODELS=models)
        if code in (0, INTERRUPTED):
            break
    if code != 0:
        return code
    if virtual:
        say("There is no screen here, so the window opens on a virtual one, and is clicked through.")
        return start("-P", "-m", "desktop_app.screen.show", str(EXAMPLE), WEFT_MODELS=models)
    return start("-P", "-m", "desktop_app", "open", str(EXAMPLE), WEFT_MODELS=models)


def run_tests(arguments: list[str]) -> int:
    """Run the tests; without the packages for a virtual screen, those that need one are left out."""
    try:
        ensure_window(virtual=True)
    except SetupError as error:
        say(f"{error}\nGoing on without the tests that need it.")
    return start("-m", "tests.groups", *arguments)


def make_pictures(arguments: list[str]) -> int:
    """Draw the pictures of the documents anew, from the program on a virtual screen."""
    ensure_window(virtual=True)
    return start("-m", "tests.pictures", *arguments)


def write_lock(arguments: list[str]) -> int:
    """Resolve pyproject.toml anew; the result names no address, so that each machine's own settings apply."""
    options = ["--group", "dev", "--generate-hashes", "--universal", "--no-header", "--no-annotate", "--quiet"]
    return start("-m", "uv", "pip", "compile", *options, "-o", LOCK.name, *arguments, "pyproject.toml")


def clean(arguments: list[str]) -> int:
    """Remove the environment and every cache; models stay."""
    with alone():
        shutil.rmtree(str(VENV), ignore_errors=True)
    for name in (".cache", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".import_linter_cache"):
        shutil.rmtree(str(ROOT / name), ignore_errors=True)
    return 0


def show_help(arguments: list[str]) -> int:
    """Say which commands there are."""
    print("make COMMAND, or python bootstrap.py COMMAND:")
    for name, (_, text) in COMMANDS.items():
        print(f"  {name:<11} {text}")
    return 0


def module(*command: str) -> Callable[[list[str]], int]:
    """Return a command that passes its arguments on to a module or script."""
    return lambda arguments: start(*command, *arguments)


LONG = ("--timeout=3600", "-o", "faulthandler_timeout=0")

COMMANDS: dict[str, tuple[Callable[[list[str]], int], str]] = {
    "run": (run_example, "open the example workflow, with a local model"),
    "test": (run_tests, "run all checks and tests"),
    "check": (module("-m", "tests.groups", "check"), "run ruff, mypy, and the rules of the architecture"),
    "bench": (module("-m", "tests.benchmarks.run"), "measure speed"),
    "bench-peers": (module("-m", "tests.benchmarks.peers"), "measure speed beside others, which are installed for it"),
    "soak": (module("-m", "pytest", "-s", "-m", "soak", *LONG, "tests"), "run the long tests"),
    "pictures": (make_pictures, "draw the pictures of the documents anew"),
    "lock": (write_lock, "resolve the dependencies anew into requirements.lock"),
    "setup": (lambda arguments: 0, "only set up"),
    "clean": (clean, "remove .venv and caches"),
    "help": (show_help, "show this"),
}


def main(arguments: list[str]) -> int:
    """Run one command; set-up comes first."""
    name = arguments[0] if arguments else "help"
    if name not in COMMANDS:
        say(f"There is no command {name!r}.")
        show_help([])
        return 2
    try:
        code = require_python(arguments)
        if code is not None:
            return code
        if name not in ("clean", "help"):
            set_up()
        return COMMANDS[name][0](arguments[1:])
    except (SetupError, OSError) as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("Interrupted; the next start goes on from here.")
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
