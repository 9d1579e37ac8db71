// SPDX-License-Identifier: Apache-2.0
// `summary.json`: how a run went.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "host/common/onload.h"

namespace tickproof::wire {

struct Summary {
    std::string trouble;  // "": complete
    std::int64_t t0_ns = 0, origin_ns = 0, end_ns = 0;
    std::uint32_t slowdown = 1;
    std::int64_t late_ns = 0;
    std::uint64_t late = 0, lost = 0, stray = 0;
    std::string stamps;
    std::vector<OnloadProof> onload;
    std::string transport;
};

// Throws HostError if it cannot be written.
void write_summary(const std::filesystem::path& folder, const Summary& summary);

}  // namespace tickproof::wire
