"""Set-up finds out which system libraries Qt lacks, and installs them or says how."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="system packages are installed on Linux only")

LDD = """
\tlinux-vdso.so.1 (0x00007ffd3b5f2000)
\tlibGL.so.1 => not found
\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f0a5e000000)
libQt6Gui.so.6:
\tlibGL.so.1 => not found
\tlibdbus-1.so.3 => not found
"""


def test_missing_libraries_are_found_once(bootstrap: ModuleType) -> None:
    assert bootstrap.missing_libraries(LDD) == ["libGL.so.1", "libdbus-1.so.3"]


@pytest.mark.parametrize(
    ("library", "package"),
    [
        ("libGL.so.1", "libgl1"),
        ("libEGL.so.1", "libegl1"),
        ("libX11.so.6", "libx11-6"),
        ("libX11-xcb.so.1", "libx11-xcb1"),
        ("libdbus-1.so.3", "libdbus-1-3"),
        ("libfontconfig.so.1", "libfontconfig1"),
        ("libfreetype.so.6", "libfreetype6"),
        ("libglib-2.0.so.0", "libglib2.0-0"),
        ("libgthread-2.0.so.0", "libglib2.0-0"),
        ("libbrotlicommon.so.1", "libbrotli1"),
        ("libbrotlidec.so.1", "libbrotli1"),
        ("libxkbcommon.so.0", "libxkbcommon0"),
        ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
        ("libxcb-cursor.so.0", "libxcb-cursor0"),
        ("libxcb-render-util.so.0", "libxcb-render-util0"),
        ("libgssapi_krb5.so.2", "libgssapi-krb5-2"),
    ],
)
def test_package_follows_from_library(bootstrap: ModuleType, library: str, package: str) -> None:
    assert bootstrap.debian_package(library) == package


def test_root_installs_missing_libraries(
    bootstrap: ModuleType, commands: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    commands("ldd", "printf '\\tlibGL.so.1 => not found\\n\\tlibEGL.so.1 => not found\\n'")
    log = commands("apt-get", "")
    Path(os.environ["PATH"], "env").symlink_to("/usr/bin/env")
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 0)
    monkeypatch.setattr(bootstrap, "probe_qt", lambda: None if log.exists() else "libGL.so.1: cannot open shared object file")
    bootstrap.ensure_qt()
    assert log.read_text(encoding="utf-8").splitlines() == ["update", "install -y --no-install-recommends libegl1 libgl1"]


def test_without_root_the_line_to_type_is_told(
    bootstrap: ModuleType, commands: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    commands("ldd", "printf '\\tlibGL.so.1 => not found\\n'")
    commands("sudo", "exit 1")
    log = commands("apt-get", "")
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(bootstrap, "probe_qt", lambda: "libGL.so.1: cannot open shared object file")
    with pytest.raises(bootstrap.SetupError, match="    sudo apt-get install -y --no-install-recommends libgl1"):
        bootstrap.ensure_qt()
    assert not log.exists()


def test_qt_that_fails_for_another_reason_is_told(
    bootstrap: ModuleType, commands: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    commands("ldd", "")
    monkeypatch.setattr(bootstrap, "probe_qt", lambda: "loses references")
    with pytest.raises(bootstrap.SetupError, match="Qt does not start:\nloses references"):
        bootstrap.ensure_qt()


def test_window_and_virtual_screen_are_installed_at_once_and_only_once(
    bootstrap: ModuleType, commands: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(os.environ["PATH"])
    commands("ldd", f"[ -e '{folder}/xdotool' ] || printf '\\tlibxcb-cursor.so.0 => not found\\n'")
    log = commands("apt-get", f"[ $1 = update ] || for name in Xvfb xdotool; do : > {folder}/$name; done")
    (folder / "env").symlink_to("/usr/bin/env")
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 0)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: str(folder / name) if (folder / name).exists() else None)
    bootstrap.ensure_window(virtual=True)
    bootstrap.ensure_window(virtual=True)
    installed = "install -y --no-install-recommends libxcb-cursor0 xdotool xvfb"
    assert log.read_text(encoding="utf-8").splitlines() == ["update", installed]


def test_window_on_a_screen_needs_no_virtual_one(
    bootstrap: ModuleType, commands: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    commands("ldd", "")
    log = commands("apt-get", "")
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 0)
    bootstrap.ensure_window(virtual=False)
    assert not log.exists()


def test_without_root_the_line_for_a_virtual_screen_is_told(
    bootstrap: ModuleType, commands: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    commands("ldd", "")
    commands("apt-get", "")
    commands("sudo", "exit 1")
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 1000)
    with pytest.raises(bootstrap.SetupError, match=r"    sudo apt-get install -y --no-install-recommends xdotool xvfb$"):
        bootstrap.ensure_window(virtual=True)


def test_library_of_local_models_gets_what_it_needs(
    bootstrap: ModuleType, commands: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    library = bootstrap.site_packages() / "xllamacpp" / "xllamacpp.so"
    library.parent.mkdir(parents=True)
    library.touch()
    looked_at = commands("ldd", "printf '\\tlibgomp.so.1 => not found\\n'")
    log = commands("apt-get", "")
    Path(os.environ["PATH"], "env").symlink_to("/usr/bin/env")
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 0)
    bootstrap.ensure_models()
    assert looked_at.read_text(encoding="utf-8") == f"{library}\n"
    assert log.read_text(encoding="utf-8").splitlines()[-1] == "install -y --no-install-recommends libgomp1"
