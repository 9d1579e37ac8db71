// SPDX-License-Identifier: Apache-2.0
#include "host/wire/control_client.h"

#include <sys/socket.h>
#include <sys/un.h>

#include "host/common/error.h"

namespace tickproof::wire {

ControlClient::ControlClient(const std::string& path)
    : path_(path), socket_(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)), buffer_(64 << 10) {
    if (!socket_) throw system_error(path, "no Unix socket");
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) throw HostError(path + ": the path is too long for a Unix socket");
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    if (connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) < 0) {
        throw system_error(path, "cannot reach the device's control socket");
    }
}

bool ControlClient::ask(std::span<const std::uint8_t> request) {
    if (send(socket_.get(), request.data(), request.size(), MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
        if (errno == EAGAIN || errno == EINTR) return false;
        throw system_error(path_, "the device is gone");
    }
    ++unanswered_;
    return true;
}

std::optional<std::span<const std::uint8_t>> ControlClient::answer() {
    const ssize_t size = recv(socket_.get(), buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (size < 0) {
        if (errno == EAGAIN || errno == EINTR) return std::nullopt;
        throw system_error(path_, "the device is gone");
    }
    if (size == 0) throw HostError(path_ + ": the device is gone (got the end of its control socket)");
    if (unanswered_ == 0) throw HostError(path_ + ": the device spoke unasked (got " + std::to_string(size) + " bytes)");
    --unanswered_;
    return std::span<const std::uint8_t>(buffer_.data(), static_cast<std::size_t>(size));
}

}  // namespace tickproof::wire
