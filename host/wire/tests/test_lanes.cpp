// SPDX-License-Identifier: Apache-2.0
// When frames may go, how many at once, and what is written down.
#include "host/common/clock.h"
#include "host/common/tests/expect.h"
#include "host/wire/lanes.h"
#include "host/wire/tests/folder.h"

using namespace tickproof::wire;
using tickproof::testing::expect;

namespace {

// Takes a number of frames between two flushes.
class FakePort final : public tickproof::FramePort {
public:
    bool send(std::span<const std::uint8_t> frame) override {
        if (queued == room) return false;
        ++queued;
        sent.push_back(frame[0]);
        return true;
    }
    void flush() override { queued = 0; }
    bool receive(tickproof::RxFrame&) override { return false; }
    std::uint64_t dropped() override { return 0; }
    std::uint64_t unsent() override { return 0; }
    std::int64_t clock_moved_ns() override { return 0; }
    std::string description() const override { return ""; }

    std::size_t room = 1000, queued = 0;
    std::vector<std::uint8_t> sent;
};

SendRow row(std::int64_t not_before_ns, std::uint64_t offset, std::uint16_t awaited = kWaitsForNothing) {
    return {not_before_ns, offset, 1, 0, awaited, 1, 0};
}

struct Bench {
    explicit Bench(const std::vector<SendRow>& rows) {
        folder.write("a.sends", rows);
        folder.write("a.bytes", std::vector<std::uint8_t>{0, 1, 2, 3, 4});
    }
    FrameLane lane() { return {"a", Sends(folder.path(), "a", PortKind::frames, 1), Spool(folder.path() / "a.sent"), lateness, port}; }

    tickproof::testing::Folder folder;
    Lateness lateness;
    FakePort port;
};

void a_batch_ends_where_another_port_is_next() {
    Bench bench({row(0, 0), row(10, 1), row(20, 2), row(30, 3)});
    FrameLane lane = bench.lane();
    lane.start(1000);
    expect(lane.due() == 1000);
    lane.send(1010, 64);
    expect(bench.port.sent == std::vector<std::uint8_t>{0, 1} && lane.due() == 1020);
    lane.send(1040, 1);
    expect(bench.port.sent.size() == 3 && !lane.done());
    lane.send(1040, 64);
    expect(lane.done() && lane.due() == kNever);
}

void what_waits_is_not_late_for_that() {
    Bench bench({row(0, 0, 0), row(5, 1)});
    FrameLane lane = bench.lane();
    const std::int64_t now = tickproof::monotonic_ns();
    lane.start(now - 50'000'000);
    expect(lane.waits() && lane.due() == kNever);
    lane.stop_waiting(now);
    expect(lane.due() == now);
    lane.send(now, 64);
    expect(lane.done() && bench.lateness.worst_ns < 50'000'000);
}

void what_is_late_is_counted() {
    Bench bench({row(0, 0), row(0, 1)});
    FrameLane lane = bench.lane();
    const std::int64_t now = tickproof::monotonic_ns();
    lane.start(now - 2'000'000);
    lane.send(now, 64);
    expect(bench.lateness.count == 2 && bench.lateness.worst_ns >= 2'000'000);
}

void a_full_ring_is_tried_again_in_the_next_round() {
    Bench bench({row(0, 0), row(0, 1), row(0, 2)});
    bench.port.room = 0;
    FrameLane lane = bench.lane();
    lane.start(0);
    lane.send(0, 64);
    expect(lane.due() == kNever && !lane.done());
    bench.port.room = 2;
    lane.unstick();
    lane.send(0, 64);
    expect(bench.port.sent == std::vector<std::uint8_t>{0, 1} && lane.due() == 0);
}

void rows_that_never_went_in_are_written_so() {
    Bench bench({row(0, 0), row(100, 1), row(100, 2)});
    FrameLane lane = bench.lane();
    lane.start(0);
    lane.send(50, 64);
    lane.close();
    lane.sent().write_all();
    const auto times = bench.folder.rows<std::int64_t>("a.sent");
    expect(times.size() == 6 && times[0] > 0 && times[0] == times[1]);
    expect(times[2] == -1 && times[3] == -1 && times[4] == -1 && times[5] == -1);
}

}  // namespace

int main() {
    a_batch_ends_where_another_port_is_next();
    what_waits_is_not_late_for_that();
    what_is_late_is_counted();
    a_full_ring_is_tried_again_in_the_next_round();
    rows_that_never_went_in_are_written_so();
}
