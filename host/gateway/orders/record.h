// SPDX-License-Identifier: Apache-2.0
// A record of 64 bytes in the making, and one field of a message (contract 8; tables.h).
#pragma once
#include <array>
#include <cstdint>
#include <span>

#include "host/common/bytes.h"
#include "host/common/tables.h"

namespace tickproof::gateway {

using Bytes = std::span<const std::uint8_t>;

inline constexpr std::uint16_t kNoSymbol = 0xFFFF;

inline std::uint64_t read(Bytes message, Field field) { return load_be_sized(message.data() + field.offset, field.size); }

class Record {
public:
    Record(std::uint8_t kind, std::uint16_t symbol, std::uint64_t time_ns, std::uint64_t sequence) {
        set(record::kind, kind).set(record::symbol, symbol).set(record::time_ns, time_ns).set(record::sequence, sequence);
    }
    Record& set(Field field, std::uint64_t value) {
        store_be_sized(bytes_.data() + field.offset, field.size, value);
        return *this;
    }
    std::span<const std::uint8_t, record::kLength> bytes() const { return bytes_; }

private:
    std::array<std::uint8_t, record::kLength> bytes_{};
};

}  // namespace tickproof::gateway
