// SPDX-License-Identifier: Apache-2.0
// The device: every socket, and the one thread that polls them (contract 11). After construction it allocates, locks and logs nothing.
#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "host/common/clock.h"
#include "host/common/control_server.h"
#include "host/common/device_link.h"
#include "host/gateway/acceleration.h"
#include "host/gateway/events_out.h"
#include "host/gateway/feed/feed_path.h"
#include "host/gateway/feed_socket.h"
#include "host/gateway/options.h"
#include "host/gateway/order_side.h"
#include "host/gateway/seams.h"

namespace tickproof::gateway {

// HOST-3: ns since the start.
class DeviceClock : public Clock {
public:
    std::uint64_t now_ns() override { return static_cast<std::uint64_t>(monotonic_ns() - origin_ns_); }
    std::int64_t origin_ns() const { return origin_ns_; }

private:
    const std::int64_t origin_ns_ = monotonic_ns();
};

class Gateway {
public:
    // Opens everything, or throws HostError and leaves nothing open.
    Gateway(const Options& options, const std::atomic<bool>& stop);
    // Until `stop`. Throws HostError when it cannot go on.
    void run();

private:
    struct Line {
        Line(const std::string& name, std::uint32_t group, std::uint16_t port);

        Interface interface;
        std::uint32_t group;
        std::uint16_t port;
        FeedSocket socket;
    };
    bool take_control();
    bool take_orders(Side side);
    bool take_feed();
    void catch_up(bool before_client);
    void send_all();

    bool apply(const ControlRequest& request);
    void apply_addresses(const GlobalSettings& settings);
    void demand_acceleration() const;
    void answer(const ControlRequest& request);
    void answer_counters();

    const std::atomic<bool>& stop_;
    const Acceleration acceleration_;
    DeviceClock clock_;
    Interface events_interface_;
    EventsOut events_;
    FeedPath feed_;
    std::array<Line, 2> lines_;
    std::unique_ptr<OrderSide> order_side_;  // of a device that has one
    ControlServer control_;  // last: whoever can speak to it finds a device that is open
    DatagramBatch batch_;
    std::uint64_t pass_began_ns_ = 0;
    std::optional<ControlRequest> sync_;
    std::vector<std::uint64_t> counter_values_;
};

}  // namespace tickproof::gateway
