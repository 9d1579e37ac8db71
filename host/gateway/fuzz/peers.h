// SPDX-License-Identifier: Apache-2.0
// Everybody who talks to a device, none of them well-behaved: the two lines of a feed, a client, an exchange, and control.
#pragma once
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <memory>
#include <string>

#include "host/common/bytes.h"
#include "host/common/clock.h"
#include "host/common/device_link.h"
#include "host/common/error.h"
#include "host/common/frame_port.h"
#include "host/common/fuzz/require.h"
#include "host/common/tables.h"
#include "host/gateway/fuzz/feed_inputs.h"

namespace tickproof::gateway::fuzz {

using namespace tickproof::fuzz;

inline std::span<const std::uint8_t> as_bytes(const Text& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// Frames: mostly with packets of the feed in them, to the groups and ports at reset.
class Lines {
public:
    Lines(Random& random, const std::string& a, const std::string& b) : random_(random), inputs_(random), ports_{open(a), open(b)} {}

    void step() {
        FramePort& port = *ports_[random_.below(2)];
        Text frame = around(inputs_.packet());
        if (random_.one_in(10)) random_.damage(frame);
        if (random_.one_in(50)) frame.resize(random_.below(frame.size() + 1));
        if (random_.one_in(50)) frame.append(random_.below(1500), 'x');
        frame.resize(std::clamp<std::size_t>(frame.size(), 14, 2040), 'x');
        while (!port.send(as_bytes(frame))) port.flush();
        port.flush();
    }

private:
    static std::unique_ptr<FramePort> open(const std::string& interface) { return open_packet_port(interface, {.receive = false}); }

    Text around(const Text& payload) {
        const bool b = random_.one_in(2);
        const std::uint64_t group = b ? control::feed_b_group::kDefault : control::feed_a_group::kDefault;
        const std::uint64_t port = b ? control::feed_b_port::kDefault : control::feed_a_port::kDefault;
        const Text udp = be(30'000, 2) + be(port, 2) + be(8 + payload.size(), 2) + be(0, 2) + payload;
        const Text addresses = be(0xC0A81402, 4) + be(group, 4);
        Text ip = be(0x4500, 2) + be(20 + udp.size(), 2) + be(0x00004000, 4) + be(0x4011, 2) + be(0, 2) + addresses;
        std::uint32_t sum = 0;
        for (std::size_t at = 0; at < ip.size(); at += 2) sum += load_be<std::uint16_t>(as_bytes(ip).data() + at);
        sum = (sum & 0xFFFF) + (sum >> 16);
        ip.replace(10, 2, be(~(sum + (sum >> 16)) & 0xFFFF, 2));
        const Text tag = random_.one_in(20) ? be(0x8100'0001, 4) : "";
        return be(0x01005E00'0000 | (group & 0x7F'FFFF), 6) + be(0x0254'5000'1402, 6) + tag + be(0x0800, 2) + ip + udp;
    }

    Random& random_;
    FeedInputs inputs_;
    std::unique_ptr<FramePort> ports_[2];
};

// The other end of a stream: sends in pieces, reads when it likes, ends the connection in any way and comes again.
class StreamPeer {
public:
    enum class Kind { connects, listens };

    StreamPeer(Random& random, const Endpoint& endpoint, Kind kind) : random_(random), endpoint_(endpoint), kind_(kind) {
        if (kind == Kind::connects) return;
        listener_ = tcp();
        const int on = 1;
        ::setsockopt(listener_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        const bool bound = ::bind(listener_.get(), address(), sizeof endpoint_.address) == 0;
        if (!bound || ::listen(listener_.get(), 1) < 0) throw system_error(endpoint_.text, "cannot listen");
    }

    template <typename Say>
    void step(Say say) {
        if (!connection_) return begin();
        if (random_.one_in(2)) hear();
        if (connection_ && random_.one_in(30)) end();  // a side that had a framing error listens to nothing more
        if (!connection_) return;
        Text bytes = waiting_ + say();
        const std::size_t most = random_.one_in(3) ? random_.between(1, 20) : bytes.size();
        const ssize_t count = ::send(connection_.get(), bytes.data(), std::min(most, bytes.size()), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (count < 0 && errno != EAGAIN) return connection_.close();
        waiting_ = bytes.substr(count < 0 ? 0 : static_cast<std::size_t>(count));
        if (waiting_.size() > kMost) waiting_.clear();
    }

    void hear() {
        char bytes[16'384];
        while (connection_) {
            const ssize_t count = ::recv(connection_.get(), bytes, sizeof bytes, MSG_DONTWAIT);
            if (count < 0 && errno == EAGAIN) return;
            if (count <= 0) connection_.close();
            else heard_ += static_cast<std::uint64_t>(count);
        }
    }
    std::uint64_t heard() const { return heard_; }  // bytes

private:
    static constexpr std::size_t kMost = 65'536;

    static FileDescriptor tcp() { return FileDescriptor(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)); }
    const sockaddr* address() const { return reinterpret_cast<const sockaddr*>(&endpoint_.address); }

    void begin() {
        waiting_.clear();
        if (kind_ == Kind::listens) {
            connection_ = FileDescriptor(::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
            return;
        }
        connection_ = tcp();
        if (::connect(connection_.get(), address(), sizeof endpoint_.address) < 0 && errno != EINPROGRESS) connection_.close();
    }

    void end() {
        if (random_.one_in(2)) ::shutdown(connection_.get(), SHUT_WR);
        if (random_.one_in(2)) return;
        const linger hard{random_.one_in(2), 0};
        ::setsockopt(connection_.get(), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
        connection_.close();
    }

    Random& random_;
    Endpoint endpoint_;
    Kind kind_;
    FileDescriptor listener_, connection_;
    Text waiting_;
    std::uint64_t heard_ = 0;
};

// Settings and commands of any value, other than those that would lead the device's own sockets away.
class ControlPeer {
public:
    ControlPeer(Random& random, const std::string& path) : random_(random), path_(path) {}

    void step() {
        if (!connection_) begin();
        Text request = record();
        if (random_.one_in(100)) request.resize(random_.pick<std::size_t>({0, 1, 15, 17, 5000}));
        ::send(connection_.get(), request.data(), request.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        hear();
        if (random_.one_in(100)) connection_.close();
    }

    // A new client is greeted, in the end. `meanwhile`: what others must do, so that the device is not stuck with what it has to say.
    template <typename Meanwhile>
    void demand_answer(Meanwhile meanwhile) {
        begin();
        const Text hello = "\x70" + Text(15, '\0');
        require(::send(connection_.get(), hello.data(), hello.size(), MSG_NOSIGNAL) == 16, "a device takes requests");
        for (const std::int64_t give_up = monotonic_ns() + kPatience; monotonic_ns() < give_up;) {
            meanwhile();
            char answer[64];
            const ssize_t count = ::recv(connection_.get(), answer, sizeof answer, MSG_DONTWAIT);
            if (count < 0 && errno == EAGAIN) continue;
            return require(count == 32 && Text(answer, 4) == "TPDV", "a device that lives says hello");
        }
        require(false, "a device that lives answers");
    }

private:
    static constexpr std::int64_t kPatience = 60 * kSecond;

    void begin() {
        connection_ = FileDescriptor(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path_.copy(address.sun_path, sizeof address.sun_path - 1);
        // This may block: the device takes one client at a time, and a full queue has to empty first.
        const auto* generic = reinterpret_cast<const sockaddr*>(&address);
        if (::connect(connection_.get(), generic, sizeof address) < 0) throw system_error(path_, "no device there");
    }

    void hear() {
        char answer[4096];
        ssize_t count = 0;
        while ((count = ::recv(connection_.get(), answer, sizeof answer, MSG_DONTWAIT)) > 0) continue;
        if (count == 0 || errno != EAGAIN) connection_.close();
    }

    Text record() {
        std::uint64_t op = random_.one_in(10) ? random_.below(256) : random_.below(12);
        std::uint64_t setting = random_.one_in(10) ? random_.edge() : random_.below(210);
        const bool leads_away = setting >= control::feed_a_group::kId && setting <= control::events_src_port::kId;
        if (leads_away) setting = control::gap_timeout_ns::kId;
        const std::uint64_t symbol = random_.one_in(4) ? random_.edge() & 0xFFFF : random_.below(kSymbols);
        std::uint8_t bytes[control::kLength]{};
        bytes[control::op.offset] = static_cast<std::uint8_t>(op);
        store_be(bytes + control::symbol.offset, static_cast<std::uint16_t>(symbol));
        store_be(bytes + control::setting.offset, static_cast<std::uint32_t>(setting));
        store_be(bytes + control::value.offset, random_.edge());
        return {reinterpret_cast<const char*>(bytes), sizeof bytes};
    }

    Random& random_;
    std::string path_;
    FileDescriptor connection_;
};

}  // namespace tickproof::gateway::fuzz
