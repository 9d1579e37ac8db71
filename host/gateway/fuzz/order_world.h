// SPDX-License-Identifier: Apache-2.0
// Two order paths that get the same streams, one of them in arbitrary pieces: they must not differ in a byte.
#pragma once
#include <algorithm>
#include <optional>

#include "host/gateway/fuzz/order_inputs.h"
#include "host/gateway/fuzz/order_run.h"

namespace tickproof::gateway::fuzz {

class OrderWorld {
public:
    OrderWorld(Random& random, const MarketView& market, Clock& clock) : random_(random), market_(market), clock_(clock) {}

    // One case: what a side has to say, or a link, or control.
    void step() {
        if (!whole_ || random_.one_in(100)) start();
        switch (random_.below(16)) {
            case 0: control(); break;
            case 1: link(random_.pick({Side::client, Side::exchange})); break;
            case 2:
            case 3:
            case 4:
            case 5: give(Side::exchange, inputs_->exchange()); break;
            default: give(Side::client, inputs_->client()); break;
        }
        require(whole_->take_output() == pieces_->take_output(), "where segments end means nothing");
        whole_->check();
        pieces_->check();
    }
    // Of all paths that there were: whether a run reaches anything can be seen.
    std::uint64_t total(std::size_t counter) const { return totals_[counter] + (whole_ ? whole_->counters()[counter] : 0); }
    // A feed command's CONTROL record is out.
    void control_seen(bool commit) {
        if (!whole_) return;
        for (OrderRun* run : {&*whole_, &*pieces_})
            commit ? run->path().commit(clock_.now_ns()) : run->path().control_seen(clock_.now_ns());
    }

private:
    template <typename Call>
    void both(Call call) {
        call(whole_->path());
        call(pieces_->path());
    }

    void start() {
        if (whole_)
            for (std::size_t index = 0; index < totals_.size(); ++index) totals_[index] += whole_->counters()[index];
        whole_.emplace(market_, clock_, kSymbols);
        pieces_.emplace(market_, clock_, kSymbols);
        inputs_.emplace(random_);
        for (unsigned id = control::dead_man_ns::kId; id <= control::execution_window::kId; ++id)
            for (std::uint16_t symbol = 0; symbol < kSymbols; ++symbol) set(id, symbol);
        const bool open = !random_.one_in(10);
        both([&](Orders& path) {
            path.commit(clock_.now_ns());
            path.link(Side::exchange, true);
            path.link(Side::client, true);
        });
        if (open) unkill();
    }

    // Mostly wide open, or else nothing would ever be live.
    void set(unsigned id, std::uint16_t symbol) {
        const auto open_at_0 = {control::restricted::kId,       control::token_ns::kId,     control::execution_window::kId,
                                control::duplicate_window::kId, control::client_types::kId, control::reject_mode::kId};
        std::uint64_t value = std::find(open_at_0.begin(), open_at_0.end(), id) != open_at_0.end() ? 0 : ~0ull;
        if (random_.one_in(25)) value = random_.edge();
        both([&](Orders& path) { path.set(id, symbol, value); });
    }

    void control() {
        const std::uint16_t scope = random_.pick<std::uint16_t>({0, 1, 2, 3, 9, 0xFFFE, 0xFFFF});
        const auto command = [&](std::uint8_t op, std::uint64_t value) { both([&](Orders& path) { path.command(op, scope, value); }); };
        switch (random_.below(8)) {
            case 0: return command(static_cast<std::uint8_t>(random_.next()), random_.edge());
            case 1: return command(control::op_kill, 0);
            case 2: return command(control::op_set_position, random_.edge());
            case 3: return command(control::op_set_executed, random_.edge());
            case 4: return command(control::op_release_order, inputs_->some_number());
            case 5:
                set(static_cast<unsigned>(random_.between(control::dead_man_ns::kId - 1, control::execution_window::kId + 1)), scope);
                return both([&](Orders& path) { path.commit(clock_.now_ns()); });
            default: return unkill();
        }
    }

    void unkill() {
        both([](Orders& path) {
            for (const std::uint16_t scope : {0, 1, 2, 3, 0xFFFE, 0xFFFF}) path.command(control::op_unkill, scope, 0);
        });
    }

    void link(Side side) {
        const bool up = !whole_->open(side) && !random_.one_in(4);
        both([&](Orders& path) {
            path.link(side, false);
            if (up) path.link(side, true);
        });
    }

    void give(Side side, const Text& stream) {
        if (random_.one_in(3)) unkill();
        if (!whole_->open(side) && !random_.one_in(4)) both([&](Orders& path) { path.link(side, false), path.link(side, true); });
        const Bytes bytes(reinterpret_cast<const std::uint8_t*>(stream.data()), stream.size());
        whole_->path().bytes(side, bytes);
        for (std::size_t from = 0; from < bytes.size();) {
            const std::size_t count = std::min<std::size_t>(bytes.size() - from, random_.between(1, random_.one_in(3) ? 3 : 60));
            pieces_->path().bytes(side, bytes.subspan(from, count));
            from += count;
        }
    }

    using Bytes = std::span<const std::uint8_t>;
    Random& random_;
    const MarketView& market_;
    Clock& clock_;
    std::optional<OrderInputs> inputs_;
    std::optional<OrderRun> whole_, pieces_;
    std::array<std::uint64_t, order_counter::kNames.size()> totals_{};
};

}  // namespace tickproof::gateway::fuzz
