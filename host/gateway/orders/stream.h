// SPDX-License-Identifier: Apache-2.0
// One side of the proxy: its link, its packets, and what may go out of it (contract 6.1).
#pragma once
#include "host/gateway/orders/counters.h"
#include "host/gateway/orders/framer.h"
#include "host/gateway/seams.h"

namespace tickproof::gateway {

class Stream {
public:
    Stream(Side side, ByteSink& sink, Counters& counters) : side_(side), sink_(sink), counters_(counters) {}

    Side side() const { return side_; }
    bool up() const { return up_; }
    bool open() const { return up_ && !closed_; }
    std::uint64_t packets() const { return counter(order_counter::client_packets); }

    void link(bool up) {
        framer_.restart();
        up_ = up;
        closed_ = false;
    }

    // The next packet of `bytes`, or a bad length. Bytes of a link that is down are discarded, those of a closed side swallowed
    // (SESS-ERROR).
    Framer::Found next(Bytes& bytes, Bytes& packet) {
        if (open()) return framer_.next(bytes, packet);
        if (up_) counter(order_counter::client_swallowed) += bytes.size();
        return Framer::Found::more;
    }

    // A whole packet that is in order. Its ordinal.
    std::uint64_t count_packet() { return ++counter(order_counter::client_packets); }

    // A framing error: nothing comes in or goes out any more until the link goes down.
    void close(Bytes bad_packet) {
        closed_ = true;
        ++counter(order_counter::client_errors);
        counter(order_counter::client_swallowed) += bad_packet.size();
    }

    // False: the side is down or closed, and one more packet is unsent (SESS-CLOSED).
    bool send(Bytes packet) {
        if (!open()) {
            ++counter(order_counter::client_unsent);
            return false;
        }
        sink_.send(packet);
        return true;
    }

private:
    // The exchange's counters follow the client's in the same order.
    std::uint64_t& counter(std::size_t of_client) const {
        constexpr std::size_t apart = order_counter::exchange_packets - order_counter::client_packets;
        static_assert(order_counter::exchange_swallowed - order_counter::client_swallowed == apart);
        static_assert(order_counter::exchange_errors - order_counter::client_errors == apart);
        static_assert(order_counter::exchange_unsent - order_counter::client_unsent == apart);
        return counters_[side_ == Side::client ? of_client : of_client + apart];
    }

    Side side_;
    ByteSink& sink_;
    Counters& counters_;
    Framer framer_;
    bool up_ = false;
    bool closed_ = false;
};

}  // namespace tickproof::gateway
