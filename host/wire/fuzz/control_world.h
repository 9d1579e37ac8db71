// SPDX-License-Identifier: Apache-2.0
// The control socket with an ill-behaved program at either end: a device's end answers each request once and in order and drops who does
// not keep to 16 bytes; the player's end takes answers, or says what is wrong with a HostError.
#pragma once
#include <sys/socket.h>
#include <sys/un.h>

#include <deque>
#include <string>
#include <vector>

#include "host/common/control_server.h"
#include "host/common/error.h"
#include "host/common/fuzz/random.h"
#include "host/common/fuzz/require.h"
#include "host/wire/control_client.h"
#include "host/wire/fuzz/folder.h"

namespace tickproof::wire::fuzz {

using namespace tickproof::fuzz;

class ControlWorld {
public:
    ControlWorld(Random& random, const Folder& folder) : random_(random), path_(folder.path() / "control") {}

    void step() { random_.one_in(2) ? any_client() : any_device(); }

private:
    FileDescriptor seqpacket() const { return FileDescriptor(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)); }
    sockaddr_un address() const {
        sockaddr_un made{};
        made.sun_family = AF_UNIX;
        path_.copy(made.sun_path, sizeof made.sun_path - 1);
        return made;
    }
    std::string bytes(std::size_t size) {
        std::string made(size, '\0');
        for (char& byte : made) byte = static_cast<char>(random_.next());
        return made;
    }

    void any_client() {
        ControlServer server(path_);
        FileDescriptor client;
        std::deque<std::string> asked;
        for (std::uint64_t action = random_.between(5, 40); action > 0; --action) {
            if (!client) {
                client = seqpacket();
                const sockaddr_un at = address();
                require(::connect(client.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0, "a device can be reached");
                asked.clear();
            }
            if (random_.one_in(12)) {
                client.close();
            } else if (random_.one_in(2)) {
                const std::string request = bytes(random_.one_in(9) ? random_.pick<std::size_t>({0, 1, 15, 17, 4096, 60'000}) : 16);
                if (::send(client.get(), request.data(), request.size(), MSG_DONTWAIT | MSG_NOSIGNAL) == 16) asked.push_back(request);
            }
            serve(server);
            if (client && !hear(client, asked)) client.close();
        }
    }

    void serve(ControlServer& server) {
        for (std::uint64_t count = random_.below(3); count > 0; --count) {
            const auto request = server.next();
            if (!request) return;
            require(!server.next(), "one request at a time");
            switch (random_.below(4)) {
                case 0: return server.answer_hello(1, 1, 8);
                case 1: return server.answer_counters(std::vector<std::uint64_t>(random_.between(1, 100), kCounter));
                default: server.answer_record(*request, random_.one_in(2));
            }
        }
    }

    // False: the device has hung up.
    static bool hear(const FileDescriptor& client, std::deque<std::string>& asked) {
        while (true) {
            char answer[4096];
            const ssize_t size = ::recv(client.get(), answer, sizeof answer, MSG_DONTWAIT);
            if (size < 0 && errno == EAGAIN) return true;
            if (size <= 0) return false;
            require(!asked.empty(), "an answer has a request");
            const bool record = size == 16 && std::string(answer + 1, 15) == asked.front().substr(1);
            require(record || std::string(answer, 4) == "TPDV" || answer[0] == kCounter, "answers come in the order of the requests");
            asked.pop_front();
        }
    }

    void any_device() {
        FileDescriptor listener = seqpacket();
        const sockaddr_un at = address();
        ::unlink(at.sun_path);
        const bool bound = ::bind(listener.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0;
        require(bound && ::listen(listener.get(), 1) == 0, "a device can listen");
        ControlClient client(path_);
        FileDescriptor device(::accept4(listener.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
        const std::string request = bytes(16);
        try {
            for (std::uint64_t action = random_.between(3, 20); action > 0; --action) {
                switch (random_.below(8)) {
                    case 0:
                        if (random_.one_in(3)) device.close();
                        break;
                    case 1:
                    case 2: client.ask({reinterpret_cast<const std::uint8_t*>(request.data()), request.size()}); break;
                    case 3:
                    case 4:
                        if (const auto answer = client.answer()) require(!answer->empty(), "an answer has bytes");
                        break;
                    case 5: {
                        char heard[64];
                        if (device) ::recv(device.get(), heard, sizeof heard, MSG_DONTWAIT);
                        break;
                    }
                    default: {
                        const std::string answer = bytes(random_.pick<std::size_t>({1, 16, 32, 536, 4096, 60'000}));
                        if (device && random_.one_in(2)) ::send(device.get(), answer.data(), answer.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
                    }
                }
            }
        } catch (const HostError&) {
        }
        ::unlink(at.sun_path);
    }

    static constexpr char kCounter = 7;

    Random& random_;
    std::string path_;
};

}  // namespace tickproof::wire::fuzz
