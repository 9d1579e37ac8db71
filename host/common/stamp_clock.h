// SPDX-License-Identifier: Apache-2.0
// The clock in which received packets are stamped: the wall clock (software stamps), or the one in the network card.
#pragma once
#include <cstdint>
#include <string>

#include "host/common/file_descriptor.h"

namespace tickproof {

class StampClock {
public:
    // The wall clock.
    StampClock();
    // The card's. Switches its stamps for received packets on; throws HostError where driver or card cannot.
    explicit StampClock(const std::string& interface);

    std::int64_t to_monotonic(std::int64_t stamp_ns) const { return stamp_ns - offset_ns_; }
    // How far it has moved against CLOCK_MONOTONIC since this object was made.
    std::int64_t moved_ns() const { return offset_now() - offset_ns_; }

private:
    std::int64_t offset_now() const;

    FileDescriptor card_;  // /dev/ptpN; none: the wall clock
    std::int64_t offset_ns_;
};

}  // namespace tickproof
