// SPDX-License-Identifier: Apache-2.0
#include "host/gateway/feed_socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <string>

#include "host/common/error.h"

namespace tickproof::gateway {
namespace {

constexpr int kReceiveBuffer = 64 << 20;

std::string where(const Interface& interface, const in_addr& group, std::uint16_t port) {
    std::array<char, INET_ADDRSTRLEN> text{};
    inet_ntop(AF_INET, &group, text.data(), text.size());
    return interface.name() + ": " + text.data() + ":" + std::to_string(port);
}

}  // namespace

DatagramBatch::DatagramBatch() : headers_{} {
    for (std::size_t index = 0; index < kMost; ++index) {
        vectors_[index] = {bytes_[index].data(), kRoom};
        headers_[index].msg_hdr.msg_iov = &vectors_[index];
        headers_[index].msg_hdr.msg_iovlen = 1;
    }
}

std::size_t DatagramBatch::receive(int socket) {
    const int count = ::recvmmsg(socket, headers_.data(), kMost, MSG_DONTWAIT, nullptr);
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno == EAGAIN || errno == EINTR) return 0;
    throw system_error("feed", "cannot receive");
}

FeedSocket::FeedSocket(const Interface& interface, std::uint32_t group, std::uint16_t port) : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(group);
    address.sin_port = htons(port);
    // A text only where it is needed: nothing is allocated when a commit moves a line.
    const auto fail = [&](const char* what) { return system_error(where(interface, address.sin_addr, port), what); };
    if (!socket_) throw fail("no UDP socket");
    const int on = 1, off = 0;
    // Both lines may have the same group and port, and other programs may listen to the same feed.
    ::setsockopt(get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    // Two lines of one group are told apart by their interface, not only by what was joined there. Where it is not permitted, IP_MULTICAST_ALL does it.
    ::setsockopt(get(), SOL_SOCKET, SO_BINDTODEVICE, interface.name().c_str(), static_cast<socklen_t>(interface.name().size() + 1));
    // Without this a socket gets the groups that other sockets of this machine joined, too.
    ::setsockopt(get(), IPPROTO_IP, IP_MULTICAST_ALL, &off, sizeof off);
    // Room for bursts while this process is not running: as much as asked for by who may, else what the system allows.
    if (::setsockopt(get(), SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBuffer, sizeof kReceiveBuffer) < 0) {
        ::setsockopt(get(), SOL_SOCKET, SO_RCVBUF, &kReceiveBuffer, sizeof kReceiveBuffer);
    }
    if (::bind(get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0) throw fail("cannot bind");
    if (!IN_MULTICAST(group)) return;
    ip_mreqn membership{};
    membership.imr_multiaddr = address.sin_addr;
    membership.imr_ifindex = interface.index();
    if (::setsockopt(get(), IPPROTO_IP, IP_ADD_MEMBERSHIP, &membership, sizeof membership) < 0) throw fail("cannot join the group");
}

}  // namespace tickproof::gateway
