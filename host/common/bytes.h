// SPDX-License-Identifier: Apache-2.0
// Integers in byte strings: big-endian as on the wire, little-endian as in the files of the host path. No alignment is asked for.
#pragma once
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace tickproof {

template <std::integral T>
T swap_bytes(T value) {
    if constexpr (sizeof(T) == 8) return static_cast<T>(__builtin_bswap64(static_cast<std::uint64_t>(value)));
    else if constexpr (sizeof(T) == 4) return static_cast<T>(__builtin_bswap32(static_cast<std::uint32_t>(value)));
    else if constexpr (sizeof(T) == 2) return static_cast<T>(__builtin_bswap16(static_cast<std::uint16_t>(value)));
    else return value;
}

template <std::endian order, std::integral T>
T load(const std::uint8_t* from) {
    T value;
    std::memcpy(&value, from, sizeof value);
    return order == std::endian::native ? value : swap_bytes(value);
}

template <std::endian order, std::integral T>
void store(std::uint8_t* to, T value) {
    if (order != std::endian::native) value = swap_bytes(value);
    std::memcpy(to, &value, sizeof value);
}

template <std::integral T>
T load_be(const std::uint8_t* from) { return load<std::endian::big, T>(from); }
template <std::integral T>
void store_be(std::uint8_t* to, T value) { store<std::endian::big, T>(to, value); }
template <std::integral T>
T load_le(const std::uint8_t* from) { return load<std::endian::little, T>(from); }
template <std::integral T>
void store_le(std::uint8_t* to, T value) { store<std::endian::little, T>(to, value); }

// Fields whose size a table says, up to 8; odd ones are MACs and times. The usual sizes first: the loop costs where the size is not seen here.
inline std::uint64_t load_be_sized(const std::uint8_t* from, std::size_t size) {
    switch (size) {
        case 1: return *from;
        case 2: return load_be<std::uint16_t>(from);
        case 4: return load_be<std::uint32_t>(from);
        case 8: return load_be<std::uint64_t>(from);
    }
    std::uint64_t value = 0;
    for (std::size_t index = 0; index < size; ++index) value = value << 8 | from[index];
    return value;
}
inline void store_be_sized(std::uint8_t* to, std::size_t size, std::uint64_t value) {
    switch (size) {
        case 1: *to = static_cast<std::uint8_t>(value); return;
        case 2: store_be(to, static_cast<std::uint16_t>(value)); return;
        case 4: store_be(to, static_cast<std::uint32_t>(value)); return;
        case 8: store_be(to, value); return;
    }
    for (std::size_t index = size; index-- > 0; value >>= 8) to[index] = static_cast<std::uint8_t>(value);
}

}  // namespace tickproof
