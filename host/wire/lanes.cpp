// SPDX-License-Identifier: Apache-2.0
#include "host/wire/lanes.h"

#include "host/common/clock.h"

namespace tickproof::wire {

void FrameLane::send(std::int64_t until_ns, std::size_t burst) {
    batch_.clear();
    while (batch_.size() < burst && due() <= until_ns && frames_.send(bytes())) {
        batch_.push_back(due());
        pass();
    }
    if (batch_.empty()) stick();
    const std::int64_t now = monotonic_ns();
    frames_.flush();
    for (const std::int64_t due_ns : batch_) went(due_ns, now, now);
}

void StreamLane::send(std::int64_t until_ns, std::size_t burst) {
    for (std::size_t count = 0; count < burst && due() <= until_ns; ++count) {
        if (head().flags == flag::link_up) {
            send_link_up();
        } else if (head().flags == flag::link_down) {
            send_link_down();
        } else {
            send_bytes();
        }
    }
}

void StreamLane::send_link_up() {
    if (!stream_.down()) return stick();  // the connection before is still being read to its end
    const std::int64_t due_ns = due(), now = monotonic_ns();
    stream_.begin();
    went(due_ns, now, now);
    pass();
    hold();
}

void StreamLane::send_link_down() {
    const std::int64_t due_ns = due(), now = monotonic_ns();
    if (stream_.up()) {
        stream_.end();
        went(due_ns, now, now);
    } else {
        never_went();
    }
    pass();
}

void StreamLane::send_bytes() {
    const std::int64_t now = monotonic_ns();
    const auto count = stream_.send(bytes().subspan(gone_));
    if (!count) {
        gone_ = 0;
        never_went();
        return pass();
    }
    if (*count == 0) return stick();
    if (gone_ == 0) first_ns_ = now;
    gone_ += *count;
    if (gone_ < bytes().size()) return stick();
    went(due(), first_ns_, now);
    gone_ = 0;
    pass();
}

bool StreamLane::poll() {
    const auto bytes = stream_.receive();
    const std::int64_t now = monotonic_ns();
    if (!bytes.empty()) recorder_.put(now, bytes);
    const bool came_up = stream_.progress();
    if (came_up) {
        release(now);
        if (!proof_ || proof_->state == kAccelerated) proof_ = onload_proof(port(), stream_.descriptor());
    }
    return came_up || !bytes.empty();
}

void ControlLane::send(std::int64_t, std::size_t) {
    const std::int64_t now = monotonic_ns();
    if (!control_.ask(bytes())) return stick();
    went(due(), now, now);
    pass();
}

}  // namespace tickproof::wire
