// SPDX-License-Identifier: Apache-2.0
// Two addresses, one output: what went to them comes in the order in which it went, not socket by socket, and says to which it went.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "host/common/clock.h"
#include "host/common/file_descriptor.h"
#include "host/common/tests/expect.h"
#include "host/wire/udp_port.h"

using namespace tickproof;
using namespace tickproof::wire;
using tickproof::testing::expect;

namespace {

constexpr std::uint32_t kLoopback = INADDR_LOOPBACK;
constexpr useconds_t kLaterUs = 5000;
constexpr int kTries = 1000;

sockaddr_in at(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(kLoopback);
    address.sin_port = htons(port);
    return address;
}

// One that nobody has.
std::uint16_t free_port() {
    const FileDescriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_in address = at(0);
    socklen_t size = sizeof address;
    expect(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0);
    expect(::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
    return ntohs(address.sin_port);
}

}  // namespace

int main() {
    const std::array ports{free_port(), free_port()};
    FramePortOptions options;
    options.send = false;
    const auto receiver = open_udp_port("lo", {{kLoopback, ports[0]}, {kLoopback, ports[1]}}, options);
    expect(receiver->descriptors().size() == 2);
    const FileDescriptor sender(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const auto send = [&](std::size_t to, std::uint8_t byte) {
        const sockaddr_in address = at(ports[to]);
        expect(::sendto(sender.get(), &byte, 1, 0, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 1);
    };
    RxFrame frame;
    // A kernel begins to stamp some time after it was asked to; until then a datagram has the time at which it was read.
    bool stamped = false;
    for (int tries = 0; tries < kTries && !stamped; ++tries) {
        send(0, 0);
        ::usleep(kLaterUs);
        const std::int64_t read = monotonic_ns();
        expect(receiver->receive(frame));
        stamped = frame.time_ns < read;
    }
    expect(stamped);

    constexpr std::array<std::size_t, 7> kTo{1, 0, 1, 1, 0, 0, 1};
    for (std::size_t index = 0; index < kTo.size(); ++index) send(kTo[index], static_cast<std::uint8_t>(index));
    ::usleep(kLaterUs);
    for (std::size_t index = 0; index < kTo.size(); ++index) {
        expect(receiver->receive(frame));
        expect(frame.bytes.size() == 1 && frame.bytes[0] == index && frame.address == kTo[index]);
    }
    expect(!receiver->receive(frame));
    expect(receiver->dropped() == 0);
}
