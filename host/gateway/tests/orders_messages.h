// SPDX-License-Identifier: Apache-2.0
// SoupBinTCP packets and OUCH messages for the tests of the order path, written out field by field (docs/wire_formats.md), without the
// tables.
#pragma once
#include <cstdint>
#include <string>

namespace tickproof::gateway::testing {

using Text = std::string;  // bytes

inline Text be(std::uint64_t value, unsigned size) {
    Text text;
    for (unsigned shift = 8 * size; shift > 0; shift -= 8) text.push_back(static_cast<char>(value >> (shift - 8)));
    return text;
}

inline Text soup(char type, const Text& payload = "") { return be(payload.size() + 1, 2) + type + payload; }

struct Enter {
    std::uint32_t ref = 1;
    char side = 'B';
    std::uint32_t quantity = 100;
    Text stock = "AAPL    ";
    std::uint64_t price = 1'500'000;
    char tif = '0', display = 'Y', capacity = 'A', sweep = 'N', cross = 'N';
    Text clordid = "CLIENT-ORDER-1";
    Text options = "";

    Text message() const {
        return "O" + be(ref, 4) + side + be(quantity, 4) + stock + be(price, 8) + tif + display + capacity + sweep + cross + clordid +
               be(options.size(), 2) + options;
    }
    Text packet() const { return soup('U', message()); }
};

struct Replace {
    std::uint32_t original = 1, ref = 2, quantity = 100;
    std::uint64_t price = 1'500'000;
    char tif = '0', display = 'Y', sweep = 'N';
    Text clordid = "CLIENT-ORDER-2";
    Text options = "";

    Text packet() const {
        return soup('U', "U" + be(original, 4) + be(ref, 4) + be(quantity, 4) + be(price, 8) + tif + display + sweep + clordid +
                             be(options.size(), 2) + options);
    }
};

inline Text modify(std::uint32_t ref, char side, std::uint32_t quantity) { return soup('U', "M" + be(ref, 4) + side + be(quantity, 4)); }
inline Text cancel(std::uint32_t ref, std::uint32_t quantity = 0) { return soup('U', "X" + be(ref, 4) + be(quantity, 4)); }

// From the exchange. `head` is type, timestamp and number, which all but one have in front.
inline Text head(char type, std::uint32_t ref) { return Text(1, type) + be(0x1122334455667788, 8) + be(ref, 4); }
inline Text accepted(std::uint32_t ref, std::uint32_t quantity = 100, char state = 'L', char side = 'B') {
    return head('A', ref) + side + be(quantity, 4) + "AAPL    " + be(1'500'000, 8) + "0Y" + be(77, 8) + "ANN" + state + "CLIENT-ORDER-1" +
           be(0, 2);
}
inline Text replaced(std::uint32_t original, std::uint32_t ref, std::uint32_t quantity, char state = 'L') {
    return head('U', original) + be(ref, 4) + 'B' + be(quantity, 4) + "AAPL    " + be(1'500'000, 8) + "0Y" + be(77, 8) + "ANN" + state +
           "CLIENT-ORDER-2" + be(0, 2);
}
inline Text executed(std::uint32_t ref, std::uint32_t quantity, std::uint64_t price = 1'500'000) {
    return head('E', ref) + be(quantity, 4) + be(price, 8) + "R" + be(99, 8) + be(0, 2);
}
inline Text canceled(std::uint32_t ref, std::uint32_t quantity) { return head('C', ref) + be(quantity, 4) + "U"; }
inline Text aiq_canceled(std::uint32_t ref, std::uint32_t quantity) {
    return head('D', ref) + be(quantity, 4) + "Q" + be(quantity, 4) + be(1'500'000, 8) + "R";
}
inline Text modified(std::uint32_t ref, char side, std::uint32_t quantity) { return head('M', ref) + side + be(quantity, 4); }
inline Text rejected(std::uint32_t ref) { return head('J', ref) + be(1, 2) + "CLIENT-ORDER-1"; }
inline Text broken(std::uint32_t ref) { return head('B', ref) + be(99, 8) + "E" + "CLIENT-ORDER-1"; }
inline Text corrected(std::uint32_t ref) {
    return head('F', ref) + be(10, 4) + be(1'500'000, 8) + "R" + be(99, 8) + "E" + "CLIENT-ORDER-1";
}

inline Text sequenced(const Text& message) { return soup('S', message); }
inline Text login_accepted(const Text& session, const Text& number) {
    return soup('A', Text(10 - session.size(), ' ') + session + Text(20 - number.size(), ' ') + number);
}

}  // namespace tickproof::gateway::testing
