// SPDX-License-Identifier: Apache-2.0
// One TCP connection to the device, made and ended as a Program says (docs/wire.md, `stream`). Nothing here ever blocks.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "host/common/error.h"
#include "host/common/file_descriptor.h"
#include "host/common/interface.h"
#include "host/wire/plan.h"

namespace tickproof::wire {

class Stream {
public:
    explicit Stream(const StreamLine& line);

    bool down() const { return state_ == State::down; }
    bool up() const { return state_ == State::up; }
    bool ending() const { return state_ == State::ending; }

    // From `down`: begins to connect or to listen. Throws HostError if the device refuses, or the address is not ours.
    void begin();
    // Ends our direction and stops listening. What the device still has to say is read; then the state is `down`.
    void end();
    // One step of connecting, listening or closing. True: the connection has just come up. Throws HostError if its interface has gone: TCP
    // itself would be silent about that for minutes.
    bool progress();
    // How many of these bytes went out; none: no room now; nullopt: there is no connection any more.
    std::optional<std::size_t> send(std::span<const std::uint8_t> bytes);
    // What has come (valid until the next call), or empty.
    std::span<const std::uint8_t> receive();
    int descriptor() const { return connection_.get(); }

private:
    enum class State { down, coming_up, up, ending };

    void established();
    void closed();
    HostError failed(const char* what, int error) const;

    StreamLine line_;
    std::optional<Interface> interface_;
    State state_ = State::down;
    FileDescriptor listener_, connection_;
    bool input_over_ = false;  // the device has ended its direction
    std::vector<std::uint8_t> buffer_;
};

}  // namespace tickproof::wire
