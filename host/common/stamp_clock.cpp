// SPDX-License-Identifier: Apache-2.0
#include "host/common/stamp_clock.h"

#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/net_tstamp.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "host/common/clock.h"
#include "host/common/error.h"

namespace tickproof {
namespace {

// The clock id of a PTP device's descriptor, as linux/posix-timers has it.
clockid_t clock_of(int descriptor) { return static_cast<clockid_t>((~static_cast<unsigned>(descriptor) << 3) | 3); }

// setsockopt accepts hardware stamps on every interface and then none comes: only the driver's own word counts. The index of its clock.
int ask_driver(const std::string& interface, int query) {
    ethtool_ts_info info{};
    info.cmd = ETHTOOL_GET_TS_INFO;
    ifreq request{};
    interface.copy(request.ifr_name, IFNAMSIZ - 1);
    request.ifr_data = reinterpret_cast<char*>(&info);
    if (ioctl(query, SIOCETHTOOL, &request) < 0) throw system_error(interface, "the driver does not say whether it stamps");
    constexpr std::uint32_t needed = SOF_TIMESTAMPING_RX_HARDWARE | SOF_TIMESTAMPING_RAW_HARDWARE;
    if ((info.so_timestamping & needed) != needed || info.phc_index < 0 || !(info.rx_filters & 1u << HWTSTAMP_FILTER_ALL)) {
        throw HostError(interface +
                        ": the driver does not stamp received packets in hardware (got no such capability, expected hardware stamps)");
    }
    hwtstamp_config wanted{};
    wanted.rx_filter = HWTSTAMP_FILTER_ALL;
    request.ifr_data = reinterpret_cast<char*>(&wanted);
    if (ioctl(query, SIOCSHWTSTAMP, &request) < 0) throw system_error(interface, "cannot switch hardware stamps on");
    return info.phc_index;
}

}  // namespace

StampClock::StampClock() : offset_ns_(offset_now()) {}

StampClock::StampClock(const std::string& interface) {
    const FileDescriptor query(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const std::string path = "/dev/ptp" + std::to_string(ask_driver(interface, query.get()));
    card_ = FileDescriptor(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!card_) throw system_error(interface, "cannot read the card's clock " + path);
    offset_ns_ = offset_now();
}

std::int64_t StampClock::offset_now() const { return clock_offset_ns(card_ ? clock_of(card_.get()) : CLOCK_REALTIME); }

}  // namespace tickproof
