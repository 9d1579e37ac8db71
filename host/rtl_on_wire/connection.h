// SPDX-License-Identifier: Apache-2.0
// A port of the device, and what it is connected to on the host.
#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "host/common/device_link.h"
#include "host/common/frame_port.h"
#include "host/rtl_on_wire/pace.h"
#include "host/rtl_on_wire/stream_in.h"
#include "host/rtl_on_wire/stream_out.h"

namespace tickproof::rtl {

inline constexpr std::uint64_t kQuietClocks = 2000;  // after so many without a beat the device has nothing more to say there

// The next clock, and the last one in which anything went into the device or came out of it, at any port, control included.
struct Moment {
    std::uint64_t clock, last_beat;
    bool counting;  // counters are being read: frames stay where they are, so that all counters are of one moment
};

class Connection {
public:
    virtual ~Connection() = default;
    // Takes up what has arrived, a bounded amount at a time. False: nothing had.
    virtual bool poll(const Pace& pace, const Moment& moment) = 0;
    virtual void drive(std::uint64_t clock) = 0;   // before the model settles
    virtual bool sample(std::uint64_t clock) = 0;  // after it; true: there is something to `flush`
    virtual void flush() = 0;
    virtual bool idle(std::uint64_t clock) const = 0;  // nothing of what had come by then waits on its way in, nothing on its way out
    virtual std::uint64_t last_due() const = 0;        // when the last input came
    virtual std::uint64_t last_clock() const = 0;  // in which something went in or came out
    virtual std::string trouble() = 0;             // what was lost here, for people; "": nothing
};

class FrameInput final : public Connection {
public:
    FrameInput(std::string name, const StreamPins& pins, std::unique_ptr<FramePort> port) : name_(std::move(name)), in_(pins), port_(std::move(port)) {}
    bool poll(const Pace& pace, const Moment& moment) override;
    void drive(std::uint64_t clock) override { in_.drive(clock); }
    bool sample(std::uint64_t clock) override;
    void flush() override {}
    bool idle(std::uint64_t clock) const override { return !in_.waits_since(clock); }
    std::uint64_t last_due() const override { return in_.last_due(); }
    std::uint64_t last_clock() const override { return in_.last_clock(); }
    std::string trouble() override;

private:
    std::string name_;
    StreamIn in_;
    std::unique_ptr<FramePort> port_;
};

class FrameOutput final : public Connection {
public:
    FrameOutput(std::string name, const StreamPins& pins, std::unique_ptr<FramePort> port) : name_(std::move(name)), out_(pins), port_(std::move(port)) {}
    bool poll(const Pace&, const Moment&) override { return false; }
    void drive(std::uint64_t) override { out_.drive(true); }
    bool sample(std::uint64_t clock) override;
    void flush() override { port_->flush(); }
    bool idle(std::uint64_t) const override { return true; }
    std::uint64_t last_due() const override { return 0; }
    std::uint64_t last_clock() const override { return out_.last_clock(); }
    std::string trouble() override;

private:
    std::string name_;
    StreamOut out_;
    std::unique_ptr<FramePort> port_;
    std::uint64_t bad_ = 0;
};

// Both directions of a TCP connection, and the level that says whether it is up.
class TcpStream final : public Connection {
public:
    TcpStream(const StreamPins& in, const StreamPins& out, std::unique_ptr<DeviceLink> link) : beat_bytes_(out.bytes), in_(in), out_(out), link_(std::move(link)) {}
    bool poll(const Pace& pace, const Moment& moment) override;
    void drive(std::uint64_t clock) override;
    bool sample(std::uint64_t clock) override;
    void flush() override { link_->flush(); }
    bool idle(std::uint64_t clock) const override { return !in_.waits_since(clock) && link_->all_sent(); }
    std::uint64_t last_due() const override { return in_.last_due(); }
    std::uint64_t last_clock() const override;
    std::string trouble() override { return ""; }

private:
    bool take(DeviceLink::Event event, const Pace& pace);
    bool has_nothing_more(const Moment& moment) const;

    std::size_t beat_bytes_;
    StreamIn in_;
    StreamOut out_;
    std::unique_ptr<DeviceLink> link_;
    bool ending_ = false;  // the peer's direction is over, ours is not yet
};

}  // namespace tickproof::rtl
