// SPDX-License-Identifier: Apache-2.0
// What the tests of the common parts say when something is not as it should be.
#pragma once
#include <cstdio>
#include <cstdlib>
#include <source_location>
#include <string>

namespace tickproof::testing {

inline void expect(bool holds, const std::source_location& at = std::source_location::current()) {
    if (holds) return;
    std::fprintf(stderr, "%s:%u: expectation does not hold\n", at.file_name(), at.line());
    std::exit(1);
}

inline void expect_equal(const std::string& got, const std::string& expected, const std::source_location& at = std::source_location::current()) {
    if (got == expected) return;
    std::fprintf(stderr, "%s:%u: got %s, expected %s\n", at.file_name(), at.line(), got.c_str(), expected.c_str());
    std::exit(1);
}

}  // namespace tickproof::testing
