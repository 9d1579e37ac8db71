// SPDX-License-Identifier: Apache-2.0
// A feed path under watch: packets of both lines, settings and commands, and what must hold of its records.
#pragma once
#include "host/common/bytes.h"
#include "host/common/tables.h"
#include "host/gateway/feed/feed_path.h"
#include "host/gateway/fuzz/feed_inputs.h"
#include "host/common/fuzz/require.h"

namespace tickproof::gateway::fuzz {

class FeedWorld final : private RecordSink {
public:
    FeedWorld(Random& random, Clock& clock) : random_(random), clock_(clock), inputs_(random), path_(*this, kSymbols, kLevels) {
        set_all();
        path_.command(control::op_commit, 0, clock_.now_ns());
    }

    const MarketView& market() const { return path_.market(); }
    std::span<const std::uint64_t> counters() const { return path_.counters(); }

    // One case: a packet of either line.
    void step() {
        const unsigned line = static_cast<unsigned>(random_.below(2));
        const Text payload = inputs_.packet();
        if (path_.has_room(line, 1))
            path_.packet(line, {reinterpret_cast<const std::uint8_t*>(payload.data()), payload.size()}, clock_.now_ns());
        path_.poll(clock_.now_ns());
        check();
    }

    // A command that leaves its CONTROL record, at times behind a change of settings. True: it was a commit.
    bool control() {
        const auto symbol = static_cast<std::uint16_t>(random_.one_in(8) ? random_.next() : random_.below(kSymbols));
        if (random_.one_in(20) || ended_) {
            set_all();
            path_.command(control::op_commit, 0, clock_.now_ns());
            path_.command(control::op_session_reset, 0, clock_.now_ns());
            inputs_.start_over();
            ended_ = false;
            return true;
        }
        if (random_.one_in(20)) {
            const std::uint32_t setting =
                random_.pick({control::gap_timeout_ns::kId, control::session_pinned::kId, control::start_sequence::kId,
                              control::enabled::kId, control::locate::kId, control::locate_given::kId, 200u});
            path_.set(setting, symbol, random_.one_in(3) ? 0 : random_.below(3));
            path_.command(control::op_commit, 0, clock_.now_ns());
            return true;
        }
        if (random_.one_in(4)) path_.command(control::op_book_clear, symbol, clock_.now_ns());
        for (std::uint16_t index = 0; index < kSymbols; ++index) path_.command(control::op_book_trust, index, clock_.now_ns());
        return false;
    }

private:
    static constexpr std::size_t kLevels = 4096;

    void set_all() {
        for (std::uint16_t symbol = 0; symbol < kSymbols; ++symbol) {
            std::uint64_t stock = 0;
            for (int index = 0; index < 8; ++index) stock = stock << 8 | static_cast<std::uint8_t>(kStocks[symbol][index]);
            path_.set(control::stock::kId, symbol, stock);
            path_.set(control::enabled::kId, symbol, symbol < 2);
            path_.set(control::base::kId, symbol, kBid - 1'000);
            path_.set(control::locate::kId, symbol, symbol + 1u);
            path_.set(control::locate_given::kId, symbol, symbol < 2);
        }
        path_.set(control::session_pinned::kId, 0, 0);
        path_.set(control::start_sequence::kId, 0, 1);
    }

    void put(std::span<const std::uint8_t, 64> bytes) override {
        const std::uint64_t time = load_be<std::uint64_t>(bytes.data() + record::time_ns.offset);
        require(time >= last_time_ && time <= clock_.now_ns(), "times of the feed never decrease");
        last_time_ = time;
        switch (bytes[record::kind.offset]) {
            case record::bbo::kType: return check_bbo(bytes.data());
            case record::gap::kType: {
                const std::uint64_t first = load_be<std::uint64_t>(bytes.data() + record::sequence.offset),
                                    end = load_be<std::uint64_t>(bytes.data() + record::gap::end.offset);
                require(end != first, "a gap misses something");
                ++gaps_;
                missing_ += end - first;
                break;
            }
            case record::end_of_session::kType:
                require(!ended_, "a session ends once");
                ended_ = true;
                break;
            case record::trading_state::kType:
            case record::control::kType: break;
            default: require(false, "the feed path of a host has no such record");
        }
    }

    static void check_bbo(const std::uint8_t* record) {
        using namespace record::bbo;
        const auto bid = load_be<std::uint32_t>(record + bid_price.offset), ask = load_be<std::uint32_t>(record + ask_price.offset);
        require((bid == 0) == (load_be<std::uint64_t>(record + bid_shares.offset) == 0), "a bid has shares");
        require((ask == 0) == (load_be<std::uint64_t>(record + ask_shares.offset) == 0), "an ask has shares");
        const bool crossed = bid != 0 && ask != 0 && bid >= ask;
        require(crossed == ((record[record::flags.offset] & record::flag_crossed) != 0), "a crossed book is flagged");
    }

    void check() const {
        const auto count = path_.counters();
        require(count[counter::gaps] == gaps_ && count[counter::gap_messages] == missing_, "each gap has one record");
        require(count[counter::messages] >= count[counter::bad_message], "bad messages are messages");
        require(count[counter::degraded] == 0 && count[counter::lost] == 0, "a host stores every order and loses no record");
        for (std::size_t index : {counter::a_fifo_overflow, counter::b_fifo_overflow}) require(count[index] == 0, "a host has no FIFO");
    }

    Random& random_;
    Clock& clock_;
    FeedInputs inputs_;
    std::uint64_t gaps_ = 0, missing_ = 0, last_time_ = 0;
    bool ended_ = false;
    FeedPath path_;
};

}  // namespace tickproof::gateway::fuzz
