// SPDX-License-Identifier: Apache-2.0
// The command line of a fuzz driver: --cases N, --seed S, and --case N, which plays that case of a seed again.
// Only for files with a main().
#pragma once
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string_view>

#include "host/common/fuzz/require.h"

// A report ends the program with SIGABRT, so that it can say which case it was.
extern "C" const char* __asan_default_options() { return "abort_on_error=1"; }
extern "C" const char* __ubsan_default_options() { return "abort_on_error=1:print_stacktrace=1"; }

namespace tickproof::fuzz {

struct Range {
    std::uint64_t seed = 1, first = 0, end = 10'000;  // cases
};

inline std::optional<std::uint64_t> number(const char* text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text, text + std::strlen(text), value);
    if (error != std::errc{} || *end != '\0') return std::nullopt;
    return value;
}

// None: bad usage, which has been said.
inline std::optional<Range> parse(int count, char** words) {
    Range range;
    for (int index = 1; index < count; index += 2) {
        const std::string_view option = words[index];
        const auto value = index + 1 < count ? number(words[index + 1]) : std::nullopt;
        if (!value || (option != "--cases" && option != "--seed" && option != "--case")) {
            std::fprintf(stderr, "fuzz: %s: unknown option or no number (expected --cases N, --seed N, --case N)\n", words[index]);
            return std::nullopt;
        }
        if (option == "--seed") range.seed = *value;
        if (option == "--cases") range.end = *value;
        if (option == "--case") range.first = *value, range.end = *value + 1;
    }
    current_seed = range.seed;
    std::signal(SIGABRT, [](int) { tell_case(); });
    return range;
}

inline void print(const Range& range) {
    const auto cases = static_cast<unsigned long long>(range.end - range.first), seed = static_cast<unsigned long long>(range.seed);
    std::printf("%llu cases of seed %llu\n", cases, seed);
}

}  // namespace tickproof::fuzz
