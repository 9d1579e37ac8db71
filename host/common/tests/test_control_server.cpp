// SPDX-License-Identifier: Apache-2.0
// docs/wire.md, "Control socket", from the other end of it.
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "host/common/clock.h"
#include "host/common/control_server.h"
#include "host/common/error.h"
#include "host/common/tests/expect.h"

namespace {

using namespace tickproof;
using namespace tickproof::testing;

// A folder of its own, gone afterwards.
struct Folder {
    Folder() { expect(::mkdtemp(name.data()) != nullptr); }
    ~Folder() { std::filesystem::remove_all(name); }
    std::string path() const { return name + "/control"; }

    std::string name = "/tmp/control_XXXXXX";
};

class Client {
public:
    explicit Client(const std::string& path) : socket_(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        expect(::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    }

    void send(const std::string& bytes) { expect(::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size())); }
    // An answer that is there, or nothing.
    std::string answer() {
        std::string bytes(4096, ' ');
        const ssize_t count = ::recv(socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
        return count > 0 ? bytes.substr(0, static_cast<std::size_t>(count)) : "";
    }
    void close() { socket_.close(); }

private:
    FileDescriptor socket_;
};

// op, symbol 2, setting 65, value 9
std::string request(char op) { return std::string(1, op) + std::string("\0\0\2\0\0\0\x41\0\0\0\0\0\0\0\x09", 15); }

template <typename Call>
std::string error_of(Call call) {
    try {
        call();
    } catch (const HostError& error) {
        return error.what();
    }
    return "";
}

void a_request_is_read_and_answered_once() {
    const Folder folder;
    ControlServer server(folder.path());
    expect(!server.next());
    Client client(folder.path());
    client.send(request(0));
    client.send(request(1));
    const auto first = server.next();
    expect(first && first->op == 0 && first->symbol == 2 && first->setting == 65 && first->value == 9);
    expect(!server.next());  // not before the first one is answered
    server.answer_record(*first, false);
    expect_equal(client.answer(), request('\x80'));
    const auto second = server.next();
    expect(second && second->op == 1);
    expect_equal(client.answer(), "");
    server.answer_record(*second, true);
    expect_equal(client.answer(), request(1));
    expect(!server.next());
}

// A device whose clock is behind has to know when a request was sent, not when it got round to it.
void a_request_is_stamped_by_the_kernel_if_that_is_asked_for() {
    const Folder folder;
    ControlServer server(folder.path());
    server.stamp_arrivals();
    Client client(folder.path());
    client.send(request(1));  // before the server has met the client: nobody knows when, so it is now
    const std::int64_t before_taken = monotonic_ns();
    const auto first = server.next();
    expect(first && first->arrived_ns >= before_taken && first->arrived_ns <= monotonic_ns());
    server.answer_record(*first, true);
    const std::int64_t before_sent = monotonic_ns();
    client.send(request(1));
    const std::int64_t sent = monotonic_ns();
    ::usleep(20'000);  // the stamp must not be of the taking
    const auto second = server.next();
    constexpr std::int64_t kClocksApart = 1'000'000;  // between two clocks of the machine, measured at another time
    expect(second && second->arrived_ns >= before_sent - kClocksApart && second->arrived_ns <= sent + kClocksApart);
}

void numbers_of_answers_are_little_endian() {
    const Folder folder;
    ControlServer server(folder.path());
    Client client(folder.path());
    client.send(request(0x70));
    expect(server.next().has_value());
    server.answer_hello(0x0102030405060708, 1000, 8);
    expect_equal(client.answer(), std::string("TPDV\1\0\0\0\x08\7\6\5\4\3\2\1\xE8\3\0\0\x08\0\0\0\0\0\0\0\0\0\0\0", 32));
    client.send(request(0x71));
    expect(server.next().has_value());
    server.answer_counters(std::vector<std::uint64_t>{7, ~std::uint64_t{0}});
    expect_equal(client.answer(), std::string("\7\0\0\0\0\0\0\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 16));
}

void clients_come_one_after_the_other() {
    const Folder folder;
    ControlServer server(folder.path());
    Client first(folder.path());
    first.send(request(0));
    const auto taken = server.next();
    Client second(folder.path());
    second.send(request(1));
    first.close();
    server.answer_record(*taken, true);  // to nobody
    expect(!server.next());
    const auto other = server.next();
    expect(other && other->op == 1);
    server.answer_record(*other, true);
    expect_equal(second.answer(), request(1));
}

void a_message_of_another_size_ends_the_client() {
    const Folder folder;
    ControlServer server(folder.path());
    for (const std::size_t size : {15, 17, 100}) {
        Client client(folder.path());
        client.send(std::string(size, '\0'));
        expect(!server.next());
        expect(!server.next());
    }
    Client client(folder.path());
    client.send(request(1));
    expect(server.next().has_value());
}

void only_its_owner_may_open_it_and_it_goes_with_the_device() {
    const Folder folder;
    {
        const ControlServer server(folder.path());
        struct stat found {};
        expect(::lstat(folder.path().c_str(), &found) == 0 && (found.st_mode & 0777) == 0600);
        expect_equal(error_of([&] { ControlServer again(folder.path()); }), folder.path() + ": control socket is in use (got a device that listens, expected none)");
        expect(::lstat(folder.path().c_str(), &found) == 0);
    }
    expect(!std::filesystem::exists(folder.path()));
}

void what_a_killed_device_left_is_replaced_and_a_file_is_not() {
    const Folder folder;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    folder.path().copy(address.sun_path, sizeof address.sun_path - 1);
    {
        const FileDescriptor left(::socket(AF_UNIX, SOCK_SEQPACKET, 0));
        expect(::bind(left.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    }
    expect_equal(error_of([&] { ControlServer server(folder.path()); }), "");
    std::ofstream(folder.path()) << "a file";
    expect_equal(error_of([&] { ControlServer server(folder.path()); }), folder.path() + ": cannot be the control socket (got a file, expected nothing there)");
    expect_equal(error_of([&] { ControlServer server("/no/such/folder/control"); }), "/no/such/folder/control: cannot bind the control socket (got No such file or directory)");
    expect_equal(error_of([&] { ControlServer server(std::string(200, 'x')); }), "--control: path is too long or empty (got 200 characters, expected 1 to 107)");
}

}  // namespace

int main() {
    a_request_is_read_and_answered_once();
    a_request_is_stamped_by_the_kernel_if_that_is_asked_for();
    numbers_of_answers_are_little_endian();
    clients_come_one_after_the_other();
    a_message_of_another_size_ends_the_client();
    only_its_owner_may_open_it_and_it_goes_with_the_device();
    what_a_killed_device_left_is_replaced_and_a_file_is_not();
}
