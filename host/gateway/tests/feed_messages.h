// SPDX-License-Identifier: Apache-2.0
// MoldUDP64 packets and ITCH messages for the tests of the market-data path, written out field by field (docs/wire_formats.md), without the tables.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <string>

namespace tickproof::gateway::testing {

using Text = std::string;  // bytes

inline Text big(std::uint64_t value, unsigned size) {
    Text text;
    for (unsigned shift = 8 * size; shift > 0; shift -= 8) text.push_back(static_cast<char>(value >> (shift - 8)));
    return text;
}

inline constexpr const char* kSession = "TODAY00001";

inline Text mold_header(std::uint64_t sequence, unsigned count, const Text& session = kSession) { return session + big(sequence, 8) + big(count, 2); }
inline Text block(const Text& message) { return big(message.size(), 2) + message; }
inline Text packet(std::uint64_t sequence, std::initializer_list<Text> messages) {
    Text made = mold_header(sequence, static_cast<unsigned>(messages.size()));
    for (const Text& message : messages) made += block(message);
    return made;
}
inline Text heartbeat(std::uint64_t sequence) { return mold_header(sequence, 0); }
inline Text end_of_session(std::uint64_t sequence) { return mold_header(sequence, 0xFFFF); }

// ITCH. Time stamps are 5 ns behind midnight.
inline Text head(char type, unsigned locate) { return Text(1, type) + big(locate, 2) + big(0, 2) + big(5, 6); }
inline Text add(unsigned locate, std::uint64_t reference, char side, std::uint32_t shares, std::uint32_t price) {
    return head('A', locate) + big(reference, 8) + side + big(shares, 4) + "ANYSTOCK" + big(price, 4);
}
inline Text add_with_mpid(unsigned locate, std::uint64_t reference, char side, std::uint32_t shares, std::uint32_t price) {
    Text made = add(locate, reference, side, shares, price) + "MPID";
    made[0] = 'F';
    return made;
}
inline Text executed(unsigned locate, std::uint64_t reference, std::uint32_t shares) { return head('E', locate) + big(reference, 8) + big(shares, 4) + big(1, 8); }
inline Text executed_at(unsigned locate, std::uint64_t reference, std::uint32_t shares) { return head('C', locate) + big(reference, 8) + big(shares, 4) + big(1, 8) + "N" + big(1, 4); }
inline Text canceled(unsigned locate, std::uint64_t reference, std::uint32_t shares) { return head('X', locate) + big(reference, 8) + big(shares, 4); }
inline Text deleted(unsigned locate, std::uint64_t reference) { return head('D', locate) + big(reference, 8); }
inline Text replaced(unsigned locate, std::uint64_t original, std::uint64_t reference, std::uint32_t shares, std::uint32_t price) {
    return head('U', locate) + big(original, 8) + big(reference, 8) + big(shares, 4) + big(price, 4);
}
inline Text directory(unsigned locate, const Text& stock) { return head('R', locate) + stock + Text(20, ' '); }
inline Text trading_action(unsigned locate, char state) { return head('H', locate) + "ANYSTOCK" + state + " " + "    "; }
inline Text operational_halt(unsigned locate, char market, char action) { return head('h', locate) + "ANYSTOCK" + market + action; }
inline Text reg_sho(unsigned locate, char action) { return head('Y', locate) + "ANYSTOCK" + action; }
inline Text system_event(char code) { return head('S', 0) + code; }
inline Text broken_trade(unsigned locate) { return head('B', locate) + big(1, 8); }  // changes nothing

}  // namespace tickproof::gateway::testing
