// SPDX-License-Identifier: Apache-2.0
// What the user asks of the gateway.
#pragma once
#include <cstddef>
#include <optional>
#include <string>

#include "host/common/device_link.h"
#include "host/gateway/feed/order_store.h"

namespace tickproof::gateway {

struct Options {
    bool help = false;
    std::string feed[2], events, control;      // interfaces, and a path
    std::optional<Endpoint> client, exchange;  // both, or neither: feed_handler
    std::size_t symbols = 8, levels = 4096, orders = kUsualOrders;
    std::optional<int> cpu;
    bool onload_required = false;
    bool hold = false;  // until a line comes by stdin

    bool has_order_path() const { return client.has_value(); }
};

// Throws HostError.
Options parse_options(int count, const char* const* arguments);
const char* usage();

}  // namespace tickproof::gateway
