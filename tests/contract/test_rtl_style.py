# SPDX-License-Identifier: Apache-2.0
"""The RTL's house rules, read with pyverilog: what a module's header promises, and how its ports stand. See hdl/README.md."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyverilog.vparser import ast
from pyverilog.vparser.parser import VerilogCodeParser
from pyverilog.vparser.preprocessor import VerilogPreprocessor

ROOT = Path(__file__).resolve().parents[2]
RTL = ROOT / "hdl" / "rtl"
MODULES = sorted(RTL.glob("*.v"))
DUTS = sorted((ROOT / "hdl" / "dut").glob("*.toml"))
ALL_ROLES = ("tdata", "tkeep", "tvalid", "tready", "tlast", "tuser")
# Outputs of tops that a device description cannot name.
STATUS = {("client_close", "out"), ("exchange_close", "out")}
HEADER_KEYS = ("Latency", "Throughput", "Backpressure", "Errors")

pytestmark = pytest.mark.skipif(not MODULES, reason="no RTL here")


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ast.Source]:
    """File stem -> syntax tree. pyverilog leaves its tables and preprocessed text in the working directory, so it gets one of its own."""
    before = Path.cwd()
    os.chdir(tmp_path_factory.mktemp("pyverilog"))
    try:
        # Its tables take a second to build and serve for every file.
        code = VerilogCodeParser([str(MODULES[0])])
        trees = {}
        for path in MODULES:
            code.preprocessor = VerilogPreprocessor([str(path)], code.preprocess_output, [str(ROOT / "hdl" / "include")])
            trees[path.stem] = code.parse()
        return trees
    finally:
        os.chdir(before)


def walk(node: Any) -> Iterator[Any]:
    """The node and all below it."""
    yield node
    for child in node.children():
        yield from walk(child)


def module_of(tree: ast.Source) -> ast.ModuleDef:
    """The file's one module."""
    (module,) = tree.description.definitions
    return module


def ports_of(module: ast.ModuleDef) -> list[tuple[str, str]]:
    """(name, "in" or "out") in the order of the port list."""
    return [
        (port.first.name, "out" if isinstance(port.first, ast.Output) else "in")
        for port in module.portlist.ports
        if isinstance(port, ast.Ioport)
    ]


def header_of(path: Path) -> list[str]:
    """The comment lines before the first line of code, without `//`."""
    lines = []
    for line in path.read_text().splitlines():
        if not line.startswith("//"):
            break
        lines.append(line.removeprefix("//").strip())
    return lines


each_module = pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)


@each_module
def test_a_file_holds_one_module_of_its_own_name(path: Path, parsed: dict[str, ast.Source]) -> None:
    """Style: one module a file, same name."""
    assert [definition.name for definition in parsed[path.stem].description.definitions] == [path.stem]


@each_module
def test_the_first_line_is_the_licence(path: Path) -> None:
    """Style: SPDX line in every source file."""
    assert path.read_text().startswith("// SPDX-License-Identifier: Apache-2.0\n// ")


@each_module
def test_the_header_states_the_modules_contract(path: Path) -> None:
    """Style: latency, throughput, back-pressure and errors, in this order, each with a value."""
    stated = [(key, line) for line in header_of(path) for key in HEADER_KEYS if line.startswith(f"{key}:")]
    assert tuple(key for key, _ in stated) == HEADER_KEYS
    assert all(line.split(":", 1)[1].strip() for _, line in stated)


@each_module
def test_every_parameter_is_documented(path: Path, parsed: dict[str, ast.Source]) -> None:
    """Style: every parameter says what it is: in the header, its name first, or behind its declaration."""
    parameters = [node.name for node in walk(module_of(parsed[path.stem]).paramlist) if isinstance(node, ast.Parameter)]
    for name in parameters:
        in_header = any(re.match(rf"{name}\b[ :,]+\S", line) for line in header_of(path))
        behind = re.search(rf"^ *parameter\b[^/\n]*\b{name}\b[^/\n]*// \S", path.read_text(), re.M)
        assert in_header or behind, f"parameter {name} is not documented"


