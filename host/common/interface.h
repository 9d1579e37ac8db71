// SPDX-License-Identifier: Apache-2.0
// A network interface: what a port has to know of it, and whether it is still there.
#pragma once
#include <cstdint>
#include <string>

#include "host/common/file_descriptor.h"

namespace tickproof {

class Interface {
public:
    // Throws HostError where there is no such interface or it is down.
    explicit Interface(const std::string& name);

    const std::string& name() const { return name_; }
    int index() const { return index_; }
    std::size_t mtu() const { return mtu_; }

    // Throws HostError if the interface went away, was shut, or lost its carrier.
    void check() const;
    // As `check`, but only each 1024th call looks: for loops that poll.
    void check_sometimes() {
        if ((++calls_ & 1023) == 0) check();
    }

    // Since this object was made: frames that the driver had no buffer for, and frames that it was given and did not send.
    std::uint64_t missed() const;
    std::uint64_t unsent() const;

private:
    struct Drops {
        std::uint32_t missed = 0, unsent = 0;
    };
    Drops drops() const;

    std::string name_;
    FileDescriptor query_;  // any socket will do for the ioctls
    int index_ = 0;
    std::size_t mtu_ = 0;
    std::uint32_t calls_ = 0;
    Drops at_start_;
};

// The interface by which packets to an IPv4 address leave; of one of our own addresses, the interface that has it. "" if there is none.
std::string interface_towards(std::uint32_t ip);

}  // namespace tickproof
