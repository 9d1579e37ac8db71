// SPDX-License-Identifier: Apache-2.0
#include "host/common/interface.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "host/common/error.h"

namespace tickproof {
namespace {

ifreq request_for(const std::string& name) {
    ifreq request{};
    name.copy(request.ifr_name, IFNAMSIZ - 1);
    return request;
}

}  // namespace

Interface::Interface(const std::string& name) : name_(name), query_(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    if (query_.get() < 0) throw system_error(name, "no socket to ask about the interface");
    if (name.empty() || name.size() >= IFNAMSIZ) throw HostError(name + ": no name of an interface");
    ifreq request = request_for(name);
    if (ioctl(query_.get(), SIOCGIFINDEX, &request) < 0) throw system_error(name, "no such interface");
    index_ = request.ifr_ifindex;
    request = request_for(name);
    if (ioctl(query_.get(), SIOCGIFMTU, &request) < 0) throw system_error(name, "no MTU");
    mtu_ = static_cast<std::size_t>(request.ifr_mtu);
    check();
    at_start_ = drops();
}

void Interface::check() const {
    ifreq request = request_for(name_);
    if (ioctl(query_.get(), SIOCGIFFLAGS, &request) < 0) throw system_error(name_, "the interface is gone");
    if (!(request.ifr_flags & IFF_UP)) throw HostError(name_ + ": the interface is down (got administratively down, expected up)");
    if (!(request.ifr_flags & IFF_RUNNING)) throw HostError(name_ + ": the interface is down (got no carrier, expected up)");
}

Interface::Drops Interface::drops() const {
    // getifaddrs carries the statistics of every interface in its AF_PACKET entries: no netlink message to build.
    Drops found;
    ifaddrs* list = nullptr;
    if (getifaddrs(&list) < 0) return found;
    for (const ifaddrs* entry = list; entry; entry = entry->ifa_next) {
        if (!entry->ifa_addr || entry->ifa_addr->sa_family != AF_PACKET || name_ != entry->ifa_name || !entry->ifa_data) continue;
        const auto* statistics = static_cast<const rtnl_link_stats*>(entry->ifa_data);
        found = {statistics->rx_missed_errors, statistics->tx_dropped};
    }
    freeifaddrs(list);
    return found;
}

// The kernel's figures have 32 bits here: differences stay right when they wrap.
std::uint64_t Interface::missed() const { return static_cast<std::uint32_t>(drops().missed - at_start_.missed); }
std::uint64_t Interface::unsent() const { return static_cast<std::uint32_t>(drops().unsent - at_start_.unsent); }


std::string interface_towards(std::uint32_t ip) {
    // Connecting a UDP socket sends nothing: the kernel only chooses a route, and so our own address.
    const FileDescriptor probe(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    socklen_t size = sizeof address;
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(ip);
    address.sin_port = htons(9);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    ifaddrs* list = nullptr;
    if (connect(probe.get(), generic, size) < 0 || getsockname(probe.get(), generic, &size) < 0 || getifaddrs(&list) < 0) return {};
    std::string name;
    for (const ifaddrs* entry = list; entry && name.empty(); entry = entry->ifa_next) {
        if (!entry->ifa_addr || entry->ifa_addr->sa_family != AF_INET) continue;
        if (reinterpret_cast<const sockaddr_in*>(entry->ifa_addr)->sin_addr.s_addr == address.sin_addr.s_addr) name = entry->ifa_name;
    }
    freeifaddrs(list);
    return name;
}

}  // namespace tickproof
