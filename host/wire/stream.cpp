// SPDX-License-Identifier: Apache-2.0
#include "host/wire/stream.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

namespace tickproof::wire {
namespace {

sockaddr_in socket_address(const Address& address) {
    sockaddr_in result{};
    result.sin_family = AF_INET;
    result.sin_addr.s_addr = htonl(address.ip);
    result.sin_port = htons(address.port);
    return result;
}

void switch_on(const FileDescriptor& socket, int level, int option) {
    const int on = 1;
    setsockopt(socket.get(), level, option, &on, sizeof on);
}

}  // namespace

Stream::Stream(const StreamLine& line) : line_(line), buffer_(256 << 10) {
    if (const std::string name = interface_towards(line.address.ip); !name.empty()) interface_.emplace(name);
}

HostError Stream::failed(const char* what, int error) const {
    in_addr ip{htonl(line_.address.ip)};
    return system_error(line_.port, std::string(what) + " " + inet_ntoa(ip) + ":" + std::to_string(line_.address.port), error);
}

void Stream::begin() {
    const sockaddr_in address = socket_address(line_.address);
    FileDescriptor fresh(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fresh) throw failed("no socket for", errno);
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    input_over_ = false;
    state_ = State::coming_up;
    if (line_.listens) {
        switch_on(fresh, SOL_SOCKET, SO_REUSEADDR);
        if (bind(fresh.get(), generic, sizeof address) < 0) throw failed("cannot bind", errno);
        if (listen(fresh.get(), 1) < 0) throw failed("cannot listen at", errno);
        listener_ = std::move(fresh);
        return;
    }
    connection_ = std::move(fresh);
    if (connect(connection_.get(), generic, sizeof address) == 0) return;
    if (errno != EINPROGRESS) throw failed("cannot connect to", errno);
}

bool Stream::progress() {
    if (interface_) interface_->check_sometimes();
    if (state_ == State::ending && input_over_) closed();
    if (state_ != State::coming_up) return false;
    if (line_.listens) {
        connection_ = FileDescriptor(accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (!connection_) return false;
        listener_.close();  // one connection: a device that ends it and comes again is refused
        established();
        return true;
    }
    pollfd waiting{connection_.get(), POLLOUT, 0};
    if (poll(&waiting, 1, 0) != 1) return false;
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(connection_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error) throw failed("cannot connect to", error);
    established();
    return true;
}

void Stream::established() {
    switch_on(connection_, IPPROTO_TCP, TCP_NODELAY);
    state_ = State::up;
}

void Stream::closed() {
    connection_.close();
    listener_.close();
    state_ = State::down;
}

void Stream::end() {
    listener_.close();
    if (state_ != State::up) return closed();
    shutdown(connection_.get(), SHUT_WR);
    state_ = State::ending;
}

std::optional<std::size_t> Stream::send(std::span<const std::uint8_t> bytes) {
    if (state_ != State::up) return std::nullopt;
    const ssize_t count = ::send(connection_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno == EAGAIN || errno == EINTR) return 0;
    return std::nullopt;  // the connection stays ours: what the device said before it reset it can still be read
}

std::span<const std::uint8_t> Stream::receive() {
    if ((state_ != State::up && state_ != State::ending) || input_over_) return {};
    const ssize_t count = recv(connection_.get(), buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (count > 0) return {buffer_.data(), static_cast<std::size_t>(count)};
    if (count == 0 || (errno != EAGAIN && errno != EINTR)) input_over_ = true;
    return {};
}

}  // namespace tickproof::wire
