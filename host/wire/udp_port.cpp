// SPDX-License-Identifier: Apache-2.0
#include "host/wire/udp_port.h"

#include <arpa/inet.h>
#include <linux/net_tstamp.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "host/common/clock.h"
#include "host/common/error.h"
#include "host/common/interface.h"
#include "host/common/send_batch.h"
#include "host/common/stamp_clock.h"
#include "host/wire/ip_udp.h"

namespace tickproof::wire {
namespace {

constexpr std::size_t kBatch = 64;  // received with one call
constexpr std::size_t kDatagramMax = 10 << 10;  // a jumbo frame; more is cut and said so
constexpr int kSendBuffer = 16 << 20;
constexpr int kTimeToLive = 32;

sockaddr_in socket_address(const Address& address) {
    sockaddr_in result{};
    result.sin_family = AF_INET;
    result.sin_addr.s_addr = htonl(address.ip);
    result.sin_port = htons(address.port);
    return result;
}

class KernelUdpPort final : public UdpPort {
public:
    KernelUdpPort(const std::string& name, const std::optional<Address>& receive, const FramePortOptions& options)
        : interface_(name),
          clock_(options.hardware_stamps && receive ? StampClock(name) : StampClock()),
          hardware_(options.hardware_stamps),
          socket_(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
        if (!socket_) throw system_error(name, "no UDP socket");
        if (setsockopt(socket_.get(), SOL_SOCKET, SO_BINDTODEVICE, name.c_str(), static_cast<socklen_t>(name.size())) < 0) {
            throw system_error(name, "cannot bind a socket to the interface");
        }
        if (receive) {
            open_receiver(*receive, options);
        } else {
            open_sender();
        }
    }

    bool send(std::span<const std::uint8_t> frame) override {
        if (queued_.full()) return false;
        const auto datagram = datagram_of(frame);
        if (!datagram) throw HostError(interface_.name() + ": a frame is not the kernel's to make (expected a plain IPv4/UDP datagram)");
        queued_.add(datagram->payload, socket_address(datagram->to));
        return true;
    }

    void flush() override { queued_.flush(socket_.get(), interface_); }

    bool receive(RxFrame& frame) override {
        if (next_ == received_) {
            next_ = received_ = 0;
            if (buffers_.empty()) {  // only sends
                interface_.check_sometimes();
                return false;
            }
            for (auto& message : messages_) message.msg_hdr.msg_controllen = sizeof controls_[0];
            const int count = recvmmsg(socket_.get(), messages_.data(), kBatch, MSG_DONTWAIT, nullptr);
            if (count <= 0) {
                interface_.check_sometimes();
                return false;
            }
            received_ = static_cast<std::size_t>(count);
        }
        mmsghdr& message = messages_[next_];
        if (message.msg_hdr.msg_flags & MSG_TRUNC) {
            throw HostError(interface_.name() + ": a datagram is too long (expected up to " + std::to_string(kDatagramMax) + " bytes)");
        }
        frame = {{buffers_.data() + next_ * kDatagramMax, message.msg_len}, time_of(message.msg_hdr)};
        ++next_;
        return true;
    }

    std::uint64_t dropped() override {
        std::array<std::uint32_t, SK_MEMINFO_VARS> memory{};
        socklen_t size = sizeof memory;
        if (getsockopt(socket_.get(), SOL_SOCKET, SO_MEMINFO, memory.data(), &size) < 0)
            throw system_error(interface_.name(), "no count of drops");
        return memory[SK_MEMINFO_DROPS];
    }
    std::uint64_t unsent() override { return interface_.unsent(); }
    std::int64_t clock_moved_ns() override { return clock_.moved_ns(); }
    std::string description() const override { return "kernel UDP"; }
    std::vector<int> descriptors() const override { return {socket_.get()}; }

private:
    using Control = std::array<std::uint8_t, CMSG_SPACE(3 * sizeof(timespec))>;

    template <class T>
    void set(int level, int option, const T& value, const char* what) {
        if (setsockopt(socket_.get(), level, option, &value, sizeof value) < 0)
            throw system_error(interface_.name(), std::string("no ") + what);
    }

    void open_sender() {
        ip_mreqn multicast{};
        multicast.imr_ifindex = interface_.index();
        set(IPPROTO_IP, IP_MULTICAST_IF, multicast, "multicast by this interface");
        set(IPPROTO_IP, IP_MULTICAST_TTL, kTimeToLive, "time to live");
        set(IPPROTO_IP, IP_MULTICAST_LOOP, 0, "multicast without a copy for ourselves");
        setsockopt(socket_.get(), SOL_SOCKET, SO_SNDBUFFORCE, &kSendBuffer, sizeof kSendBuffer);
    }

