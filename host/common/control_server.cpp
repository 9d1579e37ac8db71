// SPDX-License-Identifier: Apache-2.0
#include "host/common/control_server.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cstring>

#include "host/common/bytes.h"
#include "host/common/error.h"
#include "host/common/stamped_receive.h"

namespace tickproof {
namespace {

FileDescriptor seqpacket_socket(const std::string& path) {
    FileDescriptor made(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!made) throw system_error(path, "no control socket");
    return made;
}

// What a killed device left behind may go; the socket of a living one, or a file, may not.
void make_way(const std::string& path, const sockaddr* address, socklen_t size) {
    struct stat found;
    if (::lstat(path.c_str(), &found) < 0) return;
    if (!S_ISSOCK(found.st_mode)) throw HostError(path + ": cannot be the control socket (got a file, expected nothing there)");
    if (::connect(seqpacket_socket(path).get(), address, size) == 0 || errno != ECONNREFUSED) throw HostError(path + ": control socket is in use (got a device that listens, expected none)");
    ::unlink(path.c_str());
}

}  // namespace

ControlServer::ControlServer(const std::string& path) : path_(path), listener_(seqpacket_socket(path)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path) {
        throw HostError("--control: path is too long or empty (got " + std::to_string(path.size()) + " characters, expected 1 to " + std::to_string(sizeof address.sun_path - 1) + ")");
    }
    std::memcpy(address.sun_path, path.data(), path.size());
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    make_way(path, generic, sizeof address);
    const mode_t before = ::umask(0177);  // the socket never exists with another mode than 0600
    const bool bound = ::bind(listener_.get(), generic, sizeof address) == 0;
    const int error = errno;
    ::umask(before);
    if (!bound) throw system_error(path, "cannot bind the control socket", error);
    if (::listen(listener_.get(), 4) < 0) throw system_error(path, "cannot listen for control");
}

ControlServer::~ControlServer() { ::unlink(path_.c_str()); }

std::optional<ControlRequest> ControlServer::next() {
    if (!client_ && !accept()) return std::nullopt;
    if (answer_bytes_ != 0) deliver();
    if (busy_ || answer_bytes_ != 0) return std::nullopt;
    ControlRequest request;
    const ssize_t count = stamps_ ? receive_stamped(client_.get(), request.bytes, MSG_TRUNC, *stamps_, request.arrived_ns)
                                  : ::recv(client_.get(), request.bytes.data(), request.bytes.size(), MSG_DONTWAIT | MSG_TRUNC);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return std::nullopt;
    if (count != static_cast<ssize_t>(request.bytes.size())) {  // gone, or not speaking our language
        client_.close();
        return std::nullopt;
    }
    const std::uint8_t* from = request.bytes.data();
    request.op = from[control::op.offset];
    request.symbol = load_be<std::uint16_t>(from + control::symbol.offset);
    request.setting = load_be<std::uint32_t>(from + control::setting.offset);
    request.value = load_be<std::uint64_t>(from + control::value.offset);
    busy_ = true;
    return request;
}

bool ControlServer::accept() {
    client_ = FileDescriptor(::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!client_) return false;
    answer_bytes_ = 0;
    const int on = 1;
    if (stamps_) ::setsockopt(client_.get(), SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
    return true;
}

void ControlServer::answer_record(const ControlRequest& request, bool done) {
    auto bytes = request.bytes;
    if (!done) bytes[control::op.offset] |= ControlRequest::kRefused;
    answer(bytes);
}

void ControlServer::answer_hello(std::int64_t origin_ns, std::uint32_t slowdown, std::uint32_t symbols) {
    std::array<std::uint8_t, 32> bytes{'T', 'P', 'D', 'V'};
    store_le<std::uint32_t>(bytes.data() + 4, 1);
    store_le<std::int64_t>(bytes.data() + 8, origin_ns);
    store_le<std::uint32_t>(bytes.data() + 16, slowdown);
    store_le<std::uint32_t>(bytes.data() + 20, symbols);
    answer(bytes);
}

void ControlServer::answer_counters(std::span<const std::uint64_t> values) {
    std::array<std::uint8_t, kLongest> bytes;
    std::size_t size = 0;
    for (const std::uint64_t value : values) {
        store_le(bytes.data() + size, value);
        size += sizeof value;
    }
    answer({bytes.data(), size});
}

void ControlServer::answer(std::span<const std::uint8_t> bytes) {
    busy_ = false;
    if (!client_) return;
    std::memcpy(answer_.data(), bytes.data(), bytes.size());
    answer_bytes_ = bytes.size();
    deliver();
}

void ControlServer::deliver() {
    if (::send(client_.get(), answer_.data(), answer_bytes_, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 && (errno == EAGAIN || errno == EINTR)) return;
    answer_bytes_ = 0;  // sent, or the client went away, which `next` will see
}

}  // namespace tickproof
