// SPDX-License-Identifier: Apache-2.0
// What has to hold whatever comes in; otherwise, and when a sanitizer finds something, the run ends and says which case it was.
#pragma once
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <source_location>

namespace tickproof::fuzz {

inline std::uint64_t current_seed = 0, current_case = 0;

inline void tell_case() {
    std::fprintf(stderr, "fuzz: that was --seed %llu --case %llu\n", static_cast<unsigned long long>(current_seed),
                 static_cast<unsigned long long>(current_case));
}

inline void require(bool holds, const char* what, const std::source_location& at = std::source_location::current()) {
    if (holds) return;
    std::fprintf(stderr, "%s:%u: does not hold: %s\n", at.file_name(), at.line(), what);
    std::abort();  // which tells the case (run.h)
}

}  // namespace tickproof::fuzz
