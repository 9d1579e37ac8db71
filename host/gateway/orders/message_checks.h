// SPDX-License-Identifier: Apache-2.0
// What an order's own fields have to be (RISK-MESSAGE).
#pragma once
#include "host/gateway/orders/subject.h"

namespace tickproof::gateway {

bool message_fails(const Subject& subject);

}  // namespace tickproof::gateway
