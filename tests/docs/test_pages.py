"""The documentation's commands run, end as they say, and show what they show; what is not run says why."""

from __future__ import annotations

import argparse
import re
import shlex
import shutil
import warnings
from pathlib import Path

import pytest

from prover.cli import VERBS, build_parser
from prover.lean.toolchain import Toolchain
from tests.docs.blocks import PAGES, ROOT, Block, Command, blocks, commands, matches, not_run
from tests.docs.shell import Ended, run

ECHO = "echo $?"


def steps(page: Path) -> list[Command]:
    """What a page has its reader run, in order."""
    found: list[Command] = []
    for block in blocks(page):
        if block.is_run and block.language == "console":
            found += commands(block)
        elif block.is_run:
            found.append(Command(block.line, f"python - <<'END_OF_PROGRAM'\n{block.text}END_OF_PROGRAM"))
    return found


def complaint(page: Path, command: Command, ended: Ended, told: bool) -> str:
    """What is wrong with how a command ended; a failure that the page shows with `echo $?` is meant."""
    place = f"{page.relative_to(ROOT)}:{command.line}: {command.text.splitlines()[0]}"
    said = f"\n--- stdout\n{ended.out}\n--- stderr\n{ended.err}"
    if ended.code is None:
        return f"{place}: did not end{said}"
    if ended.code and not told:
        return f"{place}: ended with {ended.code}{said}"
    streams = (ended.out, ended.err, ended.err + ended.out, ended.out + ended.err)
    if command.shown and not any(matches(command.shown, stream) for stream in streams):
        return f"{place}: shows\n{chr(10).join(command.shown)}{said}"
    return ""


@pytest.mark.lean
@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in PAGES if steps(page)], ids=lambda page: page.stem)
def test_commands(page: Path, tmp_path: Path, core: Toolchain) -> None:
    todo = steps(page)
    for tool in ("bash", "curl"):
        if shutil.which(tool) is None and any(re.search(rf"\b{tool}\b", step.text) for step in todo):
            pytest.skip(f"{page.name} needs {tool}, which is not on this machine")
    done = run([step.text for step in todo], tmp_path)
    told = [*(after.text == ECHO for after in todo[1:]), False]
    found = [complaint(page, *one) for one in zip(todo, done, told, strict=True)]
    assert not any(found), "\n\n".join(filter(None, found))


def test_what_is_not_run_says_why() -> None:
    left = not_run()
    assert not [block.place for block in left if not block.not_run], (
        "make it ```console, or write <!-- not run: REASON --> before it"
    )
    listed = "\n".join(f"  {block.place}: {block.not_run}" for block in left)
    warnings.warn(f"{len(left)} blocks of the documentation are not run:\n{listed}", stacklevel=1)


def options(parser: argparse.ArgumentParser) -> dict[tuple[str, ...], set[str]]:
    """Every option by its verb, and by its verb and action."""
    found = {(): set(parser._option_string_actions)}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, inner in action.choices.items():
                found |= {(name, *path): names for path, names in options(inner).items()}
    return found


KNOWN = options(build_parser())
INLINE = re.compile(r"(?<!`)`(prover [^`\n]+)`(?!`)")


def written(page: Path) -> list[tuple[str, str]]:
    """(place, call of `prover`) wherever a page has one, in a block or in a sentence."""
    calls = []
    for block in blocks(page):
        if not block.has_commands or block.language == "python":
            continue
        for line in block.text.replace("\\\n", " ").splitlines():
            call = re.match(r"(?:\$ )?(?:\S*/)?(prover .*)", line.strip())
            calls += [(block.place, call[1])] if call else []
    text = page.read_text(encoding="utf-8")
    return calls + [(page.name, found) for found in INLINE.findall(text)]


def wrong_words(call: str) -> list[str]:
    """The options of a call that its verb does not have, or the verb that there is not."""
    call = re.split(r"[|;&>#…]|<<", call)[0]
    try:
        words = shlex.split(call)[1:]
    except ValueError:
        return [call]
    if not words or words[0].startswith("-") or words[0].isupper():
        return []
    path = (words[0],)
    if path not in KNOWN:
        return [words[0]]
    path = next((deeper for word in words[1:2] if (deeper := (*path, word)) in KNOWN), path)
    named = {word.strip("[]").split("=")[0] for word in words if word.strip("[").startswith("--")}
    return sorted(named - KNOWN[path])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_call_has_known_words(page: Path) -> None:
    assert not [(place, call, bad) for place, call in written(page) if (bad := wrong_words(call))]


def test_wrong_words_are_found() -> None:
    assert wrong_words("prover check a.lean --profile core --jsno") == ["--jsno"]
    assert wrong_words("prover chekc a.lean") == ["chekc"]
    assert wrong_words("prover data export RUN DIR --format hf") == []
    assert wrong_words("prover data list --format hf") == ["--format"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_make_target_is_there(page: Path) -> None:
    targets = set(re.findall(r"^([\w-]+):.*##", (ROOT / "Makefile").read_text(), flags=re.M))
    text = page.read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^\s*(?:\$ )?|`)make ([a-z][\w-]*)", text, flags=re.M))
    assert named <= targets


def test_every_verb_is_in_the_readme_and_has_a_page() -> None:
    readme = PAGES[0].read_text(encoding="utf-8")
    guides = "".join(page.read_text(encoding="utf-8") for page in PAGES[1:])
    assert not [verb for verb in VERBS if f"`prover {verb}" not in readme]
    assert not [verb for verb in VERBS if f"prover {verb}" not in guides]


def block(text: str) -> Block:
    return Block(ROOT / "README.md", 1, "console", text)


def test_a_console_block_is_read() -> None:
    text = "$ cat > a <<'EOF'\n$ x\nEOF\n$ echo 1 \\\n  2\n1 2\n\n$ true\n"
    assert commands(block(text)) == [
        Command(1, "cat > a <<'EOF'\n$ x\nEOF"),
        Command(4, "echo 1 \\\n  2", ("1 2", "")),
        Command(8, "true"),
    ]
    with pytest.raises(ValueError, match="expected `\\$ `"):
        commands(block("yes\n"))
    with pytest.raises(ValueError, match="no line EOF"):
        commands(block("$ cat <<'EOF'\nyes\n"))


@pytest.mark.parametrize(
    ("shown", "said", "same"),
    [
        (["a", "b"], "a\nb\n", True),
        (["a"], "a\nb\n", False),
        (["a", "…"], "a\nb\nc\n", True),
        (["…", "c"], "a\nb\nc", True),
        (["took … s"], "took 1.5 s  \n", True),
        (["took … s"], "took\n1.5 s\n", False),
        (["(x)"], "x\n", False),
    ],
)
def test_what_is_shown_is_compared(shown: list[str], said: str, same: bool) -> None:
    assert matches(shown, said) == same


def test_commands_share_a_shell_and_failures_are_seen(tmp_path: Path) -> None:
    done = run(
        ["x=1; cd ..", "echo $x $(basename $PWD) 8000", "sh -c 'exit 4'", ECHO, "exit 3", "true"], tmp_path
    )
    assert done[1].out == f"1 {tmp_path.name} 8000\n"
    assert (done[2].code, done[3].out) == (4, "4\n")
    assert done[4].code is None
    assert done[5].code is None
    page = ROOT / "README.md"
    assert "ended with 4" in complaint(page, Command(1, "sh"), done[2], told=False)
    assert not complaint(page, Command(1, "sh"), done[2], told=True)
    assert "did not end" in complaint(page, Command(1, "exit"), done[4], told=False)
    assert "shows" in complaint(page, Command(1, "echo", ("5",)), done[3], told=False)