@each_module
def test_clock_and_reset_come_first(path: Path, parsed: dict[str, ast.Source]) -> None:
    """Style: ports in the order clk, rst, ... A module without state has neither; one without control needs no reset."""
    names = [name for name, _ in ports_of(module_of(parsed[path.stem]))]
    assert names, "a module has ports"
    if "clk" in names:
        assert names[0] == "clk"
    if "rst" in names:
        assert names[:2] == ["clk", "rst"]


@each_module
def test_names_are_snake_case_and_parameters_upper_case(path: Path, parsed: dict[str, ast.Source]) -> None:
    """Style: names."""
    module = module_of(parsed[path.stem])
    for name, _ in ports_of(module):
        assert re.fullmatch(r"[a-z][a-z0-9_]*", name), name
    for node in walk(module.paramlist):
        if isinstance(node, ast.Parameter):
            assert re.fullmatch(r"[A-Z][A-Z0-9_]*", node.name), node.name


@each_module
def test_a_stream_points_one_way(path: Path, parsed: dict[str, ast.Source]) -> None:
    """Style: s_*_axis_* come in and m_*_axis_* go out, but for tready."""
    for name, direction in ports_of(module_of(parsed[path.stem])):
        if match := re.fullmatch(r"([sm])_\w*axis_(\w+)", name):
            forward = "in" if match[1] == "s" else "out"
            assert (direction == forward) != (match[2] == "tready"), name


@each_module
def test_sinks_stand_before_sources_and_configuration_behind_them(path: Path, parsed: dict[str, ast.Source]) -> None:
    """Style: clk, rst, sinks, sources, configuration."""
    rank = {"s": 0, "m": 1, "cfg": 2}
    order = []
    for name, _ in ports_of(module_of(parsed[path.stem])):
        if match := re.match(r"([sm])_\w*axis_|(cfg)_", name):
            order.append(rank[match[1] or match[2]])
    assert order == sorted(order)


@each_module
def test_registers_are_clocked_by_clk_alone(path: Path, parsed: dict[str, ast.Source]) -> None:
    """Style: one clock domain, synchronous reset."""
    for node in walk(parsed[path.stem]):
        if isinstance(node, ast.Sens) and node.type in ("posedge", "negedge"):
            assert (node.type, node.sig.name) == ("posedge", "clk")


@pytest.mark.parametrize("dut", DUTS, ids=lambda path: path.stem)
def test_the_device_description_names_the_tops_ports(dut: Path, parsed: dict[str, ast.Source]) -> None:
    """hdl/dut/*.toml against the RTL: clock, reset, ready, every port with its direction, nothing left over but status, parameters."""
    told = tomllib.loads(dut.read_text())
    module = module_of(parsed[told["top"]])
    clock = told["clock"].get("name", "clk")
    reset = told["reset"].get("name", "rst")
    expected = {(clock, "in"), (reset, "in")}
    if told["reset"].get("ready"):
        expected.add((told["reset"]["ready"], "out"))
    for port in told.get("port", {}).values():
        ways = [("in", "prefix_in"), ("out", "prefix_out")] if port["direction"] == "both" else [(port["direction"], "prefix")]
        for forward, prefix in ways:
            backward = "out" if forward == "in" else "in"
            for role in port.get("roles", ALL_ROLES):
                expected.add((f"{port[prefix]}_{role}", backward if role == "tready" else forward))
        if "link" in port:
            expected.add((port["link"], "in"))
    got = {(name, direction) for name, direction in ports_of(module)} - STATUS
    axil = {(name, direction) for name, direction in got if "control" in told and name.startswith(told["control"]["prefix"] + "_")}
    assert got - axil == expected
    if "control" in told:
        roles = {name.removeprefix(told["control"]["prefix"] + "_"): direction for name, direction in axil}
        assert roles == {
            **dict.fromkeys(["awaddr", "awvalid", "wdata", "wstrb", "wvalid", "bready", "araddr", "arvalid", "rready"], "in"),
            **dict.fromkeys(["awready", "wready", "bresp", "bvalid", "arready", "rdata", "rresp", "rvalid"], "out"),
        }
    # A description may play other values than the defaults, but no parameter that the top does not have.
    assert set(told.get("parameters", {})) <= {node.name for node in walk(module.paramlist) if isinstance(node, ast.Parameter)}
