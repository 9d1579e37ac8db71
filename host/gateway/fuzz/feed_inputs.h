// SPDX-License-Identifier: Apache-2.0
// MoldUDP64 packets of a small market: mostly in order on both lines, now and then not.
#pragma once
#include "host/gateway/fuzz/order_inputs.h"

namespace tickproof::gateway::fuzz {

class FeedInputs {
public:
    explicit FeedInputs(Random& random) : random_(random) {}

    Text packet() {
        if (random_.one_in(3) && !last_.empty()) return last_;  // the other line's copy, or a repetition
        std::uint64_t sequence = next_;
        if (random_.one_in(400)) sequence += random_.between(1, 5);
        if (random_.one_in(60)) sequence -= random_.below(9);
        if (random_.one_in(5'000)) sequence = random_.edge();
        Text blocks;
        std::uint64_t count = random_.one_in(20) ? 0 : random_.between(1, 5);
        for (std::uint64_t index = 0; index < count; ++index) {
            const Text message = random_.one_in(40) ? "" : itch();
            blocks += be(message.size(), 2) + message;
        }
        const bool end = random_.one_in(5'000);
        if (sequence - next_ < 10) next_ = sequence + count;
        if (random_.one_in(100)) count = random_.edge();  // announced, not there
        last_ = Text(random_.one_in(100) ? "OTHER     " : "SESSION   ") + be(sequence, 8) + be(end ? 0xFFFF : count, 2) + blocks;
        Text sent = last_;
        if (random_.one_in(60)) random_.damage(sent);
        if (random_.one_in(400)) sent.resize(random_.below(sent.size() + 1));
        return sent;
    }
    void start_over() { next_ = 1; }

private:
    Text itch() {
        const Text locate = be(random_.one_in(10) ? random_.below(8) : random_.between(1, 2), 2);
        const Text front = locate + be(0, 2) + be(random_.next() >> 16, 6);
        const Text stock = kStocks[random_.below(2)];
        switch (random_.below(16)) {
            case 0: return "R" + be(stock == kStocks[0] ? 1 : 2, 2) + be(0, 8) + stock + Text(20, ' ');
            case 1: return "H" + front + stock + random_.code("TTTTTTTTTTTTHPQ") + Text(5, ' ');
            case 2: return "h" + front + stock + random_.code("QQB") + random_.code("TTTTTTTTTTH");
            case 3: return "Y" + front + stock + random_.code("0000012x");
            case 4: return "S" + front + random_.code("QQQQOSMEC");
            case 5: return "D" + front + reference();
            case 6: return "E" + front + reference() + shares() + be(1, 8);
            case 7: return "C" + front + reference() + shares() + be(1, 8) + "Y" + be(kBid, 4);
            case 8: return "X" + front + reference() + shares();
            case 9: return "U" + front + reference() + reference() + shares() + price(random_.one_in(9) ? 'S' : 'B');
            case 10: return Text(1, static_cast<char>(random_.next())) + Text(random_.below(50), 'x');
            case 11: return "F" + front + add(stock) + "MPID";
            default: return "A" + front + add(stock);
        }
    }
    Text reference() { return be(random_.one_in(100) ? random_.edge() : random_.below(300), 8); }
    Text shares() { return be(random_.one_in(20) ? random_.edge() : random_.between(1, 300), 4); }
    // Buys and sells that seldom meet.
    Text price(char side) {
        return be(random_.one_in(200) ? random_.edge()
                  : side == 'S'       ? kBid + 100 * random_.below(10)
                                      : kBid - 100 * random_.between(1, 10),
                  4);
    }
    Text add(const Text& stock) {
        const char side = random_.code("BBBBBSSSSSx");
        return reference() + side + shares() + stock + price(side);
    }

    Random& random_;
    std::uint64_t next_ = 1;
    Text last_;
};

}  // namespace tickproof::gateway::fuzz
