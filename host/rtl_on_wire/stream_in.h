// SPDX-License-Identifier: Apache-2.0
// Drives one AXI-Stream input, and the level of its link, with what came from outside.
#pragma once
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "host/rtl_on_wire/device.h"

namespace tickproof::rtl {

class StreamIn {
public:
    explicit StreamIn(const StreamPins& pins);

    // A whole frame or segment that arrived at clock `due`, or a change of the link: taken in order, beats back to back, none before its time.
    void put(std::span<const std::uint8_t> packet, std::uint64_t due);
    void put_link(bool up, std::uint64_t due);

    void drive(std::uint64_t clock);   // before the model settles
    void sample(std::uint64_t clock);  // after it

    bool empty() const { return items_.empty(); }
    bool waits_since(std::uint64_t clock) const { return !items_.empty() && items_.front().due <= clock; }  // something that was due by then
    std::uint64_t last_due() const { return last_due_; }  // of the last thing that came
    std::size_t waiting_bytes() const { return waiting_bytes_; }
    std::uint64_t last_clock() const { return last_clock_; }  // in which something went in

private:
    static constexpr std::uint64_t kLinkClocks = 8;  // a level stays for at least so long

    enum class Kind { packet, up, down };
    struct Item {
        Kind kind;
        std::uint64_t due;
        std::vector<std::uint8_t> bytes;
    };

    void put_beat(const Item& item);

    StreamPins pins_;
    std::deque<Item> items_;
    std::size_t waiting_bytes_ = 0;
    std::size_t offset_ = 0;     // in the first item: what is on the bus, or comes next
    bool taken_ = false;         // the beat on the bus has been
    std::uint64_t settled_ = 0;       // clock from which the link's level may be followed by something else
    std::uint64_t last_clock_ = 0, last_due_ = 0;
};

}  // namespace tickproof::rtl
