// SPDX-License-Identifier: Apache-2.0
// The XDP program of one interface and the sockets behind it. It hangs on a descriptor: whatever ends this process takes it off.
#pragma once
#include <string>

#include "host/common/file_descriptor.h"

namespace tickproof {

class XdpProgram {
public:
    // only_udp: frames other than IPv4/UDP go on to the kernel. Throws HostError with what is missing.
    XdpProgram(const std::string& interface, int index, bool only_udp);

    // The frames of this queue go to the AF_XDP socket from now on.
    void redirect(unsigned queue, int socket);
    bool native() const { return native_; }

private:
    std::string interface_;
    FileDescriptor map_, program_, link_;
    bool native_ = true;
};

}  // namespace tickproof
