"""What scripts print beyond what their log shows: all of it is in a file of the run, without secrets."""

from __future__ import annotations

from pathlib import Path

from engine.api.printed import printed_file
from engine.api.redact import Redactor
from engine.api.scripts import ScriptJob
from engine.runtime.printed import PrintingScripts
from engine.sandbox.runner import ProcessScripts

KEY = "sk-0123456789"


async def test_a_print_of_megabytes_is_in_the_log_in_part_and_in_a_file_as_a_whole(tmp_path: Path) -> None:
    redactor, left_out, heard = Redactor(), list[int](), list[str]()
    redactor.add("openai", KEY)
    scripts = PrintingScripts(ProcessScripts(), tmp_path, "each[0]/a/b", redactor, left_out.append)
    code = f"print('안녕' + 'x' * 4_000_000 + '{KEY}')\nprint('done')"
    done = await scripts.run(ScriptJob(code), lambda _, line: heard.append(line))
    await scripts.aclose()
    assert done.status == "succeeded"
    assert left_out == [done.left_out]
    assert heard[0].startswith("안녕xxx")
    assert heard[1:] == ["… 4.0 MB left out …", "done"]
    text = printed_file(tmp_path, "each[0]/a/b", "stdout").read_text(encoding="utf-8")
    assert text == "안녕" + "x" * 4_000_000 + "[secret openai]\ndone\n"


async def test_a_few_lines_make_no_file(tmp_path: Path) -> None:
    left_out = list[int]()
    scripts = PrintingScripts(ProcessScripts(), tmp_path / "run", "a", Redactor(), left_out.append)
    await scripts.run(ScriptJob("print('a')"), lambda *_: None)
    await scripts.aclose()
    assert not left_out
    assert not (tmp_path / "run").exists()


def test_files_of_steps_do_not_leave_the_folder(tmp_path: Path) -> None:
    assert printed_file(tmp_path, "../../x", "stderr").parent == tmp_path / "printed"
