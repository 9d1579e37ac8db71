// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "host/common/tests/expect.h"
#include "host/common/vlan.h"

int main() {
    using tickproof::testing::expect;
    // Four free bytes, two MACs, type, payload.
    std::array<std::uint8_t, 20> bytes{9, 9, 9, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0x08, 0x00, 0xAA, 0xBB};
    const std::uint8_t* frame = tickproof::put_vlan_back(bytes.data() + 4, 0x8100, 0x2005);
    const std::array<std::uint8_t, 20> tagged{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0x81, 0x00, 0x20, 0x05, 0x08, 0x00, 0xAA, 0xBB};
    expect(frame == bytes.data());
    expect(std::equal(tagged.begin(), tagged.end(), frame));
}
