// SPDX-License-Identifier: Apache-2.0
// The same numbers for the same seed, on every machine (splitmix64).
#pragma once
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <string>
#include <string_view>

namespace tickproof::fuzz {

class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        std::uint64_t mixed = state_ += 0x9E37'79B9'7F4A'7C15;
        mixed = (mixed ^ mixed >> 30) * 0xBF58'476D'1CE4'E5B9;
        mixed = (mixed ^ mixed >> 27) * 0x94D0'49BB'1331'11EB;
        return mixed ^ mixed >> 31;
    }
    std::uint64_t below(std::uint64_t end) { return next() % end; }
    std::uint64_t between(std::uint64_t first, std::uint64_t last) { return first + below(last - first + 1); }
    bool one_in(std::uint64_t count) { return below(count) == 0; }
    char code(std::string_view codes) { return codes[below(codes.size())]; }
    template <typename T>
    T pick(std::initializer_list<T> values) {
        return *std::next(values.begin(), static_cast<std::ptrdiff_t>(below(values.size())));
    }
    // Small, large, or at an end of its range.
    std::uint64_t edge() { return pick<std::uint64_t>({0, 1, below(1'000), next() >> 32, next(), ~0ull >> 1, (~0ull >> 1) + 1, ~0ull}); }

    // What a wire or a wrong program does to bytes.
    void damage(std::string& bytes) {
        if (bytes.empty()) return;
        const std::size_t at = below(bytes.size());
        switch (below(4)) {
            case 0: bytes[at] = static_cast<char>(next()); break;
            case 1: bytes[at] ^= static_cast<char>(1 << below(8)); break;
            case 2: bytes.erase(at, between(1, 4)); break;
            default: bytes.insert(at, between(1, 4), static_cast<char>(next())); break;
        }
    }

private:
    std::uint64_t state_;
};

}  // namespace tickproof::fuzz
