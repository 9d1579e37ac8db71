# SPDX-License-Identifier: Apache-2.0
# make run    every scenario on every target of the default set that this machine can run
# make test   all tests (10 minutes on two cores at most)
# make bench  the figures of docs/benchmarks.md
# make ci     what CI runs behind the tests
TICKPROOF := .venv/bin/tickproof
PYTEST    := .venv/bin/python -m pytest

.PHONY: run test bench ci clean

run:
	@ci/bootstrap.sh
	@$(TICKPROOF) run scenarios

test:
	@ci/bootstrap.sh test
	@$(PYTEST) -n 2 --dist worksteal tests testbench

bench:
	@ci/bootstrap.sh test
	@.venv/bin/python -m benchmarks

ci:
	@ci/bootstrap.sh test,ci
	@ci/gates.sh

clean:
	rm -rf build out .venv dist *.egg-info
