// SPDX-License-Identifier: Apache-2.0
// A receive that also tells when the last of it had arrived.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <span>

#include "host/common/stamp_clock.h"

namespace tickproof {

// As recv(2), without waiting. arrived_ns: CLOCK_MONOTONIC of the kernel's stamp, where `stamps` is there and SO_TIMESTAMPNS is on; else of this call.
ssize_t receive_stamped(int socket, std::span<std::uint8_t> into, int flags, const std::optional<StampClock>& stamps, std::int64_t& arrived_ns);

}  // namespace tickproof
