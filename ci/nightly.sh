#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What is not waited for at each change; hours in all. Every part is played, whatever came of the one before; those that failed are named at the end. Some parts: ci/nightly.sh NAME...
set -u
cd "$(dirname "$0")/.."
python=$PWD/.venv/bin/python
tickproof=$PWD/.venv/bin/tickproof

part_slow_tests() { ci/gates.sh slow_tests; }
# Other random numbers each night, the same all day: what it finds is reproduced by the seed.
part_new_seed() { "$tickproof" run scenarios --seed "$(date -u +%Y%m%d)" --out out/nightly/new_seed; }
part_repeat() { "$python" ci/repeat.py 3; }
# Both simulators take the same clocks, and as many as the baseline says.
part_simulators() {
    "$tickproof" run scenarios --target rtl@verilator,rtl@icarus --coverage --out out/nightly/simulators \
        && "$python" ci/baseline.py --check out/nightly/simulators/result.json
}
part_mutate_rtl() { "$tickproof" mutate --kind rtl --count 300 --out out/nightly/mutate_rtl; }
part_mutate_gateway() { "$tickproof" mutate --kind gateway --count 100 --out out/nightly/mutate_gateway; }
part_mutate_golden() { "$tickproof" mutate --kind golden --count 100 --out out/nightly/mutate_golden; }
part_benchmarks() { "$python" -m benchmarks; }

ci/bootstrap.sh test,ci || exit 2
failed=""
for part in ${*:-slow_tests new_seed repeat simulators mutate_rtl mutate_gateway mutate_golden benchmarks}; do
    printf '== %s\n' "$part"
    "part_$part" || failed="$failed $part"
done
if [ -n "$failed" ]; then
    printf 'failed:%s\n' "$failed"
    exit 1
fi
