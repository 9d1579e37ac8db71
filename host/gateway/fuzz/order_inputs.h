// SPDX-License-Identifier: Apache-2.0
// Packets of a client and an exchange: mostly in order and about orders that may be live, now and then not.
#pragma once
#include <string>

#include "host/common/fuzz/random.h"
#include "host/gateway/tests/orders_messages.h"

namespace tickproof::gateway::fuzz {

using namespace tickproof::fuzz;

using namespace tickproof::gateway::testing;

inline constexpr std::size_t kSymbols = 4;
inline constexpr const char* kStocks[] = {"AAPL    ", "MSFT    ", "OFF     ", "NONE    "};
inline constexpr std::uint32_t kBid = 1'500'000;

class OrderInputs {
public:
    explicit OrderInputs(Random& random) : random_(random) {}

    // A row of packets, each damaged now and then.
    Text client() { return row([this] { return client_packet(); }); }
    Text exchange() { return row([this] { return exchange_packet(); }); }
    std::uint32_t some_number() { return static_cast<std::uint32_t>(random_.one_in(20) ? random_.edge() : number_ - random_.below(40)); }

private:
    template <typename Packet>
    Text row(Packet packet) {
        Text bytes;
        for (std::uint64_t count = random_.between(1, 6); count > 0; --count) {
            Text next = packet();
            if (random_.one_in(40)) random_.damage(next);
            bytes += next;
        }
        return bytes;
    }

    Text client_packet() {
        switch (random_.below(20)) {
            case 0: return soup('L', Text(46, ' '));
            case 1: return soup(random_.code("RO"));
            case 2: return soup('+', Text(random_.one_in(50) ? random_.between(2'040, 2'050) : random_.below(30), 'x'));
            case 3: return soup('U', "Q");
            case 4: return soup('U', Text(1, static_cast<char>(random_.next())) + Text(random_.below(9), 'x'));
            case 5:
            case 6: return cancel(some_number(), quantity());
            case 7:
            case 8: return modify(some_number(), side(), quantity());
            case 9:
            case 10:
            case 11: return replace();
            default: return enter();
        }
    }

    Text enter() {
        Enter order;
        order.ref = fresh_number();
        order.side = side();
        order.quantity = quantity();
        order.stock = kStocks[random_.one_in(8) ? random_.below(kSymbols) : random_.below(2)];
        order.price = price();
        if (random_.one_in(10)) order.tif = random_.code("0356Ex");
        if (random_.one_in(10)) order.display = random_.code("YNAZx");
        if (random_.one_in(10)) order.capacity = random_.code("APROx");
        if (random_.one_in(10)) order.sweep = random_.code("YNx");
        if (random_.one_in(10)) order.cross = random_.code("NOCHSREAx");
        order.options = options();
        return order.packet();
    }

    Text replace() {
        Replace order;
        order.original = some_number();
        order.ref = fresh_number();
        order.quantity = quantity();
        order.price = price();
        order.tif = random_.code("0356E0000x");
        order.display = random_.code("YNAZYYYx");
        order.sweep = random_.code("YNNNNx");
        order.options = options();
        return order.packet();
    }

    Text exchange_packet() {
        switch (random_.below(12)) {
            case 0:
                return login_accepted(random_.pick<const char*>({"S1", "S1", "S2"}),
                                      std::to_string(random_.one_in(20) ? random_.edge() : random_.between(1, 40)));
            case 1: return soup(random_.code("HZ"));
            case 2: return soup('U', report());
            case 3: return soup('J', "A");
            default: return sequenced(report());
        }
    }

    Text report() {
        const std::uint32_t number = some_number();
        const Text message = [&] {
            switch (random_.below(16)) {
                case 0:
                case 1: return accepted(number, quantity(), random_.code("LLLLD"));
                case 2: return replaced(some_number(), number, quantity(), random_.code("LLLLD"));
                case 3:
                case 4: return executed(number, quantity(), random_.one_in(10) ? random_.edge() : price());
                case 5: return canceled(number, quantity());
                case 6: return aiq_canceled(number, quantity()) + Text(random_.below(2), 'x');
                case 7: return modified(number, side(), quantity());
                case 8: return random_.one_in(4) ? broken(number) : head('P', number);
                case 9: return random_.one_in(4) ? corrected(number) : head('I', number);
                case 10: return "S" + be(1, 8) + "S";
                case 11: return head('Q', number);
                case 12: return head('T', number) + be(price(), 8) + "Y" + be(1, 8);
                case 13: return head('R', number) + "R" + be(0, 2);
                case 14: return Text(1, static_cast<char>(random_.next())) + Text(random_.below(40), 'x');
                default: return rejected(number);
            }
        }();
        if (!random_.one_in(12)) return message;
        const Text appendage = options();
        return message + be(appendage.size(), 2) + appendage;
    }

    std::uint32_t fresh_number() {
        number_ += static_cast<std::uint32_t>(random_.one_in(4) ? random_.below(300) : 1);
        return random_.one_in(20) ? some_number() : number_;
    }
    std::uint32_t quantity() { return static_cast<std::uint32_t>(random_.one_in(12) ? random_.edge() : random_.between(1, 500)); }
    std::uint64_t price() {
        return random_.one_in(12) ? random_.pick<std::uint64_t>({0x7FFF'FFFF, 1'999'999'900, random_.edge()})
                                  : random_.between(kBid - 300, kBid + 300);
    }
    char side() { return random_.code("BBBBSSSTEx"); }
    Text options() {
        Text all;
        if (!random_.one_in(8)) return all;
        for (std::uint64_t count = random_.below(4); count > 0; --count) {
            const std::uint64_t length = random_.one_in(20) ? random_.below(300) : random_.between(1, 6);
            all += be(length, 1) + static_cast<char>(random_.between(1, 0x19)) + Text(length > 0 ? length - 1 : 0, random_.code("LPMx"));
        }
        return all;
    }

    Random& random_;
    std::uint32_t number_ = 0;
};

}  // namespace tickproof::gateway::fuzz
