// SPDX-License-Identifier: Apache-2.0
#include "host/common/send_batch.h"

#include "host/common/clock.h"
#include "host/common/error.h"

namespace tickproof {

SendBatch::SendBatch() {
    for (std::size_t index = 0; index < kMessages; ++index) {
        messages_[index].msg_hdr.msg_iov = &parts_[index];
        messages_[index].msg_hdr.msg_iovlen = 1;
    }
}

void SendBatch::add(std::span<const std::uint8_t> bytes) {
    parts_[queued_++] = {const_cast<std::uint8_t*>(bytes.data()), bytes.size()};  // sendmmsg does not write there
}

void SendBatch::add(std::span<const std::uint8_t> bytes, const sockaddr_in& to) {
    addresses_[queued_] = to;
    messages_[queued_].msg_hdr.msg_name = &addresses_[queued_];
    messages_[queued_].msg_hdr.msg_namelen = sizeof to;
    add(bytes);
}

void SendBatch::flush(int socket, const Interface& interface) {
    const std::int64_t give_up = monotonic_ns() + kSecond;
    for (std::size_t sent = 0; sent < queued_;) {
        const int count = sendmmsg(socket, &messages_[sent], static_cast<unsigned>(queued_ - sent), MSG_DONTWAIT);
        if (count > 0) {
            sent += static_cast<std::size_t>(count);
            continue;
        }
        const int why = errno;
        interface.check();
        // The driver's queue is full, or the socket's memory is used up, for a moment.
        const bool busy = why == EAGAIN || why == ENOBUFS || why == EINTR;
        if (busy && monotonic_ns() <= give_up) continue;
        errno = why;
        throw system_error(interface.name(), "the interface takes nothing");
    }
    queued_ = 0;
}

}  // namespace tickproof
