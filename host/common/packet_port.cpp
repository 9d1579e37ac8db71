// SPDX-License-Identifier: Apache-2.0
// Frames through AF_PACKET. They come in by a memory-mapped ring (TPACKET_V2 shows each at once, V3 holds it for a while) and go out by
// sendmmsg: a send ring saves a copy into the kernel and costs the kernel more than that, at both ends.
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/net_tstamp.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>

#include "host/common/clock.h"
#include "host/common/error.h"
#include "host/common/frame_port.h"
#include "host/common/interface.h"
#include "host/common/send_batch.h"
#include "host/common/stamp_clock.h"
#include "host/common/vlan.h"

namespace tickproof {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{1} << 18;
constexpr std::size_t kVlanBytes = 4;
constexpr int kSendBuffer = 64 << 20;

// The receive ring: slots of equal size that lie in blocks and never across two.
struct Ring {
    std::uint8_t* base = nullptr;
    std::size_t slot_bytes = 0, slots_a_block = 0, slots = 0, at = 0;

    tpacket2_hdr* current() const {
        return reinterpret_cast<tpacket2_hdr*>(base + at / slots_a_block * kBlockBytes + at % slots_a_block * slot_bytes);
    }
    void advance() { at = at + 1 == slots ? 0 : at + 1; }
};

// The kernel writes a slot's status from another context.
std::uint32_t status_of(tpacket2_hdr* slot) { return std::atomic_ref(slot->tp_status).load(std::memory_order_acquire); }
void set_status(tpacket2_hdr* slot, std::uint32_t status) { std::atomic_ref(slot->tp_status).store(status, std::memory_order_release); }

class PacketPort final : public FramePort {
public:
    PacketPort(const std::string& name, const FramePortOptions& options)
        : interface_(name),
          clock_(options.hardware_stamps && options.receive ? StampClock(name) : StampClock()),
          hardware_(options.hardware_stamps),
          longest_(interface_.mtu() + ETH_HLEN),
          socket_(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0)) {  // protocol 0: nothing comes before `bind`
        if (!socket_) throw system_error(name, "no AF_PACKET socket");
        set(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1, "PACKET_IGNORE_OUTGOING");
        set(SOL_PACKET, PACKET_QDISC_BYPASS, 1, "PACKET_QDISC_BYPASS");
        setsockopt(socket_.get(), SOL_SOCKET, SO_SNDBUFFORCE, &kSendBuffer, sizeof kSendBuffer);
        if (hardware_) set(SOL_PACKET, PACKET_TIMESTAMP, int{SOF_TIMESTAMPING_RAW_HARDWARE}, "PACKET_TIMESTAMP");
        if (options.receive) map_ring(options.ring_bytes);
        sockaddr_ll address{};
        address.sll_family = AF_PACKET;
        address.sll_ifindex = interface_.index();
        address.sll_protocol = options.receive ? htons(ETH_P_ALL) : 0;
        if (bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) < 0)
            throw system_error(name, "cannot bind AF_PACKET");
        if (options.receive) {
            packet_mreq promiscuous{};
            promiscuous.mr_ifindex = interface_.index();
            promiscuous.mr_type = PACKET_MR_PROMISC;
            set(SOL_PACKET, PACKET_ADD_MEMBERSHIP, promiscuous, "promiscuous mode");
        }
    }
    ~PacketPort() override {
        if (ring_.base) munmap(ring_.base, ring_bytes_);
    }
    PacketPort(const PacketPort&) = delete;

    bool send(std::span<const std::uint8_t> frame) override {
        const bool tagged = frame.size() >= ETH_HLEN && load_be<std::uint16_t>(frame.data() + 12) == ETH_P_8021Q;
        if (frame.size() < ETH_HLEN || frame.size() > longest_ + (tagged ? kVlanBytes : 0)) {
            throw HostError(interface_.name() + ": a frame cannot be sent (got " + std::to_string(frame.size()) +
                            " bytes, expected 14 to " + std::to_string(longest_) + ")");
        }
        if (queued_.full()) return false;
        queued_.add(frame);
        return true;
    }

    void flush() override { queued_.flush(socket_.get(), interface_); }

    bool receive(RxFrame& frame) override {
        if (taken_) {
            set_status(taken_, TP_STATUS_KERNEL);
            taken_ = nullptr;
        }
        while (ring_.slots) {
            tpacket2_hdr* slot = ring_.current();
            const std::uint32_t status = status_of(slot);
            if (!(status & TP_STATUS_USER)) break;
            ring_.advance();
            if (slot->tp_snaplen < slot->tp_len) {  // put together by the card (LRO), longer than anything on the wire
                ++cut_;
                set_status(slot, TP_STATUS_KERNEL);
                continue;
            }
            taken_ = slot;
            frame = as_frame(slot, status);
            return true;
        }
        interface_.check_sometimes();
        return false;
    }

    std::uint64_t dropped() override {
        tpacket_stats statistics{};
        socklen_t size = sizeof statistics;
        if (getsockopt(socket_.get(), SOL_PACKET, PACKET_STATISTICS, &statistics, &size) == 0)
            dropped_ += statistics.tp_drops;  // reading clears it
        return dropped_ + cut_ + (ring_.slots ? interface_.missed() : 0);
    }
    std::uint64_t unsent() override { return interface_.unsent(); }
    std::int64_t clock_moved_ns() override { return clock_.moved_ns(); }
    std::string description() const override { return "AF_PACKET, ring, qdisc bypass"; }

