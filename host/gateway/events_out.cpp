// SPDX-License-Identifier: Apache-2.0
#include "host/gateway/events_out.h"

#include <sys/socket.h>

#include <cstring>
#include <string>

#include "host/common/bytes.h"
#include "host/common/error.h"

namespace tickproof::gateway {
namespace {

constexpr int kSendBuffer = 8 << 20;
constexpr int kTimeToLive = 64;

}  // namespace

EventsOut::EventsOut(const Interface& interface, const GlobalSettings& settings, const std::atomic<bool>& stop) : interface_(interface), stop_(stop) { address(settings); }

void EventsOut::put(std::span<const std::uint8_t, record::kLength> bytes) {
    std::uint8_t* place = waiting_.data() + waiting_bytes_;
    std::memcpy(place, bytes.data(), bytes.size());
    store_be(place + record::number.offset, static_cast<std::uint32_t>(records_));
    store_be(place + record::stamp.offset, ++records_);
    waiting_bytes_ += bytes.size();
    if (waiting_bytes_ == waiting_.size()) flush();
}

void EventsOut::flush() {
    if (waiting_bytes_ == 0) return;
    const auto* to = reinterpret_cast<const sockaddr*>(&destination_);
    while (::sendto(socket_.get(), waiting_.data(), waiting_bytes_, MSG_DONTWAIT, to, sizeof destination_) < 0) {
        if (errno != EAGAIN && errno != ENOBUFS && errno != EINTR) throw system_error(interface_.name(), "cannot send records");
        interface_.check();
        if (stop_.load(std::memory_order_relaxed)) break;
    }
    waiting_bytes_ = 0;
}

void EventsOut::address(const GlobalSettings& settings) {
    destination_.sin_family = AF_INET;
    destination_.sin_addr.s_addr = htonl(settings.events_dst_ip);
    destination_.sin_port = htons(settings.events_dst_port);
    if (socket_ && settings.events_src_port == source_port_) return;
    source_port_ = settings.events_src_port;
    socket_ = open(source_port_);
}

FileDescriptor EventsOut::open(std::uint16_t source_port) const {
    const auto fail = [&](const char* what) { return system_error(interface_.name() + ": port " + std::to_string(source_port), what); };
    FileDescriptor made(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!made) throw fail("no UDP socket");
    const std::string& name = interface_.name();
    if (::setsockopt(made.get(), SOL_SOCKET, SO_BINDTODEVICE, name.c_str(), static_cast<socklen_t>(name.size() + 1)) < 0) throw fail("cannot bind to the interface");
    const auto set = [&](int level, int option, int value) { ::setsockopt(made.get(), level, option, &value, sizeof value); };
    if (::setsockopt(made.get(), SOL_SOCKET, SO_SNDBUFFORCE, &kSendBuffer, sizeof kSendBuffer) < 0) set(SOL_SOCKET, SO_SNDBUF, kSendBuffer);
    set(SOL_SOCKET, SO_NO_CHECK, 1);
    set(IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO);  // DF; an unconnected socket's datagrams then have identification 0
    set(IPPROTO_IP, IP_TTL, kTimeToLive);
    set(IPPROTO_IP, IP_MULTICAST_TTL, kTimeToLive);
    set(IPPROTO_IP, IP_MULTICAST_LOOP, 0);
    sockaddr_in own{};
    own.sin_family = AF_INET;
    own.sin_port = htons(source_port);
    if (::bind(made.get(), reinterpret_cast<const sockaddr*>(&own), sizeof own) < 0) throw fail("cannot bind");
    return made;
}

}  // namespace tickproof::gateway
