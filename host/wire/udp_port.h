// SPDX-License-Identifier: Apache-2.0
// Kernel UDP sockets behind the seam of frames: sends the payload of each frame, receives payloads.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "host/common/frame_port.h"
#include "host/wire/plan.h"

namespace tickproof::wire {

class UdpPort : public FramePort {
public:
    // For Onload's proof.
    virtual std::vector<int> descriptors() const = 0;
};

// receive: the addresses whose datagrams are wanted; none: the port only sends. What went to several of them comes in the order of its stamps.
std::unique_ptr<UdpPort> open_udp_port(const std::string& interface, const std::vector<Address>& receive,
                                       const FramePortOptions& options);

}  // namespace tickproof::wire
