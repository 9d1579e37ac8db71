// SPDX-License-Identifier: Apache-2.0
#include "host/gateway/order_side.h"

#include "host/gateway/orders/order_path.h"

namespace tickproof::gateway {
namespace {

// More than one take can cause: the bytes of one read, answered or passed on, and a Cancel of each live order for each kill that they latch.
constexpr std::size_t kRoomOfOneTake = std::size_t{1} << 20;
constexpr std::size_t kRoomOfOneCommand = std::size_t{64} << 10;  // a Cancel of each live order

}  // namespace

OrderSide::OrderSide(const Options& options, const MarketView& market, RecordSink& records, Clock& clock)
    : acceleration_(options.onload_required),
      client_(*options.client),
      exchange_(*options.exchange),
      orders_(make_order_path(market, records, to_client_, to_exchange_, clock, options.symbols)) {
    acceleration_.demand("client", client_.listener());
}

DeviceLink::Event OrderSide::look(Side side) {
    if (!has_room()) return DeviceLink::Event::none;  // a peer that does not read holds back what would be sent to it; nothing is lost
    return link(side).poll();
}

void OrderSide::take_up(Side side, DeviceLink::Event event) {
    switch (event) {
        case DeviceLink::Event::none: break;
        case DeviceLink::Event::up:
            acceleration_.demand(side == Side::client ? "client" : "exchange", link(side).descriptor());
            orders_->link(side, true);
            break;
        case DeviceLink::Event::bytes: orders_->bytes(side, link(side).received()); break;
        case DeviceLink::Event::down:
            orders_->link(side, false);
            link(side).close_when_sent();
            break;
    }
}

DeviceLink& OrderSide::link(Side side) { return side == Side::client ? static_cast<DeviceLink&>(client_) : exchange_; }

void OrderSide::flush() {
    exchange_.flush();
    client_.flush();
}

bool OrderSide::has_room_for_a_command() const { return exchange_.room() >= kRoomOfOneCommand; }

bool OrderSide::has_room() const { return client_.room() >= kRoomOfOneTake && exchange_.room() >= kRoomOfOneTake; }

}  // namespace tickproof::gateway
