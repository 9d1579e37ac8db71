// SPDX-License-Identifier: Apache-2.0
// Frames through AF_XDP: zero-copy where the driver can, else copied.
#include "host/common/error.h"
#include "host/common/frame_port.h"

#if TICKPROOF_XDP
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <xdp/libxdp.h>
#include <xdp/xsk.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstring>
#include <memory>
#include <optional>
#include <vector>

#include "host/common/clock.h"
#include "host/common/interface.h"
#include "host/common/xdp_program.h"

namespace tickproof {
namespace {

constexpr std::size_t kChunkBytes = 4096;
constexpr std::uint32_t kReceiveMin = 1024, kReceiveMax = 32768, kTransmit = 1024;
constexpr std::uint32_t kBatch = 64;
constexpr std::int64_t kBusyNs = kSecond;  // the kernel frees a queue a moment after its last user went

int silent(enum libxdp_print_level, const char*, va_list) { return 0; }

// The memory that frames lie in, and its two rings.
class Memory {
public:
    Memory(const std::string& interface, std::size_t chunks) : bytes_(chunks * kChunkBytes) {
        void* mapping = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
        if (mapping == MAP_FAILED) throw system_error(interface, "no memory for AF_XDP");
        data_ = static_cast<std::uint8_t*>(mapping);
        xsk_umem_config config{};
        config.fill_size = std::bit_ceil(static_cast<std::uint32_t>(chunks));
        config.comp_size = kTransmit;
        config.frame_size = kChunkBytes;
        if (const int error = xsk_umem__create(&umem_, data_, bytes_, &fill, &completion, &config)) {
            munmap(data_, bytes_);
            throw system_error(interface, "no AF_XDP socket", -error);
        }
    }
    ~Memory() {
        xsk_umem__delete(umem_);
        munmap(data_, bytes_);
    }
    Memory(const Memory&) = delete;

    xsk_umem* get() const { return umem_; }
    std::uint8_t* at(std::uint64_t address) const { return data_ + address; }