private:
    template <class T>
    void set(int level, int option, const T& value, const char* what) {
        if (setsockopt(socket_.get(), level, option, &value, sizeof value) < 0)
            throw system_error(interface_.name(), std::string("no ") + what);
    }

    void map_ring(std::size_t bytes) {
        ring_.slot_bytes = TPACKET_ALIGN(TPACKET2_HDRLEN + 16 + kVlanBytes + longest_ + kVlanBytes);
        if (ring_.slot_bytes > kBlockBytes)
            throw HostError(interface_.name() + ": the MTU is too large (got " + std::to_string(interface_.mtu()) + ")");
        ring_.slots_a_block = kBlockBytes / ring_.slot_bytes;
        const std::size_t blocks = std::max<std::size_t>(1, bytes / kBlockBytes);
        ring_.slots = blocks * ring_.slots_a_block;
        tpacket_req request{};
        request.tp_block_size = kBlockBytes;
        request.tp_block_nr = static_cast<unsigned>(blocks);
        request.tp_frame_size = static_cast<unsigned>(ring_.slot_bytes);
        request.tp_frame_nr = static_cast<unsigned>(ring_.slots);
        set(SOL_PACKET, PACKET_VERSION, int{TPACKET_V2}, "TPACKET_V2");
        set(SOL_PACKET, PACKET_RESERVE, static_cast<int>(kVlanBytes), "PACKET_RESERVE");
        set(SOL_PACKET, PACKET_RX_RING, request, "memory for a ring");
        ring_bytes_ = blocks * kBlockBytes;
        void* mapping = mmap(nullptr, ring_bytes_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, socket_.get(), 0);
        if (mapping == MAP_FAILED) throw system_error(interface_.name(), "cannot map the ring");
        ring_.base = static_cast<std::uint8_t*>(mapping);
    }

    RxFrame as_frame(tpacket2_hdr* slot, std::uint32_t status) const {
        std::uint8_t* bytes = reinterpret_cast<std::uint8_t*>(slot) + slot->tp_mac;
        std::size_t length = slot->tp_snaplen;
        if ((status & TP_STATUS_VLAN_VALID) && length >= 12) {
            bytes = put_vlan_back(bytes, status & TP_STATUS_VLAN_TPID_VALID ? slot->tp_vlan_tpid : ETH_P_8021Q, slot->tp_vlan_tci);
            length += kVlanBytes;
        }
        if (hardware_ && !(status & TP_STATUS_TS_RAW_HARDWARE)) {
            throw HostError(interface_.name() +
                            ": a frame came without the stamp that the driver promised (got none, expected a hardware stamp)");
        }
        return {{bytes, length}, clock_.to_monotonic(slot->tp_sec * kSecond + slot->tp_nsec)};
    }

    Interface interface_;
    StampClock clock_;
    bool hardware_;
    std::size_t longest_;
    FileDescriptor socket_;
    Ring ring_;
    std::size_t ring_bytes_ = 0;
    tpacket2_hdr* taken_ = nullptr;  // the slot that `receive` last handed out
    SendBatch queued_;
    std::uint64_t dropped_ = 0, cut_ = 0;
};

}  // namespace

std::unique_ptr<FramePort> open_packet_port(const std::string& interface, const FramePortOptions& options) {
    return std::make_unique<PacketPort>(interface, options);
}

}  // namespace tickproof
