# SPDX-License-Identifier: Apache-2.0
"""A mutant by itself: its patch, and the name that finds it again."""

from __future__ import annotations

from tickproof.mutate.mutant import Site, mutants_of

TEXT = b"one\ntwo = a + b;\nthree\n"
SITES = [Site(10, 15, "operator", ("(a - b)",)), Site(4, 16, "dropped assignment", ("",))]


def test_the_patch_of_a_mutant() -> None:
    """With the lines around it."""
    changed, dropped = mutants_of("rtl", "hdl/m.v", "m", TEXT, SITES)
    assert changed.diff(TEXT).splitlines() == [
        "--- a/hdl/m.v",
        "+++ b/hdl/m.v",
        "@@ -1,3 +1,3 @@",
        " one",
        "-two = a + b;",
        "+two = (a - b);",
        " three",
    ]
    assert dropped.applied(TEXT) == b"one\n;\nthree\n"
    assert (changed.line, dropped.line) == (2, 2)


def test_a_statement_of_python_leaves_a_pass() -> None:
    """Nothing at all would be no block."""
    (dropped,) = mutants_of("golden", "m.py", "m", b"def f():\n    g()\n", [Site(13, 16, "dropped statement", ("",))])
    assert dropped.applied(b"def f():\n    g()\n") == b"def f():\n    pass\n"


def test_a_mutant_of_another_text_is_another_one() -> None:
    """Results of a file that has changed are not taken for its own."""
    first, second = (next(mutants_of("rtl", "hdl/m.v", "m", text, SITES)) for text in (TEXT, TEXT + b" "))
    again = next(mutants_of("rtl", "hdl/m.v", "m", TEXT, SITES))
    assert first.id == again.id
    assert first.id != second.id
