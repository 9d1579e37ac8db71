# SPDX-License-Identifier: Apache-2.0
"""Appends one run of so many results to a store, from a process of its own: `writer.py STORE NAME RESULTS`, begun by a line on stdin."""

from __future__ import annotations

import sys

from series import keep, result

from tickproof.store import open_store

if __name__ == "__main__":
    print("ready", flush=True)
    sys.stdin.readline()
    keep(open_store(sys.argv[1]), [result(f"{sys.argv[2]}/{number}.scn") for number in range(int(sys.argv[3]))])
