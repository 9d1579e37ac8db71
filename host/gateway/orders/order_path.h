// SPDX-License-Identifier: Apache-2.0
// The gateway's order path: contract sections 6 and 7, without a socket in it. What comes in are calls, what goes out are the sinks'; so
// the main loop and the fuzz driver use it alike.
#pragma once
#include <cstddef>
#include <memory>

#include "host/gateway/seams.h"

namespace tickproof::gateway {

// Allocates all that it will ever need. `symbols` is the device's, and `market.symbols()` is not below it. The references outlive the
// result. Time 0 of `clock` is the reset: until the first CONTROL record the dead-man's switch counts from there.
std::unique_ptr<Orders> make_order_path(const MarketView& market, RecordSink& records, ByteSink& client, ByteSink& exchange, Clock& clock,
                                        std::size_t symbols);

}  // namespace tickproof::gateway
