// SPDX-License-Identifier: Apache-2.0
// Whether Onload really carries a socket. Onload is preloaded or it is not: nothing of it is linked.
#pragma once
#include <string>

#include "host/wire/summary.h"

namespace tickproof::wire {

inline constexpr const char* kAccelerated = "accelerated";

// state: "accelerated", "kernel", or "no library" if Onload is not preloaded.
OnloadProof onload_proof(const std::string& port, int descriptor);

}  // namespace tickproof::wire
