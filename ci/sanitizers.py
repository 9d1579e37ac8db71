# SPDX-License-Identifier: Apache-2.0
"""Do the C++ programs of the host path hold under ASan and UBSan? Everything here is built with both.

    fuzz       the paths of the gateway, and what player and devices are made of, get 1,000,000 generated and damaged cases
    garbage    the gateway and tickproof-rtl run, and get the same over their interfaces, connections and control sockets
    scenarios  every scenario is played with them; a report ends a program, and its run fails

Arguments: parts; none = all. --seed S: other cases (default 1). A case that fails is printed with its seed; the driver of the command in
front of it plays it again with --seed and --case. Scenarios that are inconclusive because these builds are slow are listed, and no failure.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tickproof.dut import Dut
from tickproof.program import Program
from tickproof.targets import RunOptions, load_dut
from tickproof.targets.wire.bed import TestBed
from tickproof.targets.wire.device import Connections, DeviceProgram
from tickproof.targets.wire.gateway import Gateway
from tickproof.targets.wire.process import play
from tickproof.targets.wire.rtl import Rtl
from tickproof.targets.wire.wiring import Place, kind_of

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "host" / "sanitized"
SANITIZERS = "address,undefined"
TARGETS = "gateway@raw,gateway@udp,gateway@xdp,rtl@raw"

FUZZ = {"fuzz_gateway": 900_000, "fuzz_wire": 100_000}
"""Cases of each driver."""
GARBAGE = {"gateway": 200_000, "rtl": 4_000}
"""Frames for each device; the Verilated one needs ms for each."""
ALONE = ("unshare", "--net", "sh", "-c", 'ip link set lo up; exec "$@"', "alone")


def build(program: str) -> Path:
    """One of the fuzz drivers."""
    BUILD.mkdir(parents=True, exist_ok=True)
    for command in (
        ["cmake", "-S", ROOT / "host", "-B", BUILD, f"-DTICKPROOF_SANITIZE={SANITIZERS}"],
        ["cmake", "--build", BUILD, "--target", program, "--parallel", str(os.cpu_count() or 1)],
    ):
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return BUILD / program


def run(command: Sequence[str | Path]) -> bool:
    """Whether it ended well; what it prints is seen."""
    print("$", *command, flush=True)
    return subprocess.run(command, check=False).returncode == 0


def fuzz(seed: int) -> bool:
    """In a network namespace, because the links of the second driver have real addresses."""
    return all(run([*ALONE, build(name), "--cases", str(cases), "--seed", str(seed)]) for name, cases in FUZZ.items())


def garbage(seed: int) -> bool:
    """Each device in the test bed of a target, and the driver where its player would be."""
    thrower, dut = build("fuzz_sockets"), load_dut("tick_to_trade", ROOT)
    return all(thrown(thrower, dut, device, GARBAGE[device.name], seed) for device in (Gateway(), Rtl()))


def thrown(thrower: Path, dut: Dut, device: DeviceProgram, frames: int, seed: int) -> bool:
    """Whether the device survived."""
    with tempfile.TemporaryDirectory() as name:
        folder, bed = Path(name), TestBed()
        try:
            links = bed.links(port for port in dict.fromkeys((*dut.inputs, *dut.outputs)) if kind_of(dut, port))
            places = {port: Place(link.interface) for port, link in links.items()}
            places["client"] = Place(links["client"].interface, address=links["client"].device, tcp_port=30201)
            places["exchange"] = Place(links["exchange"].interface, address=links["exchange"].player, tcp_port=30202)
            control = folder / "control"
            command = device.command(dut, Program(dut.name, {}), "raw", Connections(places, control, None), RunOptions(seed=seed))
            ends = [f"{places[port].address}:{places[port].tcp_port}" for port in ("client", "exchange")]
            interfaces = [links[port].interface for port in ("feed_a", "feed_b")]
            player = [str(thrower), str(control), *ends, *interfaces, "--cases", str(frames), "--seed", str(seed)]
            print("$", device.name, "<-", *player, flush=True)
            trouble = play(bed.enter("device", command), bed.enter("player", player), folder, 300, shared=True).trouble
            for log in ("player.log", "device.log"):
                print((folder / log).read_text(errors="replace"), end="", flush=True)
        finally:
            bed.close()
    print(trouble or f"{device.name} lives")
    return not trouble


def scenarios(seed: int) -> bool:
    """All of them on all targets."""
    with tempfile.TemporaryDirectory() as folder:
        run([sys.executable, "-m", "tickproof.cli", "run", ROOT / "scenarios", "--target", TARGETS, "--seed", str(seed), "--out", folder])
        results = json.loads((Path(folder) / "result.json").read_text())["results"]
    wrong = [result for result in results if result["status"] not in ("pass", "skipped")]
    for result in wrong:
        print(f"  {result['scenario']} on {result['target']}: {result['status']} {result['reason']}")
    return bool(results) and all(result["because"] == "late" for result in wrong)


PARTS = {"fuzz": fuzz, "garbage": garbage, "scenarios": scenarios}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    os.environ["TICKPROOF_SANITIZE"] = SANITIZERS
    failed = [name for name in options.parts or PARTS if not PARTS[name](options.seed)]
    print(f"sanitizers: {', '.join(failed) or 'nothing'} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
