// SPDX-License-Identifier: Apache-2.0
// What is open, held and spent, for each symbol and for the session (contract 7.1). Fills of the past are in fill_times.h.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "host/gateway/orders/fill_times.h"
#include "host/gateway/orders/open_orders.h"
#include "host/gateway/orders/wide.h"

namespace tickproof::gateway {

struct SymbolExposure {
    std::int64_t position = 0;         // stays at its ends
    std::uint64_t executed = 0;        // notional; stays at its end
    std::uint64_t open_buys = 0;       // shares; at most 1,024 orders of 32 bits
    std::uint64_t open_sells = 0;
    Wide open_notional = 0;
    FillTimes fills;
};

class Exposure {
public:
    explicit Exposure(std::size_t symbols) : symbols_(symbols) {}

    const OpenOrders& orders() const { return orders_; }
    const SymbolExposure& of(std::size_t symbol) const { return symbols_[symbol]; }
    Wide session_open() const { return session_open_; }
    std::uint64_t session_executed() const { return session_executed_; }
    std::size_t symbols() const { return symbols_.size(); }

    OpenOrder* find(std::uint32_t user_ref_num) { return orders_.find(user_ref_num); }

    // A forwarded `O` or `U` of at least one share, for which there is room.
    void accept(std::uint32_t user_ref_num, std::uint16_t symbol, std::uint8_t side, std::uint32_t quantity, std::uint64_t price);
    // The order now is of this side and size; 0 frees it.
    void change(OpenOrder& order, std::uint8_t side, std::uint32_t remaining);
    void free(OpenOrder& order) { change(order, order.side, 0); }
    // True: more than remained.
    bool reduce(OpenOrder& order, std::uint32_t quantity);
    // Position, executed notional and time of a fill; the order's size is reduced besides. Of an order that remains live until then.
    void fill(const OpenOrder& order, std::uint32_t quantity, std::uint64_t price, std::uint64_t time_ns);

    void set_position(std::size_t symbol, std::int64_t shares) { symbols_[symbol].position = shares; }
    void set_executed(std::size_t symbol, std::uint64_t notional) { symbols_[symbol].executed = notional; }
    void set_session_executed(std::uint64_t notional) { session_executed_ = notional; }

private:
    void count(const OpenOrder& order);
    void uncount(const OpenOrder& order);

    OpenOrders orders_;
    std::vector<SymbolExposure> symbols_;
    Wide session_open_ = 0;
    std::uint64_t session_executed_ = 0;
};

}  // namespace tickproof::gateway
