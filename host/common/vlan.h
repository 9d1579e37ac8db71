// SPDX-License-Identifier: Apache-2.0
// The kernel takes an 802.1Q tag out of a frame that it receives and reports it beside the frame.
#pragma once
#include <cstdint>
#include <cstring>

#include "host/common/bytes.h"

namespace tickproof {

// Puts the tag back behind the two MACs. `frame` needs four writable bytes in front; the frame begins there afterwards.
inline std::uint8_t* put_vlan_back(std::uint8_t* frame, std::uint16_t protocol, std::uint16_t tag) {
    std::memmove(frame - 4, frame, 12);
    store_be<std::uint16_t>(frame + 8, protocol);
    store_be<std::uint16_t>(frame + 10, tag);
    return frame - 4;
}

}  // namespace tickproof
