// SPDX-License-Identifier: Apache-2.0
#include "host/wire/player.h"

#include <algorithm>

#include "host/common/bytes.h"
#include "host/common/clock.h"
#include "host/common/error.h"

namespace tickproof::wire {
namespace {

constexpr std::int64_t kLeadNs = 100'000;   // from the last answer of the setup to time 0
constexpr std::int64_t kIdleNs = 1'000'000; // a gap in the sends that leaves time to write results
constexpr std::size_t kRecordBytes = 16;

}  // namespace

bool Player::run() {
    activity_ns_ = monotonic_ns();
    try {
        play();
    } catch (const HostError& error) {
        trouble(error.what());
    }
    write_results();
    return summary_.trouble.empty();
}

void Player::play() {
    set_up();
    activity_ns_ = summary_.t0_ns = monotonic_ns() + kLeadNs;
    ends_ns_ = summary_.t0_ns + plan_.limit_ns;
    for (const auto& lane : lanes_) lane->start(summary_.t0_ns);
    while (sending()) round();
    for (const std::int64_t last_ns = last_ns_for_timers(); monotonic_ns() < last_ns;) round();
    finish();
}

void Player::round() {
    send_due();
    poll();
    take_answer();
    check_bounds();
    write_idle();
}

void Player::set_up() {
    for (auto left = setup_.bytes(); !left.empty(); left = left.subspan(kRecordBytes)) {
        const auto answer = ask(left.first(kRecordBytes));
        if (answer[0] & request_op::refused) {
            trouble("setup.bytes: the device refused record " + std::to_string((left.data() - setup_.bytes().data()) / kRecordBytes));
        }
    }
}

// Whether there is anything left to send, or to wait for before that.
bool Player::sending() {
    const std::int64_t now = monotonic_ns();
    bool work = false, stalled = true;
    for (const auto& lane : lanes_) {
        if (lane->done() && !lane->held()) continue;
        work = true;
        stalled = stalled && lane->due() == kNever;
    }
    for (const StreamLane* lane : streams_) work = work || lane->ending();
    work = work || (control_ && control_->unanswered() > 0);
    if (work && stalled && now - activity_ns_ > plan_.stall_ns) {
        trouble("silence while something is left to do" + unsent_rows());
        return false;
    }
    return work;
}

// What follows a late send is as late, and so is what a device does that was kept from taking it up: its timers begin then.
std::int64_t Player::last_ns_for_timers() {
    const std::int64_t asked_ns = monotonic_ns();
    if (control_) ask(request_op::sync);
    return summary_.t0_ns + plan_.end_ns + lateness_.worst_ns + (monotonic_ns() - asked_ns);
}

void Player::send_due() {
    std::int64_t now = monotonic_ns();
    for (const auto& lane : lanes_) {
        lane->unstick();
        if (lane->waits() && count_of(lane->head().awaited) >= lane->head().count) lane->stop_waiting(now);
    }
    for (std::size_t left = plan_.burst; left > 0;) {  // then outputs are looked at again
        // Sends leave in the order of their times over all ports: a batch ends where another port is next.
        Lane* first = nullptr;
        std::int64_t first_ns = kNever, second_ns = kNever;
        for (const auto& lane : lanes_) {
            const std::int64_t due_ns = lane->due();
            if (due_ns < first_ns) {
                second_ns = first_ns;
                first_ns = due_ns;
                first = lane.get();
            } else {
                second_ns = std::min(second_ns, due_ns);
            }
        }
        next_due_ns_ = first_ns;
        now = monotonic_ns();
        if (first_ns > now) return;
        const std::size_t before = first->next();
        first->send(std::min(now, second_ns), left);
        const std::size_t sent = first->next() - before;
        if (sent > 0) activity_ns_ = now;
        left -= sent;
    }
}

void Player::poll() {
    bool output = ports_->poll();
    for (StreamLane* lane : streams_) output = lane->poll() || output;
    if (output) activity_ns_ = output_ns_ = monotonic_ns();
}

// The answer to a control record that was sent during the run. Asked in every round, because it also tells of a device that died.
void Player::take_answer() {
    if (!control_) return;
    const auto answer = control_->answer();
    if (!answer) return;
    const std::size_t send = control_lane_->next() - control_->unanswered() - 1;
    if ((*answer)[0] & request_op::refused) trouble("control: the device refused send " + std::to_string(send));
    activity_ns_ = monotonic_ns();
}

void Player::finish() {
    if (control_) ask(request_op::sync);
    const std::int64_t synced_ns = monotonic_ns();
    while (monotonic_ns() - std::max(synced_ns, output_ns_) < plan_.quiet_ns) {
        poll();
        take_answer();
        check_bounds();
    }
    if (control_) counters_->append(ask(request_op::counters));
}

std::span<const std::uint8_t> Player::ask(std::span<const std::uint8_t> request) {
    if (control_->unanswered() > 0 || !control_->ask(request)) throw HostError(control_->path() + ": the device does not answer");
    activity_ns_ = monotonic_ns();
    while (monotonic_ns() - activity_ns_ <= plan_.stall_ns) {
        poll();
        if (const auto answer = control_->answer()) return *answer;
        check_bounds();
    }
    throw HostError(control_->path() + ": the device does not answer");
}

std::span<const std::uint8_t> Player::ask(std::uint8_t op) {
    const std::uint8_t request[kRecordBytes]{op};
    return ask(request);
}

void Player::check_bounds() const {
    if (stop_) throw HostError("stopped by a signal");
    if (monotonic_ns() > ends_ns_)
        throw HostError("the run takes too long (expected up to " + std::to_string(plan_.limit_ns) + " ns)");
}

std::uint64_t Player::count_of(std::size_t awaited) {
    const Awaited& line = plan_.awaited[awaited];
    return line.stream ? stream_recorders_[line.index].count() : ports_->out(line.index).count();
}

const std::string& Player::name_of(std::size_t awaited) const {
    const Awaited& line = plan_.awaited[awaited];
    return line.stream ? plan_.streams[line.index].port : plan_.outs[line.index].port;
}

void Player::trouble(const std::string& text) {
    if (summary_.trouble.empty()) summary_.trouble = text;
}

std::string Player::unsent_rows() const {
    std::string text;
    for (const auto& lane : lanes_) {
        if (lane->done()) {
            if (lane->held()) text += "; " + lane->port() + ": its last send has had no effect";
            continue;
        }
        text += "; " + lane->port() + ": send " + std::to_string(lane->next()) + " of " + std::to_string(lane->rows()) + " did not go in";
        if (lane->waits())
            text += " (it waits for output " + std::to_string(lane->head().count) + " of " + name_of(lane->head().awaited) + ")";
    }
    if (control_ && control_->unanswered() > 0) text += "; control: the device does not answer";
    for (const StreamLane* lane : streams_) {
        if (lane->ending()) text += "; " + lane->port() + ": the device does not close the connection";
    }
    return text;
}

void Player::write_idle() {
    if (next_due_ns_ - monotonic_ns() < kIdleNs) return;
    for (Spool* spool : spools_) {
        if (spool->write_some()) return;
    }
}

}  // namespace tickproof::wire
