// SPDX-License-Identifier: Apache-2.0
// How the order path reads a field of a message.
#pragma once
#include <cstdint>
#include <span>

#include "host/common/bytes.h"
#include "host/common/tables.h"

namespace tickproof::gateway {

using Bytes = std::span<const std::uint8_t>;

inline std::uint8_t read_byte(Bytes message, Field field) { return message[field.offset]; }
inline std::uint32_t read_word(Bytes message, Field field) { return load_be<std::uint32_t>(message.data() + field.offset); }
inline std::uint64_t read(Bytes message, Field field) { return load_be_sized(message.data() + field.offset, field.size); }

}  // namespace tickproof::gateway
