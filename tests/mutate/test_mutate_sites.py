# SPDX-License-Identifier: Apache-2.0
"""Where sources are mutated, and into what: small pieces, and all that becomes of them, by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tickproof.mutate.cpp import cpp_sites
from tickproof.mutate.mutant import Site
from tickproof.mutate.python import python_sites
from tickproof.mutate.verilog import instances, verilog_sites


def faults(sites: Callable[[bytes], Iterator[Site]], source: str) -> list[tuple[str, str, str]]:
    """(operator, what stood there, what stands there) of each mutant."""
    text = source.encode()
    return [(site.operator, text[site.start : site.end].decode(), other) for site in sites(text) for other in site.replacements]


def verilog(body: str) -> list[tuple[str, str, str]]:
    """Faults of a piece inside a module."""
    return faults(verilog_sites, f"module m (input wire clk);\n{body}\nendmodule\n")


def test_a_continuous_assignment_is_dropped_and_its_operators_change() -> None:
    """An operand that is an expression keeps its parentheses: what is tighter than what must not change by itself."""
    assert verilog("assign y = a + b * c;") == [
        ("dropped assignment", "a + b * c", "1'sb0"),
        ("operator", "a + b * c", "(a - (b * c))"),
        ("operator", "b * c", "(b + c)"),
    ]


def test_a_boundary_moves_both_ways() -> None:
    """One off, and the other direction."""
    assert verilog("wire y = a <= b;") == [("operator", "a <= b", "(a < b)"), ("operator", "a <= b", "(a > b)")]


def test_registers_lose_assignments_and_reset_values() -> None:
    """What is assigned in reset only is named so; a condition with an `else` has branches to swap."""
    assert verilog("always @(posedge clk) if (rst) q <= 8'd0; else q <= d;") == [
        ("swapped branches", "rst", "!(rst)"),
        ("dropped assignment", "q <= 8'd0;", ""),
        ("reset value", "8'd0", "8'd1"),
        ("dropped assignment", "q <= d;", ""),
    ]


def test_constants_keep_their_width_and_bits_move() -> None:
    """A constant of one bit has one neighbour only; bit 0 cannot move down."""
    assert verilog("wire y = x[0] ? 1'b1 : z[7:4];") == [
        ("swapped branches", "x[0]", "!(x[0])"),
        ("bit-select", "x[0]", "x[1]"),
        ("constant", "1'b1", "1'd0"),
        ("bit-select", "z[7:4]", "z[8:5]"),
        ("bit-select", "z[7:4]", "z[6:3]"),
    ]


def test_names_of_constants_are_constants() -> None:
    """Macros and local parameters, where they are used; an octet as text changes its last bit."""
    assert verilog('localparam KIND = 3;\nwire y = `TP_X || KIND || "A";') == [
        ("operator", '`TP_X || KIND || "A"', '((`TP_X || KIND) && "A")'),
        ("operator", "`TP_X || KIND", "(`TP_X && KIND)"),
        ("constant", "`TP_X", "(`TP_X ^ 1'b1)"),
        ("constant", "KIND", "(KIND ^ 1'b1)"),
        ("constant", '"A"', '"@"'),
    ]


def test_what_is_constant_before_a_simulation_stays() -> None:
    """Parameters, widths, counts of replication, generate conditions and loops, and what may be an output of a module inside."""
    assert not verilog("localparam W = 3 + 1;\nwire [W-1:0] y;\ngenvar i;")
    assert not verilog("inner #(.W(3 + 1)) it (.a(y[3:0]), .b({x, z}));")
    assert verilog("assign y = {4{x}};") == [("dropped assignment", "{4{x}}", "1'sb0")]
    assert verilog("generate if (W > 3) begin : gen_a assign y = !x; end endgenerate") == [
        ("dropped assignment", "!x", "1'sb0"),
        ("operator", "!x", "x"),
    ]


def test_an_expression_into_a_module_inside_is_mutated() -> None:
    """An expression can be no output."""
    assert verilog("inner it (.a(x && y));") == [("operator", "x && y", "(x || y)")]


def test_modules_and_what_is_inside() -> None:
    """Which scenarios can kill a mutant is seen from it."""
    assert [*instances(b"module a; b one(); c #(.W(1)) two(); endmodule\nmodule b; endmodule\n")] == [("a", "b"), ("a", "c")]


def test_cpp_statements_conditions_and_constants() -> None:
    """Calls and assignments are dropped, conditions negated."""
    assert faults(cpp_sites, "int f(int a) { if (a >= 0x0F) g(a); else ++a; b.c = !a; return a ? 'x' : true; }") == [
        ("swapped branches", "a >= 0x0F", "!(a >= 0x0F)"),
        ("operator", "a >= 0x0F", "(a > 0x0F)"),
        ("operator", "a >= 0x0F", "(a < 0x0F)"),
        ("constant", "0x0F", "16"),
        ("constant", "0x0F", "14"),
        ("dropped statement", "g(a);", ""),
        ("dropped assignment", "++a;", ""),
        ("dropped assignment", "b.c = !a;", ""),
        ("operator", "!a", "a"),
        ("swapped branches", "a", "!(a)"),
        ("constant", "'x'", "'y'"),
        ("constant", "true", "false"),
    ]


def test_cpp_that_the_compiler_has_to_know_stays() -> None:
    """Template arguments, constants, sizes, labels of a switch; what stands under a label does not."""
    assert not faults(cpp_sites, "constexpr int n = 3; std::array<int, 4> x; int y[5]; static_assert(1 < 2); enum E { A = 1 };")
    assert faults(cpp_sites, "void f(int a) { switch (a) { case 1: g(); } }") == [("dropped statement", "g();", "")]


def test_python_functions() -> None:
    """Attributes, calls, conditions and constants; names of locals, words for people and types stay."""
    source = 'def f(a: int = 3) -> int:\n    """Three."""\n    self.x = a\n    y = not a\n    g(2)\n    raise E(f"{a + 1}")\n'
    assert faults(python_sites, source) == [
        ("dropped assignment", "self.x = a", ""),
        ("operator", "not a", "bool(a)"),
        ("dropped statement", "g(2)", ""),
        ("constant", "2", "3"),
        ("constant", "2", "1"),
    ]


def test_python_operators() -> None:
    """A chain of comparisons is left whole."""
    assert faults(python_sites, "def f():\n    return a < b and c // d if not 0 <= x < 5 else None\n")[:2] == [
        ("swapped branches", "not 0 <= x < 5", "not (not 0 <= x < 5)"),
        ("operator", "not 0 <= x < 5", "bool(0 <= x < 5)"),
    ]
