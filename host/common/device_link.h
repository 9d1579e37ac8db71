// SPDX-License-Identifier: Apache-2.0
// One TCP connection of a device's side (docs/wire.md): its link goes up and down, bytes come, bytes go. Nothing here blocks or waits, and nothing allocates after construction.
#pragma once
#include <netinet/in.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "host/common/file_descriptor.h"
#include "host/common/stamp_clock.h"

namespace tickproof {

struct Endpoint {
    sockaddr_in address;
    std::string text;  // as the user wrote it
};

// "10.0.0.1:9000"; `option` is what an error names. Throws HostError.
Endpoint parse_endpoint(const std::string& option, const std::string& text);

class DeviceLink {
public:
    enum class Event { none, up, bytes, down };

    virtual ~DeviceLink() = default;
    DeviceLink(const DeviceLink&) = delete;
    DeviceLink& operator=(const DeviceLink&) = delete;

    // The next thing that happened, in the order of the connection. Also carries on with what waits to be sent.
    Event poll();
    // The bytes of Event::bytes, until the next `poll`.
    std::span<const std::uint8_t> received() const { return received_; }

    // Before the first connection: let the kernel stamp what comes, for a device that has to know when (which costs each `poll` a little).
    void stamp_arrivals() { stamps_.emplace(); }
    // CLOCK_MONOTONIC when the last of the received bytes had arrived, if arrivals are stamped: the kernel's stamp, or when they were read where there is none.
    std::int64_t received_ns() const { return received_ns_; }

    // Queued; `flush` (or a later `poll`) sends. Without a connection, or when the peer takes nothing more, they are lost as on any broken connection.
    // The caller keeps to `room()`: HostError otherwise.
    void send(std::span<const std::uint8_t> bytes);
    void flush();
    std::size_t room() const { return outgoing_.size() - (end_ - begin_); }
    bool all_sent() const { return begin_ == end_; }
    int descriptor() const { return connection_.get(); }  // of the connection; -1: none

    // After Event::down the connection stays until this call: what was queued, and is until then, still goes to a peer that only ended its own direction.
    // Then the next connection can come.
    void close_when_sent() { closing_ = true; }

protected:
    explicit DeviceLink(std::size_t outgoing_bytes);
    // A connection, when there is a new one.
    virtual FileDescriptor establish() = 0;

private:
    Event take();
    void finish();

    FileDescriptor connection_;
    std::vector<std::uint8_t> incoming_, outgoing_;
    std::span<const std::uint8_t> received_;
    std::optional<StampClock> stamps_;
    std::int64_t received_ns_ = 0;
    std::size_t begin_ = 0, end_ = 0;  // of what waits in outgoing_
    bool up_ = false, broken_ = false, closing_ = false;
};

inline constexpr std::size_t kLinkBuffer = std::size_t{4} << 20;

// `client`: listens, and takes one connection at a time; further ones wait.
class ClientLink : public DeviceLink {
public:
    explicit ClientLink(const Endpoint& listen_at, std::size_t outgoing_bytes = kLinkBuffer);
    int listener() const { return listener_.get(); }

private:
    FileDescriptor establish() override;

    FileDescriptor listener_;
};

// `exchange`: connects, every quarter of a millisecond until it succeeds.
class ExchangeLink : public DeviceLink {
public:
    explicit ExchangeLink(const Endpoint& connect_to, std::size_t outgoing_bytes = kLinkBuffer);

private:
    FileDescriptor establish() override;
    void retry_later();

    Endpoint peer_;
    FileDescriptor attempt_;
    std::int64_t next_attempt_ns_ = 0;
};

}  // namespace tickproof
