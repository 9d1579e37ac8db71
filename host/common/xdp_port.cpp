// SPDX-License-Identifier: Apache-2.0
#include "host/common/error.h"
#include "host/common/frame_port.h"

namespace tickproof {

std::unique_ptr<FramePort> open_xdp_port(const std::string& interface, const FramePortOptions&) {
    throw HostError(interface + ": AF_XDP was left out when this program was built (expected libxdp-dev)");
}

}  // namespace tickproof
