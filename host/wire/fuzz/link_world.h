// SPDX-License-Identifier: Apache-2.0
// A device's TCP link and its peer, who sends in pieces, reads or does not, and ends the connection in any way: bytes stay in order.
#pragma once
#include <netinet/in.h>
#include <sys/socket.h>

#include <string>

#include "host/common/clock.h"
#include "host/common/device_link.h"
#include "host/common/error.h"
#include "host/common/fuzz/random.h"
#include "host/common/fuzz/require.h"

namespace tickproof::wire::fuzz {

using namespace tickproof::fuzz;

class LinkWorld {
public:
    explicit LinkWorld(Random& random) : random_(random) {}

    void step() {
        ClientLink link(endpoint(), kBuffer);
        for (std::uint64_t connections = random_.between(1, 3); connections > 0; --connections) connection(link);
    }

private:
    static constexpr std::size_t kBuffer = 4096;
    static constexpr std::int64_t kPatience = 20 * kSecond;
    using Event = DeviceLink::Event;

    static Endpoint endpoint() {
        return parse_endpoint("fuzz", "127.0.0.1:30299");
    }

    void connection(ClientLink& link) {
        FileDescriptor peer(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        const Endpoint to = endpoint();
        require(::connect(peer.get(), reinterpret_cast<const sockaddr*>(&to.address), sizeof to.address) == 0, "a link listens");
        said_.clear(), heard_.clear(), answered_.clear(), read_.clear();
        up_ = true;
        until(link, Event::up);
        for (std::uint64_t action = random_.below(60); action > 0; --action) act(link, peer);
        const bool reset = random_.one_in(3);
        if (reset) {
            const linger hard{1, 0};
            ::setsockopt(peer.get(), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
            peer.close();
        } else {
            ::shutdown(peer.get(), SHUT_WR);
        }
        if (up_) until(link, Event::down);
        require(reset ? said_.starts_with(heard_) : said_ == heard_, "what a peer said before it ended is heard, in order");
        answer(link);
        link.close_when_sent();
        if (!reset) hear_to_the_end(link, peer);
    }

    void act(ClientLink& link, const FileDescriptor& peer) {
        switch (random_.below(4)) {
            case 0: {
                const std::string bytes(random_.between(1, random_.one_in(9) ? 3000 : 40), static_cast<char>(random_.next()));
                const ssize_t count = ::send(peer.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
                if (count > 0) said_ += bytes.substr(0, static_cast<std::size_t>(count));
                break;
            }
            case 1: answer(link); break;
            case 2: hear(peer); break;
            default: take(link, link.poll()); break;
        }
    }

    void answer(ClientLink& link) {
        const std::string bytes(random_.below(link.room() + 1), static_cast<char>(random_.next()));
        link.send({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
        answered_ += bytes;
        if (random_.one_in(2)) link.flush();
    }

    // False: the link has closed the connection.
    bool hear(const FileDescriptor& peer) {
        char bytes[5000];
        const ssize_t count = ::recv(peer.get(), bytes, sizeof bytes, MSG_DONTWAIT);
        if (count > 0) read_.append(bytes, static_cast<std::size_t>(count));
        require(answered_.starts_with(read_), "what is sent arrives in order");
        return count > 0 || (count < 0 && errno == EAGAIN);
    }

    void hear_to_the_end(ClientLink& link, const FileDescriptor& peer) {
        const std::int64_t give_up = monotonic_ns() + kPatience;
        while (hear(peer)) {
            link.poll();
            require(monotonic_ns() < give_up, "a link closes when all is sent");
        }
        require(answered_ == read_, "everything is sent to a peer that only ended its own direction");
    }

    void take(const ClientLink& link, Event event) {
        require(event != Event::up, "a connection comes up once");
        if (event == Event::down) up_ = false;
        if (event == Event::bytes) heard_.append(link.received().begin(), link.received().end());
    }

    void until(ClientLink& link, Event wanted) {
        const std::int64_t give_up = monotonic_ns() + kPatience;
        while (true) {
            const Event event = link.poll();
            if (event == wanted) break;
            take(link, event);
            require(monotonic_ns() < give_up, "a link sees what its peer does");
        }
        if (wanted == Event::down) up_ = false;
    }

    Random& random_;
    std::string said_, heard_, answered_, read_;
    bool up_ = false;
};

}  // namespace tickproof::wire::fuzz
