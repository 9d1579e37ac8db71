// SPDX-License-Identifier: Apache-2.0
// Control requests as register accesses, by the device's own map.
#pragma once
#include <optional>
#include <vector>

#include "host/common/control_server.h"
#include "host/rtl_on_wire/registers.h"

namespace tickproof::rtl {

// The writes of one control record; none: the device cannot do it.
std::optional<std::vector<Access>> writes_of(const Description& device, const ControlRequest& request);

// The reads of all counters that the device keeps, low word before high word, and the values that they came back with.
std::vector<Access> counter_reads(const Description& device);
std::vector<std::uint64_t> counter_values(const Description& device, std::span<const Access> reads);

}  // namespace tickproof::rtl
