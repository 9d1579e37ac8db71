// SPDX-License-Identifier: Apache-2.0
// --onload required: a socket that the kernel carries ends the gateway, because its figures would be called what they are not.
#pragma once
#include <string>

#include "host/common/error.h"
#include "host/common/onload.h"

namespace tickproof::gateway {

class Acceleration {
public:
    explicit Acceleration(bool required) : required_(required) {}

    void demand(const std::string& port, int descriptor) const {
        if (!required_) return;
        const OnloadProof proof = onload_proof(port, descriptor);
        if (proof.state != kAccelerated) throw HostError(port + ": Onload does not carry this socket (got " + proof.state + ", expected " + kAccelerated + ")");
    }

private:
    bool required_;
};

}  // namespace tickproof::gateway
