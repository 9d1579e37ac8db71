// SPDX-License-Identifier: Apache-2.0
// Kernel UDP sockets behind the seam of frames: sends the payload of each frame, receives payloads.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "host/common/frame_port.h"
#include "host/wire/plan.h"

namespace tickproof::wire {

class UdpPort : public FramePort {
public:
    // For Onload's proof.
    virtual int descriptor() const = 0;
};

// receive: the address whose datagrams are wanted; none: the port only sends.
std::unique_ptr<UdpPort> open_udp_port(const std::string& interface, const std::optional<Address>& receive,
                                       const FramePortOptions& options);

}  // namespace tickproof::wire
