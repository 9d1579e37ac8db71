#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The gates behind the tests. Each prints its name; the first that fails ends the run. Some of them: ci/gates.sh NAME...
# Without names: all that a change has to pass; slow_tests are ci/nightly.sh's.
set -eu
cd "$(dirname "$0")/.."
python=$PWD/.venv/bin/python

gate_python_lint() { "$python" -m ruff check . && "$python" -m ruff format --check . ; }
gate_types() { "$python" -m mypy; }
gate_generated() { "$python" -m tickproof.protocols.verilog --check && "$python" -m tickproof.protocols.cpp --check && "$python" -m tickproof.protocols.markdown --check && "$python" -m tickproof.protocols.lua --check; }
gate_verilog_lint() { "$python" ci/lint_verilog.py; }
gate_wheel() { ci/wheel.sh; }
gate_seeded_bugs() { "$python" ci/seeded_bugs.py; }
gate_sanitizers() { "$python" ci/sanitizers.py; }
gate_slow_tests() { "$python" -m pytest -q -m slow tests testbench; }
gate_baseline() {
    "$python" ci/baseline.py --history
    "$python" -m tickproof.cli run scenarios --target rtl@verilator --coverage --no-store --out build/baseline
    "$python" ci/baseline.py --check build/baseline/result.json
}
gate_synthesis() { "$python" ci/synthesis.py --check; }

for gate in ${*:-python_lint types generated verilog_lint wheel baseline seeded_bugs sanitizers synthesis}; do
    printf '== %s, %s\n' "$gate" "$(date +%T)"
    "gate_$gate"
done
