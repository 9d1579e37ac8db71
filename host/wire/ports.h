// SPDX-License-Identifier: Apache-2.0
// Where the frames of a plan go out and come in: every interface is opened once, and what arrives is sorted to its output.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "host/common/frame_port.h"
#include "host/wire/plan.h"
#include "host/wire/recorder.h"
#include "host/wire/udp_port.h"

namespace tickproof::wire {

class Ports {
public:
    // ring_bytes: for what an interface receives.
    Ports(const Plan& plan, std::size_t ring_bytes);
    ~Ports();
    Ports(const Ports&) = delete;

    FramePort& in(std::size_t index) { return *ins_[index]->frames; }
    Recorder& out(std::size_t index) { return recorders_[index]; }

    // Takes up what has come, a bounded amount of each. True: an output was among it.
    bool poll();

    std::uint64_t lost();    // outputs that did not fit into rings and sockets
    std::uint64_t unsent();  // frames that an interface was given and threw away
    std::uint64_t stray() const { return stray_; }
    std::int64_t clock_moved_ns();
    std::string description() const;
    struct UdpSocket {
        std::string port;
        int descriptor;
    };
    std::vector<UdpSocket> udp_sockets() const;

private:
    struct Output {
        std::vector<Address> only;
        Recorder* recorder;
    };
    struct Opened {
        Transport transport;
        std::string interface;
        std::vector<Address> receive;  // udp only
        FramePortOptions options;
        std::unique_ptr<FramePort> frames{};
        std::vector<Output> outputs{};
        std::string ports{};  // their names, for people
    };

    Opened& place(Transport transport, const std::string& interface, const std::string& port);
    void open_all();
    bool sort(Opened& from, const RxFrame& frame);

    std::vector<std::unique_ptr<Opened>> opened_;
    std::vector<Opened*> ins_;
    std::vector<Recorder> recorders_;
    std::uint64_t stray_ = 0;
};

}  // namespace tickproof::wire