    xsk_ring_prod fill{};
    xsk_ring_cons completion{};

private:
    std::size_t bytes_;
    std::uint8_t* data_ = nullptr;
    xsk_umem* umem_ = nullptr;
};

// AF_XDP reads one queue: with more, frames would pass us by.
void check_queues(const Interface& interface) {
    const FileDescriptor query(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ethtool_channels channels{};
    channels.cmd = ETHTOOL_GCHANNELS;
    ifreq request{};
    interface.name().copy(request.ifr_name, IFNAMSIZ - 1);
    request.ifr_data = reinterpret_cast<char*>(&channels);
    if (ioctl(query.get(), SIOCETHTOOL, &request) < 0) return;  // a driver that cannot have several
    const auto queues = channels.rx_count + channels.combined_count;
    if (queues > 1) {
        throw HostError(interface.name() + ": AF_XDP reads one receive queue (got " + std::to_string(queues) + ", expected 1: ethtool -L " +
                        interface.name() + " combined 1)");
    }
}

class XdpPort final : public FramePort {
public:
    XdpPort(const std::string& name, const FramePortOptions& options)
        : interface_(name),
          receives_(options.receive ? receive_chunks(options.ring_bytes) : 0),
          memory_(name, receives_ + kTransmit) {
        if (options.hardware_stamps && options.receive)
            throw HostError(name + ": AF_XDP has no stamps (got `timestamps hardware`, expected software)");
        if (options.receive) {
            check_queues(interface_);
            program_.emplace(name, interface_.index(), options.only_udp);
        }
        bind_socket();
        for (std::uint32_t chunk = 0; chunk < kTransmit; ++chunk) free_.push_back((receives_ + chunk) * kChunkBytes);
        if (!options.receive) return;
        std::uint32_t at = 0;
        xsk_ring_prod__reserve(&memory_.fill, receives_, &at);
        for (std::uint32_t chunk = 0; chunk < receives_; ++chunk)
            *xsk_ring_prod__fill_addr(&memory_.fill, at + chunk) = chunk * kChunkBytes;
        xsk_ring_prod__submit(&memory_.fill, receives_);
        program_->redirect(0, xsk_socket__fd(socket_.get()));
    }

    bool send(std::span<const std::uint8_t> frame) override {
        if (frame.size() > interface_.mtu() + 18 || frame.size() > kChunkBytes) {
            throw HostError(interface_.name() + ": a frame cannot be sent (got " + std::to_string(frame.size()) +
                            " bytes, expected up to " + std::to_string(interface_.mtu() + 14) + ")");
        }
        if (free_.empty()) reap();
        std::uint32_t at = 0;
        if (free_.empty() || xsk_ring_prod__reserve(&transmit_, 1, &at) != 1) return false;
        const std::uint64_t address = free_.back();
        free_.pop_back();
        std::memcpy(memory_.at(address), frame.data(), frame.size());
        xdp_desc* descriptor = xsk_ring_prod__tx_desc(&transmit_, at);
        descriptor->addr = address;
        descriptor->len = static_cast<std::uint32_t>(frame.size());
        descriptor->options = 0;
        ++queued_;
        return true;
    }

    void flush() override {
        xsk_ring_prod__submit(&transmit_, queued_);
        queued_ = 0;
        // A call sends some of the ring; with copies it takes several.
        for (const std::int64_t give_up = monotonic_ns() + kSecond; std::atomic_ref(*transmit_.consumer) != transmit_.cached_prod;) {
            if (sendto(xsk_socket__fd(socket_.get()), nullptr, 0, MSG_DONTWAIT, nullptr, 0) >= 0) continue;
            const bool busy = errno == EAGAIN || errno == EBUSY || errno == ENOBUFS || errno == EINTR;
            if (!busy || monotonic_ns() > give_up) throw system_error(interface_.name(), "the interface takes no frames");
        }
        reap();
    }

    bool receive(RxFrame& frame) override {
        if (next_ == received_ && !receive_more()) {
            interface_.check_sometimes();
            return false;
        }
        const xdp_desc* descriptor = xsk_ring_cons__rx_desc(&receive_, first_ + next_++);
        frame = {{memory_.at(descriptor->addr), descriptor->len}, shown_ns_};
        return true;
    }

    std::uint64_t dropped() override {
        xdp_statistics statistics{};
        socklen_t size = sizeof statistics;
        if (getsockopt(xsk_socket__fd(socket_.get()), SOL_XDP, XDP_STATISTICS, &statistics, &size) < 0) {
            throw system_error(interface_.name(), "no count of drops");
        }
        return statistics.rx_dropped + statistics.rx_ring_full + (receives_ ? interface_.missed() : 0);
    }
    std::uint64_t unsent() override { return interface_.unsent(); }
    std::int64_t clock_moved_ns() override { return 0; }  // nothing is stamped
    std::string description() const override {
        if (zero_copy_) return "AF_XDP, zero-copy";
        return std::string("AF_XDP, copied, ") + (!receives_ ? "sends only" : program_->native() ? "native" : "generic");
    }

private:
    struct Delete {
        void operator()(xsk_socket* socket) const { xsk_socket__delete(socket); }
    };

    static std::uint32_t receive_chunks(std::size_t bytes) {
        return std::bit_floor(static_cast<std::uint32_t>(std::clamp<std::size_t>(bytes / kChunkBytes, kReceiveMin, kReceiveMax)));
    }

    int try_bind(std::uint16_t flags) {
        xsk_socket_config config{};
        config.rx_size = receives_;
        config.tx_size = kTransmit;
        config.libxdp_flags = XSK_LIBXDP_FLAGS__INHIBIT_PROG_LOAD;
        config.bind_flags = flags;
        xsk_socket* socket = nullptr;
        const std::int64_t give_up = monotonic_ns() + kBusyNs;
        int error = 0;
        do {
            error = xsk_socket__create(&socket, interface_.name().c_str(), 0, memory_.get(), receives_ ? &receive_ : nullptr, &transmit_,
                                       &config);
        } while (error == -EBUSY && monotonic_ns() < give_up && poll(nullptr, 0, 1) == 0);
        socket_.reset(socket);
        return error;
    }

    void bind_socket() {
        // A port that only sends has no program on its interface, without which drivers have no queue for zero-copy.
        zero_copy_ = receives_ && program_->native() && try_bind(XDP_ZEROCOPY | XDP_USE_NEED_WAKEUP) == 0;
        if (zero_copy_) return;
        if (const int error = try_bind(XDP_COPY)) throw system_error(interface_.name(), "cannot bind AF_XDP to receive queue 0", -error);
    }

    // Chunks whose bytes have left are free again.
    void reap() {
        std::uint32_t at = 0;
        const std::uint32_t count = xsk_ring_cons__peek(&memory_.completion, kTransmit, &at);
        for (std::uint32_t index = 0; index < count; ++index) free_.push_back(*xsk_ring_cons__comp_addr(&memory_.completion, at + index));
        xsk_ring_cons__release(&memory_.completion, count);
    }

    bool receive_more() {
        if (!receives_) return false;
        give_back();
        received_ = xsk_ring_cons__peek(&receive_, kBatch, &first_);
        next_ = 0;
        shown_ns_ = monotonic_ns();
        if (received_ == 0 && xsk_ring_prod__needs_wakeup(&memory_.fill))
            recvfrom(xsk_socket__fd(socket_.get()), nullptr, 0, MSG_DONTWAIT, nullptr, nullptr);
        return received_ > 0;
    }

    // An empty fill ring would drop in silence: every chunk goes back at once.
    void give_back() {
        if (received_ == 0) return;
        std::uint32_t at = 0;
        xsk_ring_prod__reserve(&memory_.fill, received_, &at);
        for (std::uint32_t index = 0; index < received_; ++index) {
            const std::uint64_t address = xsk_ring_cons__rx_desc(&receive_, first_ + index)->addr;
            *xsk_ring_prod__fill_addr(&memory_.fill, at + index) = address & ~std::uint64_t{kChunkBytes - 1};
        }
        xsk_ring_prod__submit(&memory_.fill, received_);
        xsk_ring_cons__release(&receive_, received_);
    }

    Interface interface_;
    std::uint32_t receives_;  // chunks
    Memory memory_;
    std::optional<XdpProgram> program_;
    std::unique_ptr<xsk_socket, Delete> socket_;  // goes before the memory
    bool zero_copy_ = false;
    xsk_ring_cons receive_{};
    xsk_ring_prod transmit_{};
    std::vector<std::uint64_t> free_;  // addresses of chunks to send from
    std::uint32_t queued_ = 0, received_ = 0, next_ = 0, first_ = 0;
    std::int64_t shown_ns_ = 0;
};

}  // namespace

std::unique_ptr<FramePort> open_xdp_port(const std::string& interface, const FramePortOptions& options) {
    libxdp_set_print(silent);  // what fails is said once, by us
    return std::make_unique<XdpPort>(interface, options);
}

}  // namespace tickproof

#else

namespace tickproof {

std::unique_ptr<FramePort> open_xdp_port(const std::string& interface, const FramePortOptions&) {
    throw HostError(interface + ": AF_XDP was left out when this program was built (expected libxdp-dev)");
}

}  // namespace tickproof
#endif
