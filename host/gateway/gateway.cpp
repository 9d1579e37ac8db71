// SPDX-License-Identifier: Apache-2.0
#include "host/gateway/gateway.h"

#include <algorithm>

#include "host/common/tables.h"

namespace tickproof::gateway {
namespace {

constexpr std::uint64_t kPassNs = 50'000;  // a pass over all sockets takes less, unless the kernel let something else run
constexpr int kCatchUp = 4;
constexpr std::uint32_t kFirstOrderSetting = control::dead_man_ns::kId;

const GlobalSettings& settings_at_reset() {
    static const Settings settings(0);
    return settings.global;
}

}  // namespace

Gateway::Line::Line(const std::string& name, std::uint32_t group, std::uint16_t port) : interface(name), group(group), port(port), socket(interface, group, port) {}

Gateway::Gateway(const Options& options, const std::atomic<bool>& stop)
    : stop_(stop),
      acceleration_(options.onload_required),
      events_interface_(options.events),
      events_(events_interface_, settings_at_reset(), stop),
      feed_(events_, options.symbols, options.levels, options.orders),
      lines_{Line(options.feed[0], feed_.settings().group[0], feed_.settings().port[0]), Line(options.feed[1], feed_.settings().group[1], feed_.settings().port[1])},
      order_side_(options.has_order_path() ? std::make_unique<OrderSide>(options, feed_.market(), events_, clock_) : nullptr),
      control_(options.control),
      counter_values_(counter::kNames.size() + (order_side_ ? order_counter::kNames.size() : 0)) {
    demand_acceleration();
}

// HOST-2: the order in which what is there at once is taken, and a bounded amount of each.
void Gateway::run() {
    while (!stop_.load(std::memory_order_relaxed)) {
        pass_began_ns_ = clock_.now_ns();
        bool idle = !take_control();
        idle &= !take_orders(Side::exchange);
        idle &= !take_feed();
        idle &= !take_orders(Side::client);
        if (sync_ && idle && (!order_side_ || order_side_->all_sent())) {
            control_.answer_record(*sync_, true);
            sync_.reset();
        }
    }
}

bool Gateway::take_orders(Side side) {
    if (!order_side_) return false;
    const DeviceLink::Event event = order_side_->look(side);
    if (event == DeviceLink::Event::none) return false;
    catch_up(side == Side::client);
    order_side_->take_up(side, event);
    send_all();
    return true;
}

// Between reading one socket and the next the kernel may have let something else run for milliseconds. What came meanwhile on the sockets that
// were read before goes first, as it would have.
void Gateway::catch_up(bool before_client) {
    const std::uint64_t now = clock_.now_ns();
    if (now - pass_began_ns_ < kPassNs) return;
    pass_began_ns_ = now;
    for (int count = 0; count < kCatchUp && take_control(); ++count) {}
    if (!before_client) return;
    for (int count = 0; count < kCatchUp && take_orders(Side::exchange); ++count) {}
    take_feed();
}

bool Gateway::take_feed() {
    bool taken = false, drained = true;
    for (unsigned line = 0; line < lines_.size(); ++line) {
        lines_[line].interface.check_sometimes();
        if (!feed_.has_room(line, DatagramBatch::kMost)) continue;  // they wait in the kernel
        const std::size_t count = batch_.receive(lines_[line].socket.get());
        if (count > 0) catch_up(false);
        for (std::size_t index = 0; index < count; ++index) feed_.packet(line, batch_[index], clock_.now_ns());
        taken |= count > 0;
        drained &= count < DatagramBatch::kMost;
        if (count > 0) send_all();
    }
    // What fills a hole may be at hand already: time is up only when it is not.
    if (drained) feed_.poll(clock_.now_ns());
    send_all();
    return taken;
}

void Gateway::send_all() {
    if (order_side_) order_side_->flush();
    events_.flush();
}

bool Gateway::take_control() {
    if (order_side_ && !order_side_->has_room_for_a_command()) {
        order_side_->flush();
        return false;  // an exchange that does not read holds back what would be sent to it
    }
    const auto request = control_.next();
    if (!request) return false;
    answer(*request);
    return true;
}

void Gateway::answer(const ControlRequest& request) {
    switch (request.op) {
        case ControlRequest::kHello: return control_.answer_hello(clock_.origin_ns(), 1, static_cast<std::uint32_t>(feed_.market().symbols()));
        case ControlRequest::kCounters: return answer_counters();
        case ControlRequest::kSync: sync_ = request; return;  // answered when there is nothing left to do
        default: break;
    }
    const bool done = apply(request);
    send_all();
    control_.answer_record(request, done);
}

bool Gateway::apply(const ControlRequest& request) {
    if (request.op == control::op_set) {
        if (request.setting < kFirstOrderSetting) return feed_.set(request.setting, request.symbol, request.value);
        return order_side_ && order_side_->orders().set(request.setting, request.symbol, request.value);
    }
    if (request.op == control::op_commit) apply_addresses(feed_.staged());
    const std::uint64_t now = clock_.now_ns();  // a commit's: now its lines have moved, for which the kernel may have taken its time
    if (!feed_.command(request.op, request.symbol, now)) return order_side_ && order_side_->orders().command(request.op, request.symbol, request.value);
    if (!order_side_) return true;
    if (request.op == control::op_commit) order_side_->orders().commit(now);
    else order_side_->orders().control_seen(now);
    return true;
}

// CTRL-5: before the commit's own effect, whose records go where it says.
void Gateway::apply_addresses(const GlobalSettings& settings) {
    events_.address(settings);
    for (unsigned line = 0; line < lines_.size(); ++line) {
        Line& moved = lines_[line];
        if (moved.group == settings.group[line] && moved.port == settings.port[line]) continue;
        moved.group = settings.group[line];
        moved.port = settings.port[line];
        moved.socket = FeedSocket(moved.interface, moved.group, moved.port);
    }
    demand_acceleration();
}

void Gateway::demand_acceleration() const {
    acceleration_.demand("events", events_.descriptor());
    acceleration_.demand("feed_a", lines_[0].socket.get());
    acceleration_.demand("feed_b", lines_[1].socket.get());
}

void Gateway::answer_counters() {
    const auto feed = feed_.counters();
    const auto behind = std::copy(feed.begin(), feed.end(), counter_values_.begin());
    counter_values_[counter::records] = events_.records();
    if (order_side_) {
        const auto orders = order_side_->orders().counters();
        std::copy(orders.begin(), orders.end(), behind);
    }
    control_.answer_counters(counter_values_);
}

}  // namespace tickproof::gateway
