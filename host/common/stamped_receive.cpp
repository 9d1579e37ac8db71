// SPDX-License-Identifier: Apache-2.0
#include "host/common/stamped_receive.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "host/common/clock.h"

namespace tickproof {

ssize_t receive_stamped(int socket, std::span<std::uint8_t> into, int flags, const StampClock& stamps, std::int64_t& arrived_ns) {
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(timespec))> control;
    iovec part{into.data(), into.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t count = ::recvmsg(socket, &message, flags | MSG_DONTWAIT);
    arrived_ns = monotonic_ns();
    const cmsghdr* stamp = count > 0 ? CMSG_FIRSTHDR(&message) : nullptr;
    if (stamp && stamp->cmsg_level == SOL_SOCKET && stamp->cmsg_type == SO_TIMESTAMPNS) {
        timespec time;
        std::memcpy(&time, CMSG_DATA(stamp), sizeof time);
        arrived_ns = std::min(arrived_ns, stamps.to_monotonic(to_ns(time)));
    }
    return count;
}

}  // namespace tickproof
