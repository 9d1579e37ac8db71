// SPDX-License-Identifier: Apache-2.0
// Throws generated and damaged frames, stream bytes and control requests at a device that runs elsewhere (gateway or tickproof-rtl),
// all at once, and reads what comes back without a thought. The device must live: at the end it has to answer on its control socket.
//   fuzz_sockets CONTROL CLIENT EXCHANGE FEED_A FEED_B --cases 10000 --seed 1
// CLIENT, EXCHANGE: ADDRESS:PORT, the latter our own. FEED_A, FEED_B: interfaces. The seed decides what is sent, not when it arrives.
#include <cstdio>

#include "host/common/error.h"
#include "host/common/fuzz/run.h"
#include "host/gateway/fuzz/peers.h"

namespace {

using namespace tickproof;
using namespace tickproof::gateway::fuzz;

void throw_all(const Range& range, char** names) {
    Random random(range.seed);
    Lines lines(random, names[3], names[4]);
    StreamPeer client(random, parse_endpoint("CLIENT", names[1]), StreamPeer::Kind::connects);
    StreamPeer exchange(random, parse_endpoint("EXCHANGE", names[2]), StreamPeer::Kind::listens);
    ControlPeer control(random, names[0]);
    OrderInputs orders(random);
    for (current_case = 0; current_case < range.end; ++current_case) {
        lines.step();
        if (random.one_in(4)) client.step([&] { return orders.client(); });
        if (random.one_in(4)) exchange.step([&] { return orders.exchange(); });
        if (random.one_in(10)) control.step();
    }
    control.demand_answer([&] { client.hear(), exchange.hear(); });
    const auto said = [](const StreamPeer& peer) { return static_cast<unsigned long long>(peer.heard()); };
    std::printf("the device said %llu bytes to the client, %llu to the exchange\n", said(client), said(exchange));
}

}  // namespace

int main(int count, char** words) {
    constexpr int kNames = 5;
    if (count <= kNames) {
        std::fputs("usage: fuzz_sockets CONTROL CLIENT EXCHANGE FEED_A FEED_B [--cases N] [--seed S]\n", stderr);
        return 2;
    }
    const auto range = parse(count - kNames, words + kNames);
    if (!range) return 2;
    try {
        throw_all(*range, words + 1);
    } catch (const HostError& error) {
        require(false, error.what());
    }
    print(*range);
}
