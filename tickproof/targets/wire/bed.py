# SPDX-License-Identifier: Apache-2.0
"""`TestBed`: two network namespaces, the player's and the device's, and a veth pair for each port of a device.

The namespaces have no name: each lives as long as a process that holds it, and that process dies with the one that made it, however that
dies. Nothing is left behind and nothing is seen from outside.
"""

from __future__ import annotations

import functools
import os
import subprocess
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tickproof.targets.wire.tools import missing_tools, mortal

__all__ = ["BedError", "Link", "Side", "TestBed", "bed_missing", "drop_bed", "shared_bed"]

Side = Literal["player", "device"]
_SIDES: tuple[Side, ...] = ("player", "device")

_NEEDED = ("unshare", "nsenter", "setpriv", "ip", "ethtool")
_MTU = 3400  # holds every frame that a device may take (2,048 bytes), and an AF_XDP buffer holds it
_START_S = 10.0
_LOOK_S = 0.001

_SOCKETS = Path("/sys/fs/cgroup")  # a folder that every kernel has, and whose contents nobody needs there

# Run by whoever holds a namespace: quiet, and open to any source address (a captured feed has the venue's). No TIME_WAIT: a device that
# tries to connect from a port of the run before would be answered by what is left of that, and try no other for 10 ms.
# A memory file system for sockets. Then it waits for its stdin to end.
_HOLD = """
for file in all default; do
    echo 1 > /proc/sys/net/ipv6/conf/$file/disable_ipv6
    echo 0 > /proc/sys/net/ipv4/conf/$file/rp_filter
    echo 1 > /proc/sys/net/ipv4/conf/$file/accept_local
done 2>/dev/null
echo 0 2>/dev/null > /proc/sys/net/ipv4/tcp_max_tw_buckets
ip link set lo up
mount -t sysfs sysfs /sys 2>/dev/null && mount -t bpf bpf /sys/fs/bpf 2>/dev/null && xdp=xdp
mount -t tmpfs -o mode=700 tmpfs "$1" && echo ${xdp:-no}
exec cat
"""


class BedError(RuntimeError):
    """The namespaces or interfaces could not be made; the text says what."""


@dataclass(frozen=True, slots=True)
class Link:
    """One veth pair. interface: its name at both ends. player, device: IPv4 addresses of the ends."""

    interface: str
    player: str
    device: str


