// SPDX-License-Identifier: Apache-2.0
// A receive that also tells when the last of it had arrived.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <span>

#include "host/common/stamp_clock.h"

namespace tickproof {

// As recv(2), without waiting, on a socket with SO_TIMESTAMPNS. arrived_ns: CLOCK_MONOTONIC of the kernel's stamp; of this call where there is none.
ssize_t receive_stamped(int socket, std::span<std::uint8_t> into, int flags, const StampClock& stamps, std::int64_t& arrived_ns);

}  // namespace tickproof
