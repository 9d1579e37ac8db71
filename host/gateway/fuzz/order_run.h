// SPDX-License-Identifier: Apache-2.0
// An order path under watch: what it puts and sends is added up, and has to agree with its counters.
#pragma once
#include <array>
#include <memory>
#include <string>

#include "host/common/bytes.h"
#include "host/common/tables.h"
#include "host/common/fuzz/require.h"
#include "host/gateway/orders/order_path.h"

namespace tickproof::gateway::fuzz {

using namespace tickproof::fuzz;

// The whole SoupBinTCP packets that go out of one side.
class WatchedSide final : public ByteSink {
public:
    bool open = false;
    std::uint64_t packets = 0;
    std::string log;

    void send(std::span<const std::uint8_t> bytes) override {
        require(open, "nothing is sent to a side that is down or closed");
        require(bytes.size() >= 3 && load_be<std::uint16_t>(bytes.data()) == bytes.size() - 2, "one whole packet is sent at a time");
        ++packets;
        log.append(bytes.begin(), bytes.end());
    }
};

class OrderRun final : private RecordSink {
public:
    OrderRun(const MarketView& market, Clock& clock, std::size_t symbols)
        : clock_(clock), path_(make_order_path(market, *this, client_, exchange_, clock, symbols)) {}

    Orders& path() { return *path_; }
    std::span<const std::uint64_t> counters() const { return path_->counters(); }
    bool open(Side side) const { return (side == Side::client ? client_ : exchange_).open; }
    // All that came out since the last time.
    std::string take_output() {
        std::string output = records_ + '|' + client_.log + '|' + exchange_.log;
        records_.clear();
        client_.log.clear();
        exchange_.log.clear();
        return output;
    }

    void check() const {
        using namespace order_counter;
        const auto count = path_->counters();
        require(count[order_counter::client_packets] == clients_ + decisions_, "each packet of the client has one record");
        require(count[order_counter::exchange_packets] == reports_, "each packet of the exchange has one record");
        require(count[orders] == decisions_ && count[orders_forwarded] + count[orders_rejected] == decisions_,
                "each order is forwarded or rejected");
        require(count[orders_forwarded] == forwarded_, "what is forwarded is decided so");
        require(count[client_errors] == errors_[0] && count[exchange_errors] == errors_[1], "each error has one record");
        require(count[replayed] == replayed_, "each replayed packet says so");
        require(client_.packets + count[client_unsent] == reports_ + count[rejects_sent], "all for the client is sent or counted");
        require(count[rejects_sent] <= count[orders_rejected], "only what is rejected has a reject");
        const std::uint64_t passed = exchange_.packets - count[orders_forwarded] - count[cancels_sent];
        require(passed <= clients_ && passed + count[exchange_unsent] >= clients_, "all for the exchange is sent or counted");
    }

private:
    void put(std::span<const std::uint8_t, 64> bytes) override {
        records_.append(bytes.begin(), bytes.end());
        const auto byte = [&bytes](Field field) { return bytes[field.offset]; };
        require(load_be<std::uint32_t>(bytes.data() + record::number.offset) == 0 &&
                    load_be<std::uint64_t>(bytes.data() + record::stamp.offset) == 0,
                "number and stamp are the sink's");
        require(load_be<std::uint64_t>(bytes.data() + record::time_ns.offset) == clock_.now_ns(), "a record has the time of its input");
        const std::uint64_t ordinal = load_be<std::uint64_t>(bytes.data() + record::sequence.offset);
        switch (byte(record::kind)) {
            case record::session_error::kType: {
                const bool client = byte(record::session_error::port) == record::session_error::port_client;
                require((client ? client_ : exchange_).open, "only an open side has errors");
                (client ? client_ : exchange_).open = false;
                ++errors_[client ? 0 : 1];
                break;
            }
            case record::link::kType:
                (byte(record::link::port) == record::link::port_client ? client_ : exchange_).open = byte(record::link::up) != 0;
                break;
            case record::client::kType: require(ordinal == ++clients_ + decisions_, "ordinals are contiguous"); break;
            case record::decision::kType: {
                require(ordinal == clients_ + ++decisions_, "ordinals are contiguous");
                const std::uint32_t failing = load_be<std::uint32_t>(bytes.data() + record::decision::failing.offset);
                const bool forwards = byte(record::decision::verdict) == record::decision::verdict_forwarded;
                require(failing >> (record::check_executions + 1) == 0 && forwards == (failing == 0),
                        "an order is forwarded if no check fails");
                forwarded_ += forwards;
                break;
            }
            case record::report::kType:
                require(ordinal == ++reports_, "ordinals are contiguous");
                replayed_ += byte(record::flags) == record::flag_replayed;
                break;
            case record::control::kType: require(ordinal == 0, "an order-path command has no sequence"); break;
            default: require(false, "the order path has no such record");
        }
    }

    Clock& clock_;
    WatchedSide client_, exchange_;
    std::unique_ptr<Orders> path_;
    std::string records_;
    std::uint64_t clients_ = 0, decisions_ = 0, forwarded_ = 0, reports_ = 0, replayed_ = 0;
    std::array<std::uint64_t, 2> errors_{};
};

}  // namespace tickproof::gateway::fuzz
