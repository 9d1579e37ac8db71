// SPDX-License-Identifier: Apache-2.0
// Our end of a device's control socket (docs/wire.md, "Control socket").
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "host/common/file_descriptor.h"

namespace tickproof::wire {

namespace request_op {
inline constexpr std::uint8_t hello = 0x70, counters = 0x71, sync = 0x72, refused = 0x80;
}

class ControlClient {
public:
    // Throws HostError where nobody listens.
    explicit ControlClient(const std::string& path);

    const std::string& path() const { return path_; }
    bool waiting() const { return waiting_; }
    // Sends one 16-byte request; its answer must have come before the next. Throws HostError when the device is gone.
    void ask(std::span<const std::uint8_t> request);
    void ask(std::uint8_t op);
    // The answer if it is there (valid until the next call). Throws HostError when the device is gone, whether or not an answer is due.
    std::optional<std::span<const std::uint8_t>> answer();

private:
    std::string path_;
    FileDescriptor socket_;
    bool waiting_ = false;
    std::vector<std::uint8_t> buffer_;
};

}  // namespace tickproof::wire
