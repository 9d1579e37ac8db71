// SPDX-License-Identifier: Apache-2.0
// Whether Onload really carries a socket. Onload is preloaded or it is not: nothing of it is linked.
#pragma once
#include <string>

namespace tickproof {

inline constexpr const char* kAccelerated = "accelerated";

struct OnloadProof {
    std::string port;
    std::string state;  // kAccelerated, "kernel", or "no library" if Onload is not preloaded
    std::string stack;
};

OnloadProof onload_proof(const std::string& port, int descriptor);

}  // namespace tickproof
