// SPDX-License-Identifier: Apache-2.0
// plan.conf as docs/wire.md has it.
#include "host/common/tests/expect.h"
#include "host/wire/plan.h"
#include "host/wire/tests/folder.h"

using namespace tickproof::wire;
using tickproof::testing::expect;
using tickproof::testing::expect_equal;

int main() {
    const tickproof::testing::Folder folder;
    std::ofstream(folder.path() / "plan.conf")
        << "# all lines there are\n"
           "control unix /run/device   # its socket\n"
           "\n"
           "in feed_a raw veth0\n"
           "in feed_b xdp veth1\n"
           "stream client connect 10.0.0.1 7000\n"
           "out events udp veth2 192.168.10.2 30100\n"
           "also events 239.1.2.3 30101\n"
           "records events\n"
           "stream exchange listen 10.0.0.2 65535\n"
           "out bbo raw veth3\n"
           "end 1\nquiet 2\nstall 3\nlimit 4\nburst 5\ncpu 6\ntimestamps hardware\nonload required\n";
    const Plan plan = read_plan(folder.path());
    expect_equal(plan.control.value(), "/run/device");
    expect(plan.ins.size() == 2 && plan.ins[1].transport == Transport::xdp && plan.ins[1].interface == "veth1");
    expect(plan.outs.size() == 2 && plan.outs[0].only == std::vector<Address>{{0xC0A80A02, 30100}, {0xEF010203, 30101}} && plan.outs[0].records);
    expect(plan.outs[1].only.empty() && !plan.outs[1].records && plan.outs[1].transport == Transport::raw);
    expect(plan.streams.size() == 2 && !plan.streams[0].listens && plan.streams[1].listens && plan.streams[1].address.port == 65535);
    // What sends wait for is counted over outputs and streams in their order: client, events, exchange, bbo.
    expect(plan.awaited.size() == 4);
    expect(plan.awaited[0].stream && !plan.awaited[1].stream && plan.awaited[2].stream && plan.awaited[2].index == 1 &&
           plan.awaited[3].index == 1);
    expect(plan.end_ns == 1 && plan.quiet_ns == 2 && plan.stall_ns == 3 && plan.limit_ns == 4 && plan.burst == 5 && plan.cpu == 6);
    expect(plan.hardware_stamps && plan.onload);
}
