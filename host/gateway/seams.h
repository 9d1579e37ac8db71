// SPDX-License-Identifier: Apache-2.0
// What the two halves of the gateway, market data and orders, know of each other. Times are ns of the device's own clock (time_ns of records).
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

namespace tickproof::gateway {

// A record without number and stamp, which the sink gives it: records leave in the order in which they are put.
class RecordSink {
public:
    virtual ~RecordSink() = default;
    // `record` has 64 bytes (tables.h, namespace record), number and stamp 0.
    virtual void put(std::span<const std::uint8_t, 64> record) = 0;
};

// One TCP connection's outgoing direction. The order path decides what goes; it never asks twice.
class ByteSink {
public:
    virtual ~ByteSink() = default;
    virtual void send(std::span<const std::uint8_t> bytes) = 0;
};

class Clock {
public:
    virtual ~Clock() = default;
    virtual std::uint64_t now_ns() = 0;
};

// A symbol as the risk gate has to know it (contract 7, "Reference").
struct Quote {
    bool present;               // a BBO record has been emitted since reset, session_reset, or a commit that restarts the symbol
    std::uint8_t flags;         // as in that BBO
    bool stale;                 // a GAP since, and no book_trust
    std::uint32_t bid_price, ask_price;
    std::uint64_t time_ns;      // of that BBO record
};

struct SymbolState {
    bool enabled;
    std::uint64_t stock;        // eight bytes, first most significant
    Quote quote;
    std::uint8_t trading_state, halt, reg_sho;
};

// Market data, seen by the order path.
class MarketView {
public:
    virtual ~MarketView() = default;
    virtual const SymbolState& symbol(std::size_t index) const = 0;  // index < symbols()
    virtual std::size_t symbols() const = 0;
    virtual std::uint8_t phase() const = 0;
};

enum class Side : std::uint8_t { client = 1, exchange = 2 };  // as in the records' `port`

// The order path, seen by the rest (host/gateway/orders/order_path.h implements it).
class Orders {
public:
    virtual ~Orders() = default;
    virtual void link(Side side, bool up) = 0;
    virtual void bytes(Side side, std::span<const std::uint8_t> payload) = 0;
    // A `set` of an order-path setting (ids from 128) into its shadow; false: there is no such setting or symbol.
    virtual bool set(std::uint32_t setting, std::uint16_t symbol, std::uint64_t value) = 0;
    // A commit has taken effect; market data has put its CONTROL record at this time.
    virtual void commit(std::uint64_t time_ns) = 0;
    // Any other feed command (session_reset, book_clear, book_trust) has left its CONTROL record: it holds the dead-man's switch.
    virtual void control_seen(std::uint64_t time_ns) = 0;
    // kill, unkill, set_position, set_executed, release_order, alive: leaves its CONTROL record. False: unknown op.
    virtual bool command(std::uint8_t op, std::uint16_t symbol, std::uint64_t value) = 0;
    // Exact counters in the order of tables.h, namespace order_counter.
    virtual std::span<const std::uint64_t> counters() const = 0;
};

}  // namespace tickproof::gateway
