// SPDX-License-Identifier: Apache-2.0
// docs/wire.md, "The device's side": links over real TCP connections of this machine.
#include <sys/socket.h>

#include <cstdint>
#include <memory>
#include <string>

#include "host/common/clock.h"
#include "host/common/device_link.h"
#include "host/common/error.h"
#include "host/common/tests/expect.h"

namespace {

using namespace tickproof;
using namespace tickproof::testing;
using Event = DeviceLink::Event;

constexpr std::int64_t kPatience = 5 * kSecond;

std::span<const std::uint8_t> bytes_of(const std::string& text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

const sockaddr* generic(const Endpoint& endpoint) { return reinterpret_cast<const sockaddr*>(&endpoint.address); }

FileDescriptor tcp() { return FileDescriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)); }

// A port of this machine that nobody has.
Endpoint free_endpoint() {
    Endpoint endpoint = parse_endpoint("test", "127.0.0.1:1");
    endpoint.address.sin_port = 0;
    const FileDescriptor probe = tcp();
    socklen_t size = sizeof endpoint.address;
    expect(::bind(probe.get(), generic(endpoint), size) == 0 && ::getsockname(probe.get(), reinterpret_cast<sockaddr*>(&endpoint.address), &size) == 0);
    return endpoint;
}

FileDescriptor connect_to(const Endpoint& endpoint) {
    FileDescriptor peer = tcp();
    expect(::connect(peer.get(), generic(endpoint), sizeof endpoint.address) == 0);
    return peer;
}

FileDescriptor listen_at(const Endpoint& endpoint) {
    FileDescriptor listener = tcp();
    const int on = 1;
    ::setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    expect(::bind(listener.get(), generic(endpoint), sizeof endpoint.address) == 0 && ::listen(listener.get(), 1) == 0);
    return listener;
}

// What happens next, and the bytes of it.
std::string next(DeviceLink& link) {
    const std::int64_t deadline = monotonic_ns() + kPatience;
    while (monotonic_ns() < deadline) {
        switch (link.poll()) {
            case Event::none: break;
            case Event::up: return "up";
            case Event::down: return "down";
            case Event::bytes: return "bytes " + std::string(link.received().begin(), link.received().end());
        }
    }
    return "nothing";
}

// All that the peer gets until the end of the stream.
std::string read_to_the_end(DeviceLink& link, const FileDescriptor& peer) {
    std::string all(1 << 20, ' ');
    std::size_t size = 0;
    for (;;) {
        expect(link.poll() == Event::none);
        if (size + 65536 > all.size()) all.resize(all.size() * 2);
        const ssize_t count = ::recv(peer.get(), all.data() + size, 65536, MSG_DONTWAIT);
        if (count == 0) break;
        if (count > 0) size += static_cast<std::size_t>(count);
    }
    all.resize(size);
    return all;
}

void a_client_comes_speaks_and_goes() {
    const Endpoint here = free_endpoint();
    ClientLink link(here);
    expect(link.poll() == Event::none);
    FileDescriptor peer = connect_to(here);
    expect_equal(next(link), "up");
    ::send(peer.get(), "hello", 5, 0);
    expect_equal(next(link), "bytes hello");
    ::send(peer.get(), "last", 4, 0);
    peer.close();
    expect_equal(next(link), "bytes last");
    expect_equal(next(link), "down");
    link.close_when_sent();
    peer = connect_to(here);
    expect_equal(next(link), "up");
}

void bytes_that_wait_are_stamped_when_they_came() {
    const Endpoint here = free_endpoint();
    ClientLink link(here);
    link.stamp_arrivals();
    FileDescriptor peer = connect_to(here);
    expect_equal(next(link), "up");
    // A kernel switches its stamps on in its own time after it was asked to; until then it stamps with the time of reading.
    bool in_time = false;
    for (const std::int64_t deadline = monotonic_ns() + kPatience; !in_time && monotonic_ns() < deadline;) {
        expect(::send(peer.get(), "early", 5, 0) == 5);  // on this machine they have arrived when this returns
        const std::int64_t sent = monotonic_ns();
        while (monotonic_ns() < sent + kSecond / 50) {}
        expect_equal(next(link), "bytes early");
        in_time = link.received_ns() < sent + kSecond / 100;
    }
    expect(in_time);
}

