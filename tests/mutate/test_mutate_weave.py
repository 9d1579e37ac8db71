# SPDX-License-Identifier: Apache-2.0
"""Many mutants in one text: each run executes the one that it chooses, or the original. Held against real compilers."""

from __future__ import annotations

import builtins
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tickproof.mutate.mutant import Mutant, Site, mutants_of
from tickproof.mutate.verilog import declare
from tickproof.mutate.weave import C_LIKE, CHOSEN, PYTHON, VERILOG, Style, weave

VERILOG_TEXT = b"""module m;
    integer a;
    reg [7:0] q;
    initial begin
        #1 a = 7;
        q = a + 2 * 3;
        $display("%0d", q);
    end
endmodule
"""


def at(text: bytes, piece: bytes, *others: str) -> Site:
    """A site where `piece` stands."""
    return Site(text.index(piece), text.index(piece) + len(piece), "operator", others)


def numbered(text: bytes, *sites: Site) -> dict[int, Mutant]:
    return dict(enumerate(mutants_of("rtl", "m.v", "m", text, sites), 1))


@pytest.mark.skipif(not shutil.which("iverilog"), reason="Icarus is not installed")
def test_a_plusarg_chooses_a_mutant_of_verilog(tmp_path: Path) -> None:
    """One inside another, two at one place, and a statement that goes."""
    inner, outer = at(VERILOG_TEXT, b"2 * 3", "(2 + 3)"), at(VERILOG_TEXT, b"a + 2 * 3", "(a - (2 * 3))", "(a & (2 * 3))")
    mutants = numbered(VERILOG_TEXT, outer, inner, at(VERILOG_TEXT, b"q = a + 2 * 3;", ""))
    text = weave(VERILOG_TEXT, mutants, VERILOG).text
    ((place, line),) = declare(text, CHOSEN)
    (tmp_path / "m.v").write_bytes(text[:place] + line.encode() + text[place:])
    subprocess.run(["iverilog", "-g2005", "-o", "m.vvp", "m.v"], cwd=tmp_path, check=True)

    def shown(*arguments: str) -> str:
        run = subprocess.run(["vvp", "-n", "m.vvp", *arguments], cwd=tmp_path, capture_output=True, text=True, check=True)
        return run.stdout.strip()

    assert [shown()] + [shown(f"+{CHOSEN}={number}") for number in mutants] == ["13", "1", "6", "12", "x"]


@pytest.mark.skipif(not shutil.which("g++"), reason="g++ is not installed")
def test_a_variable_chooses_a_mutant_of_cpp(tmp_path: Path) -> None:
    """A statement without braces between `if` and `else` stays one statement."""
    text = b"int f(int a) { int q = 0; if (a < 7) q = a; else q = 9; return q; }"
    mutants = numbered(text, at(text, b"a < 7", "(a <= 7)"), at(text, b"q = a;", ""))
    main = f"#include <cstdio>\nstatic int {CHOSEN};\n{weave(text, mutants, C_LIKE).text.decode()}\nint main() {{\n"
    main += f'for ({CHOSEN} = 0; {CHOSEN} < 3; ++{CHOSEN}) std::printf("%d %d,", f(7), f(3)); }}\n'
    (tmp_path / "m.cpp").write_text(main)
    subprocess.run(["g++", "-o", "m", "m.cpp"], cwd=tmp_path, check=True)
    assert subprocess.run(["./m"], cwd=tmp_path, capture_output=True, text=True, check=True).stdout == "9 3,7 3,9 0,"


@pytest.fixture
def _no_mutant() -> Iterator[None]:
    setattr(builtins, CHOSEN, 0)
    yield
    delattr(builtins, CHOSEN)


@pytest.mark.usefixtures("_no_mutant")
def test_a_builtin_chooses_a_mutant_of_python() -> None:
    """Bytes are counted, not letters: what stands before may be no ASCII."""
    text = "def f(a):\n    s = '\u2264'\n    a.x = 1 + 2\n    return a\n".encode()
    mutants = numbered(text, at(text, b"1 + 2", "(1 - 2)"), at(text, b"a.x = 1 + 2", ""))
    space: dict[str, object] = {}
    exec(weave(text, mutants, PYTHON).text.decode(), space)

    def played(number: int) -> int:
        setattr(builtins, CHOSEN, number)
        holder = type("Holder", (), {"x": 0})()
        space["f"](holder)  # type: ignore[operator]
        return holder.x

    assert [played(number) for number in range(3)] == [3, -1, 0]


@pytest.mark.parametrize("style", [VERILOG, C_LIKE, PYTHON], ids=["verilog", "c", "python"])
def test_a_compilers_complaint_finds_its_mutant(style: Style) -> None:
    """What a mutant brings is its own; what stands around it is of all that share the place; what is the original's is of nobody."""
    text = b"x =\n  a + b * c;"
    woven = weave(text, numbered(text, at(text, b"a + b * c", "first"), at(text, b"b * c", "second", "third")), style)
    lines = woven.text.splitlines()

    def blamed(word: bytes) -> set[int]:
        line = next(number for number, each in enumerate(lines, 1) if word in each)
        return woven.blame_line(line, lines[line - 1].index(word) + 1)

    assert [blamed(word) for word in (b"first", b"second", b"third", b"b * c", b"x =")] == [{1}, {2}, {3}, {2, 3}, set()]
