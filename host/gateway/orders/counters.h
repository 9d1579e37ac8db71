// SPDX-License-Identifier: Apache-2.0
// The exact counters of the order path, in the order of tables.h.
#pragma once
#include <array>
#include <cstdint>

#include "host/common/tables.h"

namespace tickproof::gateway {

using Counters = std::array<std::uint64_t, order_counter::kNames.size()>;

}  // namespace tickproof::gateway
