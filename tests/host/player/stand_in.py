# SPDX-License-Identifier: Apache-2.0
"""A stand-in for a device: answers control, sends every frame back as it came, echoes streams. A program, run at the other end of a veth.

stand_in.py [--control PATH [--die-after REQUESTS] [--refuse SETTING] [--think MS]] [--echo INTERFACE] [--also HEX ...] [--flood HEX]
            [--serve ADDRESS:PORT] [--connect ADDRESS:PORT]

--think: for so long before it answers a control record. --also: frames that go out before the first echo. --flood: on SIGUSR1 this one
goes out 20,000 times, then `flooded` is printed.
Prints `ready`; ends on SIGTERM.
"""

from __future__ import annotations

import argparse
import os
import selectors
import signal
import socket
import struct
import time
from collections.abc import Callable

SO_RCVBUFFORCE = 33
SOL_PACKET, PACKET_IGNORE_OUTGOING = 263, 23
HELLO, COUNTERS, SYNC, REFUSED = 0x70, 0x71, 0x72, 0x80
ORIGIN_NS = 123_456_789
SLOWDOWN = 7
FLOOD = 20_000
COUNTERS_ANSWER = struct.pack("<3Q", 5, 6, 2**64 - 1)


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("--control", "--echo", "--serve", "--connect"):
        parser.add_argument(name)
    parser.add_argument("--flood", default="")
    parser.add_argument("--also", action="append", default=[])
    for name, default in (("--die-after", 10**9), ("--refuse", -1), ("--think", 0)):
        parser.add_argument(name, type=int, default=default)
    options = parser.parse_args()
    loop = selectors.DefaultSelector()
    if options.control:
        control(loop, options.control, options.die_after, options.refuse, options.think / 1000)
    if options.echo:
        echo(loop, options.echo, [bytes.fromhex(text) for text in options.also], bytes.fromhex(options.flood))
    if options.serve:
        serve(loop, options.serve)
    connection = None
    print("ready", flush=True)
    while True:
        if options.connect and (connection is None or connection.fileno() < 0):
            connection = connect(loop, options.connect)
        for key, _ in loop.select(0.001 if options.connect else None):
            key.data()


def control(loop: selectors.BaseSelector, path: str, die_after: int, refuse: int, think_s: float) -> None:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(path)
    listener.listen()
    left = die_after

    def accept() -> None:
        peer, _ = listener.accept()
        loop.register(peer, selectors.EVENT_READ, lambda: answer(peer))

    def answer(peer: socket.socket) -> None:
        nonlocal left
        request = peer.recv(4096)
        if not request:
            loop.unregister(peer)
            return peer.close()
        if left == 0:
            os._exit(9)
        left -= 1
        op, setting = request[0], struct.unpack(">I", request[4:8])[0]
        if op == HELLO:
            peer.send(b"TPDV" + struct.pack("<IQII8x", 1, ORIGIN_NS, SLOWDOWN, 2))
        elif op == COUNTERS:
            peer.send(COUNTERS_ANSWER)
        else:
            time.sleep(think_s)
            peer.send(bytes([op | (REFUSED if op == 0 and setting == refuse else 0)]) + request[1:])
        return None

    loop.register(listener, selectors.EVENT_READ, accept)


def echo(loop: selectors.BaseSelector, interface: str, also: list[bytes], flood: bytes) -> None:
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    wire.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
    wire.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 26)
    wire.bind((interface, 3))  # ETH_P_ALL

    def reflect() -> None:
        frame = wire.recv(65536)
        while also:
            wire.send(also.pop(0))
        wire.send(frame)

    def on_signal(*_: object) -> None:
        for _ in range(FLOOD):
            wire.send(flood)
        print("flooded", flush=True)

    signal.signal(signal.SIGUSR1, on_signal)
    loop.register(wire, selectors.EVENT_READ, reflect)


def parse(text: str) -> tuple[str, int]:
    address, _, port = text.partition(":")
    return address, int(port)


def echo_stream(loop: selectors.BaseSelector, stream: socket.socket) -> Callable[[], None]:
    def reflect() -> None:
        data = stream.recv(65536)
        if data:
            stream.sendall(data)
            return
        stream.sendall(b"bye")  # what was decided before the end of their direction still goes
        loop.unregister(stream)
        stream.close()

    return reflect


def serve(loop: selectors.BaseSelector, where: str) -> None:
    listener = socket.create_server(parse(where))

    def accept() -> None:
        stream, _ = listener.accept()
        loop.register(stream, selectors.EVENT_READ, echo_stream(loop, stream))

    loop.register(listener, selectors.EVENT_READ, accept)


def connect(loop: selectors.BaseSelector, where: str) -> socket.socket | None:
    try:
        stream = socket.create_connection(parse(where), timeout=1)
    except OSError:
        return None
    stream.sendall(b"hello")
    loop.register(stream, selectors.EVENT_READ, echo_stream(loop, stream))
    return stream


if __name__ == "__main__":
    main()