void after_a_fin_what_was_decided_still_goes() {
    const Endpoint here = free_endpoint();
    ClientLink link(here);
    const FileDescriptor peer = connect_to(here);
    expect_equal(next(link), "up");
    link.send(bytes_of("before"));
    ::shutdown(peer.get(), SHUT_WR);
    expect_equal(next(link), "down");
    link.send(bytes_of(" and after"));
    link.close_when_sent();
    expect_equal(read_to_the_end(link, peer), "before and after");
}

void a_second_client_waits_for_the_first_to_be_closed() {
    const Endpoint here = free_endpoint();
    ClientLink link(here);
    FileDescriptor first = connect_to(here);
    expect_equal(next(link), "up");
    const FileDescriptor second = connect_to(here);
    ::send(second.get(), "second", 6, 0);
    ::send(first.get(), "first", 5, 0);
    expect_equal(next(link), "bytes first");
    first.close();
    expect_equal(next(link), "down");
    for (int turn = 0; turn < 100; ++turn) expect(link.poll() == Event::none);
    link.close_when_sent();
    expect_equal(next(link), "up");
    expect_equal(next(link), "bytes second");
}

void a_reset_takes_the_link_down_and_drops_what_waits() {
    const Endpoint here = free_endpoint();
    ClientLink link(here);
    FileDescriptor peer = connect_to(here);
    expect_equal(next(link), "up");
    const linger at_once{1, 0};
    ::setsockopt(peer.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    peer.close();
    expect_equal(next(link), "down");
    link.send(bytes_of("nobody hears this"));
    expect(link.all_sent());
    link.close_when_sent();
    peer = connect_to(here);
    expect_equal(next(link), "up");
}

void the_exchange_is_tried_until_it_is_there() {
    const Endpoint there = free_endpoint();
    ExchangeLink link(there);
    const std::int64_t before = monotonic_ns();
    while (monotonic_ns() < before + kSecond / 50) expect(link.poll() == Event::none);
    FileDescriptor listener = listen_at(there);
    expect_equal(next(link), "up");
    FileDescriptor peer(::accept(listener.get(), nullptr, nullptr));
    link.send(bytes_of("order"));
    link.flush();
    std::string got(5, ' ');
    expect(::recv(peer.get(), got.data(), got.size(), MSG_WAITALL) == 5);
    expect_equal(got, "order");
    peer.close();
    expect_equal(next(link), "down");
    link.close_when_sent();
    expect_equal(next(link), "up");  // the listener is still there
}

void a_peer_that_does_not_read_loses_nothing() {
    const Endpoint here = free_endpoint();
    ClientLink link(here, 1 << 20);
    const FileDescriptor peer = connect_to(here);
    expect_equal(next(link), "up");
    std::string sent;
    for (char letter = 'a'; link.room() >= 10'000; letter = letter == 'z' ? 'a' : static_cast<char>(letter + 1)) {
        const std::string part(10'000, letter);
        link.send(bytes_of(part));
        link.flush();
        sent += part;
    }
    expect(sent.size() > 1'000'000 && !link.all_sent());
    ::shutdown(peer.get(), SHUT_WR);
    expect_equal(next(link), "down");
    link.close_when_sent();
    expect(read_to_the_end(link, peer) == sent);
}

std::string error_of(const std::string& text) {
    try {
        parse_endpoint("--client", text);
    } catch (const HostError& error) {
        return error.what();
    }
    return "";
}

void addresses_are_read_strictly() {
    expect_equal(error_of("10.0.0.1:9000"), "");
    for (const std::string wrong : {"10.0.0.1", "10.0.0.1:", "10.0.0.1:0", "10.0.0.1:65536", "10.0.0.1:9x", "localhost:9000", ":9000"}) {
        expect_equal(error_of(wrong), "--client: not an address (got " + wrong + ", expected IPV4:PORT)");
    }
}

void an_address_in_use_is_an_error() {
    const Endpoint here = free_endpoint();
    const FileDescriptor owner = listen_at(here);
    try {
        ClientLink link(here);
    } catch (const HostError& error) {
        expect_equal(error.what(), "127.0.0.1:1: cannot listen (got Address already in use)");
        return;
    }
    expect(false);
}

}  // namespace

int main() {
    a_client_comes_speaks_and_goes();
    bytes_that_wait_are_stamped_when_they_came();
    after_a_fin_what_was_decided_still_goes();
    a_second_client_waits_for_the_first_to_be_closed();
    a_reset_takes_the_link_down_and_drops_what_waits();
    the_exchange_is_tried_until_it_is_there();
    a_peer_that_does_not_read_loses_nothing();
    addresses_are_read_strictly();
    an_address_in_use_is_an_error();
}
