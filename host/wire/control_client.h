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
    // Requests whose answer has not come. Answers come in the order of the requests.
    std::size_t unanswered() const { return unanswered_; }
    // Sends one 16-byte request. False: there is no room for it now. Throws HostError when the device is gone.
    bool ask(std::span<const std::uint8_t> request);
    // The answer if it is there (valid until the next call). Throws HostError when the device is gone, whether or not an answer is due.
    std::optional<std::span<const std::uint8_t>> answer();

private:
    std::string path_;
    FileDescriptor socket_;
    std::size_t unanswered_ = 0;
    std::vector<std::uint8_t> buffer_;
};

}  // namespace tickproof::wire
