// SPDX-License-Identifier: Apache-2.0
#include "host/rtl_on_wire/connection.h"

#include <algorithm>

namespace tickproof::rtl {
namespace {

constexpr int kFramesAtOnce = 64;
constexpr std::uint64_t kRestClocks = 64;  // what the device takes up leaves a trace at some port within so many, unless control keeps it busy
constexpr std::size_t kBytesAhead = 65536;  // of a stream: what does not fit here stays with the peer
constexpr std::size_t kFrameBytesAhead = std::size_t{64} << 20;  // what does not fit here stays in the ring, which counts what it has to drop

}  // namespace

bool FrameInput::poll(const Pace& pace, const Moment& moment) {
    RxFrame frame;
    int count = 0;
    if (moment.counting) return false;
    if (in_.waiting_bytes() >= kFrameBytesAhead) return true;
    while (count < kFramesAtOnce && port_->receive(frame)) {
        in_.put(frame.bytes, pace.clock_from(frame.time_ns));
        ++count;
    }
    return count != 0;
}

bool FrameInput::sample(std::uint64_t clock) {
    in_.sample(clock);
    return false;
}

std::string FrameInput::trouble() {
    const std::uint64_t lost = port_->dropped();
    return lost == 0 ? "" : name_ + ": " + std::to_string(lost) + " frames did not fit into the ring";
}

bool FrameOutput::sample(std::uint64_t clock) {
    if (!out_.sample(clock)) return false;
    if (out_.bad()) {  // as a MAC would send it: with a wrong FCS, so that nobody takes it
        ++bad_;
        return false;
    }
    while (!port_->send(out_.packet())) port_->flush();
    return true;
}

std::string FrameOutput::trouble() { return bad_ == 0 ? "" : name_ + ": " + std::to_string(bad_) + " frames were marked bad by the device and not sent"; }

bool TcpStream::poll(const Pace& pace, const Moment& moment) {
    if (ending_ && in_.empty() && has_nothing_more(moment)) {
        link_->close_when_sent();
        ending_ = false;
    }
    bool came = false;
    for (bool more = true; more; came |= more) {
        if (in_.waiting_bytes() >= kBytesAhead) {
            link_->flush();
            return true;
        }
        more = take(link_->poll(), pace);
    }
    return came;
}

bool TcpStream::take(DeviceLink::Event event, const Pace& pace) {
    if (event == DeviceLink::Event::none) return false;
    if (event == DeviceLink::Event::bytes) {
        in_.put(link_->received(), pace.clock_from(link_->received_ns()));
    } else {
        ending_ = event == DeviceLink::Event::down;
        in_.put_link(!ending_, pace.clock_from(monotonic_ns()));
    }
    return true;
}

// The peer may be waiting for our end before it comes again: so not longer than it takes where the whole device is at rest.
bool TcpStream::has_nothing_more(const Moment& moment) const {
    return moment.clock >= moment.last_beat + kRestClocks || moment.clock >= last_clock() + kQuietClocks;
}

void TcpStream::drive(std::uint64_t clock) {
    in_.drive(clock);
    out_.drive(link_->room() >= out_.collected() + beat_bytes_);
}

bool TcpStream::sample(std::uint64_t clock) {
    in_.sample(clock);
    if (!out_.sample(clock)) return false;
    link_->send(out_.packet());
    return true;
}

std::uint64_t TcpStream::last_clock() const { return std::max(in_.last_clock(), out_.last_clock()); }

}  // namespace tickproof::rtl