class TestBed:
    """Made at once, links as they are asked for. `close` ends it; so does the end of this process."""

    __test__ = False  # no pytest class, in spite of its name

    def __init__(self) -> None:
        self._links: dict[str, Link] = {}
        self._holders: dict[Side, subprocess.Popen[str]] = {}
        self.xdp = True
        try:
            self._hold("player", [] if os.geteuid() == 0 else ["--user", "--map-root-user"])
            self._hold("device", [])
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End both namespaces, and with them the interfaces."""
        for holder in self._holders.values():
            holder.kill()
            holder.wait()
            for pipe in (holder.stdin, holder.stdout):
                if pipe:
                    pipe.close()

    def links(self, ports: Iterable[str]) -> dict[str, Link]:
        """Port -> its veth pair, made if it is new. BedError if that fails."""
        wanted = list(ports)
        new = [port for port in wanted if port not in self._links]
        made = {port: _link(len(self._links) + index, port) for index, port in enumerate(new)}
        if made:
            device = self._holders["device"].pid
            self._configure("player", (line for port, link in made.items() for line in _create(port, link, device)), made.values())
            self._configure("device", (line for port, link in made.items() for line in _addresses(port, link, "device")), made.values())
            self._come_up(made.values())
        self._links |= made
        return {port: self._links[port] for port in wanted}

    def enter(self, side: Side, command: Sequence[str]) -> list[str]:
        """`command`, to be run in that namespace."""
        within = ["nsenter", "--target", str(self._holders[side].pid), "--net", "--mount"]
        return [*within, *command] if os.geteuid() == 0 else [*within, "--user", "--preserve-credentials", *mortal(command)]

    def control(self, seen_by: Side) -> Path:
        """Where the device's control socket lies: in a file system of the device's namespace, which goes with that, however it ends."""
        path = _SOCKETS / "control"
        return path if seen_by == "device" else Path(f"/proc/{self._holders['device'].pid}/root{path}")

    def sysfs(self, side: Side) -> Path:
        """Where that side's kernel describes its interfaces."""
        return Path(f"/proc/{self._holders[side].pid}/root/sys")

    def _hold(self, side: Side, user: Sequence[str]) -> None:
        hold = ["sh", "-c", _HOLD, "sh", str(_SOCKETS)]
        command = ["unshare", *user, "--net", "--mount", *(hold if os.geteuid() == 0 else mortal(hold))]
        if self._holders and os.geteuid() != 0:
            command = ["nsenter", "--target", str(self._holders["player"].pid), "--user", "--preserve-credentials", *command]
        pipe = subprocess.PIPE
        holder = subprocess.Popen(
            mortal(command),
            stdin=pipe,
            stdout=pipe,
            stderr=subprocess.STDOUT,
            text=True,
            process_group=0,
        )
        self._holders[side] = holder
        assert holder.stdout
        answer = holder.stdout.readline().strip()
        if answer not in ("xdp", "no"):
            raise BedError(f"no network namespace can be made here: {answer or 'unshare says nothing'}")
        self.xdp = self.xdp and answer == "xdp"

    def _come_up(self, links: Iterable[Link]) -> None:
        """Wait until both ends of each are up: a busy kernel gets round to that later."""
        give_up = time.monotonic() + _START_S
        for link in links:
            for side in _SIDES:
                state = self.sysfs(side) / "class" / "net" / link.interface / "operstate"
                while state.exists() and state.read_text(encoding="ascii").strip() in ("down", "lowerlayerdown"):
                    if time.monotonic() > give_up:
                        raise BedError(f"{link.interface} of the test bed does not come up")
                    time.sleep(_LOOK_S)

    def _configure(self, side: Side, lines: Iterable[str], links: Iterable[Link]) -> None:
        plain = "; ".join(f"ethtool -K {link.interface} tx off tso off gso off gro off >/dev/null" for link in links)
        command = self.enter(side, ["sh", "-c", f"ip -batch - && {{ {plain}; }}"])
        text = "\n".join(lines) + "\n"
        run = subprocess.run(command, input=text, capture_output=True, text=True, timeout=_START_S, check=False)
        if run.returncode:
            said = (run.stderr or run.stdout).strip().splitlines()
            raise BedError(f"the test bed's interfaces cannot be made: {said[0] if said else f'ip ended with {run.returncode}'}")


@functools.cache
def shared_bed() -> TestBed:
    """The one that this process uses for run after run. BedError if none can be made."""
    return TestBed()


def drop_bed() -> None:
    """End it, if there is one: the next run gets a new one."""
    if shared_bed.cache_info().currsize:
        shared_bed().close()
    shared_bed.cache_clear()


@functools.cache
def bed_missing() -> str | None:
    """Why no test bed can be made on this machine, with the next step, or None."""
    if reason := missing_tools(_NEEDED):
        return reason
    try:
        TestBed().close()
    except (BedError, OSError) as error:
        return f"{error}; run as root, or allow user namespaces"
    return None


def _link(index: int, port: str) -> Link:
    subnet = "192.168.10" if port == "events" else f"192.168.{20 + index}"  # of `events`: the defaults of its settings
    return Link(f"tp{index}_{port}"[:15], f"{subnet}.2", f"{subnet}.1")


def _mac(link: Link, side: Side) -> str:
    number = 0 if link.device == "192.168.10.1" else int(link.device.split(".")[2])
    return f"02:54:50:00:{number:02x}:{'01' if side == 'device' else '02'}"


def _create(port: str, link: Link, device: int) -> Iterable[str]:
    # Numbers of the ends that differ: otherwise the kernel takes up to a second to notice that an interface has come up.
    number = 100 + int(link.player.split(".")[2])
    both = [f"index {number + 256 * (side == 'device')} mtu {_MTU} address {_mac(link, side)}" for side in ("player", "device")]
    yield f"link add {link.interface} {both[0]} type veth peer name {link.interface} {both[1]} netns {device}"
    yield from _addresses(port, link, "player")


def _addresses(port: str, link: Link, side: Side) -> Iterable[str]:
    """Neighbours are permanent, so that nobody has to ask; an interface of a feed asks nobody at all."""
    own, other = (link.player, link.device) if side == "player" else (link.device, link.player)
    yield f"addr add {own}/24 dev {link.interface}"
    yield f"link set {link.interface} up" + (" arp off" if port.startswith("feed") else "")
    if not port.startswith("feed"):
        yield f"neigh replace {other} lladdr {_mac(link, 'device' if side == 'player' else 'player')} nud permanent dev {link.interface}"
