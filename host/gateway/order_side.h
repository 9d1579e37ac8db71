// SPDX-License-Identifier: Apache-2.0
// The order path on its two TCP connections.
#pragma once
#include <memory>

#include "host/common/device_link.h"
#include "host/gateway/acceleration.h"
#include "host/gateway/options.h"
#include "host/gateway/seams.h"

namespace tickproof::gateway {

class OrderSide {
public:
    OrderSide(const Options& options, const MarketView& market, RecordSink& records, Clock& clock);

    Orders& orders() { return *orders_; }
    // The next thing that happened on a connection: none, or what `take_up` then takes. Bytes stay where they are until the next `look`.
    DeviceLink::Event look(Side side);
    void take_up(Side side, DeviceLink::Event event);
    // Room for what a command may send: a kill is not held back as early as the bytes of a stream are.
    bool has_room_for_a_command() const;
    void flush();
    bool all_sent() const { return client_.all_sent() && exchange_.all_sent(); }

private:
    class LinkSink : public ByteSink {
    public:
        explicit LinkSink(DeviceLink& link) : link_(link) {}
        void send(std::span<const std::uint8_t> bytes) override { link_.send(bytes); }

    private:
        DeviceLink& link_;
    };

    DeviceLink& link(Side side);
    bool has_room() const;

    const Acceleration acceleration_;
    ClientLink client_;
    ExchangeLink exchange_;
    LinkSink to_client_{client_}, to_exchange_{exchange_};
    std::unique_ptr<Orders> orders_;
};

}  // namespace tickproof::gateway
