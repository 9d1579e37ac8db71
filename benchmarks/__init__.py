# SPDX-License-Identifier: Apache-2.0
"""Side-by-side measurements: `python -m benchmarks` runs all of them and writes docs/benchmarks.md."""