    void open_receiver(const Address& from, const FramePortOptions& options) {
        const int bytes = static_cast<int>(std::min<std::size_t>(options.ring_bytes, 1 << 29));
        setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes);
        const int kind = hardware_ ? SOF_TIMESTAMPING_RX_HARDWARE | SOF_TIMESTAMPING_RAW_HARDWARE
                                   : SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE;
        set(SOL_SOCKET, SO_TIMESTAMPING, kind, "stamps");
        const sockaddr_in address = socket_address(from);
        if (IN_MULTICAST(from.ip)) {
            set(SOL_SOCKET, SO_REUSEADDR, 1, "shared multicast port");
            ip_mreqn group{};
            group.imr_multiaddr = address.sin_addr;
            group.imr_ifindex = interface_.index();
            set(IPPROTO_IP, IP_ADD_MEMBERSHIP, group, "membership of the group");
        }
        if (bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0) {
            throw system_error(interface_.name(),
                               std::string("cannot bind UDP ") + inet_ntoa(address.sin_addr) + ":" + std::to_string(from.port));
        }
        buffers_.resize(kBatch * kDatagramMax);
        for (std::size_t index = 0; index < kBatch; ++index) {
            parts_[index] = {buffers_.data() + index * kDatagramMax, kDatagramMax};
            msghdr& header = messages_[index].msg_hdr;
            header.msg_iov = &parts_[index];
            header.msg_iovlen = 1;
            header.msg_control = controls_[index].data();
        }
    }

    std::int64_t time_of(msghdr& header) const {
        for (cmsghdr* part = CMSG_FIRSTHDR(&header); part; part = CMSG_NXTHDR(&header, part)) {
            if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SO_TIMESTAMPING) continue;
            std::array<timespec, 3> stamps;  // software, unused, hardware
            std::memcpy(stamps.data(), CMSG_DATA(part), sizeof stamps);
            const std::int64_t stamp = to_ns(stamps[hardware_ ? 2 : 0]);
            if (stamp) return clock_.to_monotonic(stamp);
        }
        if (hardware_)
            throw HostError(interface_.name() + ": a datagram came without the stamp that the driver promised (expected a hardware stamp)");
        return monotonic_ns();  // the kernel starts to stamp a moment after it was asked to; later than the truth is safe
    }

    Interface interface_;
    StampClock clock_;
    bool hardware_;
    FileDescriptor socket_;
    std::vector<std::uint8_t> buffers_;
    std::array<mmsghdr, kBatch> messages_{};
    std::array<iovec, kBatch> parts_{};
    std::array<Control, kBatch> controls_{};
    std::size_t received_ = 0, next_ = 0;
    SendBatch queued_;
};

// A socket an address. A datagram of one is given only when all the others have been looked at since it came: it came first.
class MergedUdpPort final : public UdpPort {
public:
    explicit MergedUdpPort(std::vector<std::unique_ptr<UdpPort>> ports) : ports_(std::move(ports)), waiting_(ports_.size()) {}

    bool send(std::span<const std::uint8_t> frame) override { return ports_.front()->send(frame); }
    void flush() override { ports_.front()->flush(); }
    bool receive(RxFrame& frame) override {
        for (bool more = true; more;) {
            more = false;
            for (std::size_t index = 0; index < ports_.size(); ++index) {
                RxFrame came;
                if (waiting_[index] || !ports_[index]->receive(came)) continue;
                waiting_[index] = came;
                more = true;
            }
        }
        const auto earlier = [](const auto& left, const auto& right) { return left && (!right || left->time_ns < right->time_ns); };
        auto& first = *std::min_element(waiting_.begin(), waiting_.end(), earlier);
        if (!first) return false;
        frame = *first;
        frame.address = static_cast<std::uint32_t>(&first - waiting_.data());
        first.reset();
        return true;
    }
    std::uint64_t dropped() override {
        std::uint64_t sum = 0;
        for (const auto& port : ports_) sum += port->dropped();
        return sum;
    }
    std::uint64_t unsent() override { return ports_.front()->unsent(); }
    std::int64_t clock_moved_ns() override { return ports_.front()->clock_moved_ns(); }
    std::string description() const override { return ports_.front()->description(); }
    std::vector<int> descriptors() const override {
        std::vector<int> all;
        for (const auto& port : ports_) all.push_back(port->descriptors().front());
        return all;
    }

private:
    std::vector<std::unique_ptr<UdpPort>> ports_;
    std::vector<std::optional<RxFrame>> waiting_;  // of each port, the next one
};

}  // namespace

std::unique_ptr<UdpPort> open_udp_port(const std::string& interface, const std::vector<Address>& receive, const FramePortOptions& options) {
    if (receive.empty()) return std::make_unique<KernelUdpPort>(interface, std::nullopt, options);
    if (receive.size() == 1) return std::make_unique<KernelUdpPort>(interface, receive.front(), options);
    std::vector<std::unique_ptr<UdpPort>> ports;
    for (const Address& address : receive) ports.push_back(std::make_unique<KernelUdpPort>(interface, address, options));
    return std::make_unique<MergedUdpPort>(std::move(ports));
}

}  // namespace tickproof::wire
