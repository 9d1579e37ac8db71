// SPDX-License-Identifier: Apache-2.0
// Contract 8: how a record is made. Number and stamp are the sink's.
#pragma once
#include <array>
#include <cstdint>
#include <span>

#include "host/common/bytes.h"
#include "host/common/tables.h"

namespace tickproof::gateway {

inline constexpr std::uint16_t kNoSymbol = 0xFFFF;

class Record {
public:
    Record(std::uint8_t kind, std::uint16_t symbol, std::uint64_t time_ns, std::uint64_t sequence) {
        set(record::kind, kind);
        set(record::symbol, symbol);
        set(record::time_ns, time_ns);
        set(record::sequence, sequence);
    }

    void set(Field field, std::uint64_t value) { store_be_sized(bytes_.data() + field.offset, field.size, value); }
    void copy(Field field, const std::uint8_t* from) { std::memcpy(bytes_.data() + field.offset, from, field.size); }

    std::span<const std::uint8_t, record::kLength> bytes() const { return bytes_; }

private:
    std::array<std::uint8_t, record::kLength> bytes_{};
};

}  // namespace tickproof::gateway
