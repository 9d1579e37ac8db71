// SPDX-License-Identifier: Apache-2.0
#include "host/common/device_link.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "host/common/clock.h"
#include "host/common/error.h"
#include "host/common/stamped_receive.h"

namespace tickproof {
namespace {

constexpr std::size_t kIncoming = 16384;  // what one `poll` takes up: bounded, so that other inputs get their turn
constexpr std::int64_t kRetryNs = 250'000;

void set_option(int socket, int level, int option, int value) { ::setsockopt(socket, level, option, &value, sizeof value); }

FileDescriptor tcp_socket(const std::string& where) {
    FileDescriptor made(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!made) throw system_error(where, "no TCP socket");
    return made;
}

const sockaddr* generic(const sockaddr_in& address) { return reinterpret_cast<const sockaddr*>(&address); }

// A connection to a free local port can meet itself: the kernel picked the same number for our own end.
bool is_connected_to_itself(int socket) {
    sockaddr_in own{}, peer{};
    socklen_t own_size = sizeof own, peer_size = sizeof peer;
    ::getsockname(socket, reinterpret_cast<sockaddr*>(&own), &own_size);
    ::getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &peer_size);
    return own.sin_port == peer.sin_port && own.sin_addr.s_addr == peer.sin_addr.s_addr;
}

}  // namespace

Endpoint parse_endpoint(const std::string& option, const std::string& text) {
    Endpoint endpoint{{}, text};
    endpoint.address.sin_family = AF_INET;
    const std::size_t colon = text.rfind(':');
    unsigned port = 0;
    if (colon != std::string::npos) {
        const char* end = text.data() + text.size();
        const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, port);
        const bool good = error == std::errc{} && stop == end && port > 0 && port < 65536;
        if (good && ::inet_pton(AF_INET, text.substr(0, colon).c_str(), &endpoint.address.sin_addr) == 1) {
            endpoint.address.sin_port = htons(static_cast<std::uint16_t>(port));
            return endpoint;
        }
    }
    throw HostError(option + ": not an address (got " + text + ", expected IPV4:PORT)");
}

DeviceLink::DeviceLink(std::size_t outgoing_bytes) : incoming_(kIncoming), outgoing_(outgoing_bytes) {}

DeviceLink::Event DeviceLink::poll() {
    if (!connection_) {
        connection_ = establish();
        if (!connection_) return Event::none;
        set_option(connection_.get(), IPPROTO_TCP, TCP_NODELAY, 1);
        if (stamps_) set_option(connection_.get(), SOL_SOCKET, SO_TIMESTAMPNS, 1);
        up_ = true;
        broken_ = closing_ = false;
        begin_ = end_ = 0;
        return Event::up;
    }
    if (!all_sent()) flush();
    if (up_) return take();
    if (closing_ && all_sent()) connection_.close();
    return Event::none;
}

DeviceLink::Event DeviceLink::take() {
    const ssize_t count = stamps_ ? receive_stamped(connection_.get(), incoming_, 0, *stamps_, received_ns_)
                                  : ::recv(connection_.get(), incoming_.data(), incoming_.size(), MSG_DONTWAIT);
    if (count > 0) {
        received_ = {incoming_.data(), static_cast<std::size_t>(count)};
        return Event::bytes;
    }
    if (count < 0) {
        if (errno == EAGAIN || errno == EINTR) return Event::none;
        finish();  // a reset: nobody reads any more
    }
    up_ = false;
    return Event::down;
}

void DeviceLink::finish() {
    broken_ = true;
    begin_ = end_ = 0;
}

void DeviceLink::send(std::span<const std::uint8_t> bytes) {
    if (!connection_ || broken_ || bytes.empty()) return;
    if (bytes.size() > room()) throw HostError("TCP: more to send than the buffer holds (got " + std::to_string(bytes.size()) + ", expected at most " + std::to_string(room()) + ")");
    if (bytes.size() > outgoing_.size() - end_) {
        std::memmove(outgoing_.data(), outgoing_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    std::memcpy(outgoing_.data() + end_, bytes.data(), bytes.size());
    end_ += bytes.size();
}

void DeviceLink::flush() {
    while (!all_sent()) {
        const ssize_t count = ::send(connection_.get(), outgoing_.data() + begin_, end_ - begin_, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (count < 0) {
            if (errno == EINTR) continue;
            if (errno != EAGAIN) finish();  // what the peer did is told by the receiving direction
            return;
        }
        begin_ += static_cast<std::size_t>(count);
    }
    begin_ = end_ = 0;
}

ClientLink::ClientLink(const Endpoint& listen_at, std::size_t outgoing_bytes) : DeviceLink(outgoing_bytes), listener_(tcp_socket(listen_at.text)) {
    set_option(listener_.get(), SOL_SOCKET, SO_REUSEADDR, 1);
    if (::bind(listener_.get(), generic(listen_at.address), sizeof listen_at.address) < 0 || ::listen(listener_.get(), 16) < 0) throw system_error(listen_at.text, "cannot listen");
}

FileDescriptor ClientLink::establish() { return FileDescriptor(::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)); }

ExchangeLink::ExchangeLink(const Endpoint& connect_to, std::size_t outgoing_bytes) : DeviceLink(outgoing_bytes), peer_(connect_to) { tcp_socket(peer_.text); }

FileDescriptor ExchangeLink::establish() {
    if (!attempt_) {
        if (monotonic_ns() < next_attempt_ns_) return {};
        attempt_ = tcp_socket(peer_.text);
        if (::connect(attempt_.get(), generic(peer_.address), sizeof peer_.address) < 0 && errno != EINPROGRESS) {
            retry_later();
            return {};
        }
    }
    pollfd ready{attempt_.get(), POLLOUT, 0};
    if (::poll(&ready, 1, 0) == 0) return {};
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(attempt_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0 || is_connected_to_itself(attempt_.get())) {
        retry_later();
        return {};
    }
    return std::move(attempt_);
}

void ExchangeLink::retry_later() {
    attempt_.close();
    next_attempt_ns_ = monotonic_ns() + kRetryNs;
}

}  // namespace tickproof
