// SPDX-License-Identifier: Apache-2.0
// The three kinds of ports that take sends: frames, streams, control.
#pragma once
#include <optional>
#include <vector>

#include "host/common/frame_port.h"
#include "host/common/onload.h"
#include "host/wire/control_client.h"
#include "host/wire/lane.h"
#include "host/wire/recorder.h"
#include "host/wire/stream.h"

namespace tickproof::wire {

class FrameLane final : public Lane {
public:
    FrameLane(std::string port, Sends sends, Spool sent, Lateness& lateness, FramePort& frames)
        : Lane(std::move(port), std::move(sends), std::move(sent), lateness), frames_(frames) {}
    void send(std::int64_t until_ns, std::size_t burst) override;

private:
    FramePort& frames_;
    std::vector<std::int64_t> batch_;  // when each queued frame was due
};

class StreamLane final : public Lane {
public:
    StreamLane(const StreamLine& line, Sends sends, Spool sent, Lateness& lateness, Recorder& recorder)
        : Lane(line.port, std::move(sends), std::move(sent), lateness), stream_(line), recorder_(recorder) {}
    void send(std::int64_t until_ns, std::size_t burst) override;
    // Reads what has come and takes the connection a step on. True: something happened.
    bool poll();
    bool ending() const { return stream_.ending(); }
    // Of the connections that there were: one that Onload does not carry, if there is one.
    const std::optional<OnloadProof>& proof() const { return proof_; }

private:
    void send_link_up();
    void send_link_down();
    void send_bytes();

    Stream stream_;
    Recorder& recorder_;
    std::optional<OnloadProof> proof_;
    std::size_t gone_ = 0;       // bytes of the next row that went out
    std::int64_t first_ns_ = 0;  // when its first did
};

class ControlLane final : public Lane {
public:
    ControlLane(Sends sends, Spool sent, Lateness& lateness, ControlClient& control)
        : Lane("control", std::move(sends), std::move(sent), lateness), control_(control) {}
    // Does not wait for answers: a device that is slow to take one up shall not delay the next.
    void send(std::int64_t until_ns, std::size_t burst) override;

private:
    ControlClient& control_;
};

}  // namespace tickproof::wire
