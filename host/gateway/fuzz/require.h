// SPDX-License-Identifier: Apache-2.0
// What has to hold whatever comes in; otherwise the run ends and says which case it was.
#pragma once
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <source_location>

namespace tickproof::gateway::fuzz {

inline std::uint64_t current_case = 0;

inline void require(bool holds, const char* what, const std::source_location& at = std::source_location::current()) {
    if (holds) return;
    std::fprintf(stderr, "fuzz_gateway: case %llu: does not hold: %s (%s:%u)\n", static_cast<unsigned long long>(current_case), what,
                 at.file_name(), at.line());
    std::exit(1);
}

}  // namespace tickproof::gateway::fuzz
