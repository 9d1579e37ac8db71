// SPDX-License-Identifier: Apache-2.0
// One port's sends on their way: which is next, when it is due, and when each went in (PORT.sent).
#pragma once
#include <algorithm>
#include <cstdint>
#include <string>

#include "host/wire/sends.h"
#include "host/wire/spool.h"

namespace tickproof::wire {

inline constexpr std::int64_t kNever = INT64_MAX;

// How late sends went out, over all ports.
struct Lateness {
    static constexpr std::int64_t kLateNs = 1'000'000;
    std::int64_t worst_ns = 0;
    std::uint64_t count = 0;

    void add(std::int64_t delay_ns) {
        worst_ns = std::max(worst_ns, delay_ns);
        count += delay_ns > kLateNs;
    }
};

class Lane {
public:
    Lane(std::string port, Sends sends, Spool sent, Lateness& lateness)
        : port_(std::move(port)), sends_(std::move(sends)), sent_(std::move(sent)), lateness_(lateness) {}
    virtual ~Lane() = default;

    const std::string& port() const { return port_; }
    std::size_t rows() const { return sends_.rows().size(); }
    std::size_t next() const { return next_; }
    bool done() const { return next_ == rows(); }
    // The next row; only if not `done`.
    const SendRow& head() const { return sends_.rows()[next_]; }
    Spool& sent() { return sent_; }

    void start(std::int64_t t0_ns) {
        t0_ns_ = released_ns_ = t0_ns;
        arrive();
    }
    // When the next row may go; kNever while it waits, or while the port cannot take it.
    std::int64_t due() const { return stuck_ ? kNever : due_ns_; }
    // The next row waits for an output that has not come.
    bool waits() const { return waits_; }
    void stop_waiting(std::int64_t now_ns) {
        waits_ = false;
        released_ns_ = now_ns;
        update_due();
    }
    // What the last row began (a connection, a control request) is not over yet.
    bool held() const { return held_; }
    // A port that made no progress is tried again in the next round.
    void unstick() { stuck_ = false; }

    // Sends what is due up to `until_ns` (not later than now), at most `burst` rows in one go.
    virtual void send(std::int64_t until_ns, std::size_t burst) = 0;

    // At the end: the rows that are not written down never went in.
    void close() {
        while (written_ < rows()) write(kNotSent, kNotSent);
    }

protected:
    std::span<const std::uint8_t> bytes() const { return sends_.bytes(head()); }
    // On to the next row.
    void pass() {
        ++next_;
        arrive();
    }
    // Rows are written down in their order, each once.
    void went(std::int64_t due_ns, std::int64_t first_ns, std::int64_t last_ns) {
        lateness_.add(first_ns - due_ns);
        write(first_ns, last_ns);
    }
    void never_went() { write(kNotSent, kNotSent); }

    void stick() { stuck_ = true; }
    // Nothing goes until `release`; what was held is not late because of it.
    void hold() {
        held_ = true;
        due_ns_ = kNever;
    }
    void release(std::int64_t now_ns) {
        held_ = false;
        released_ns_ = now_ns;
        update_due();
    }

private:
    static constexpr std::int64_t kNotSent = -1;

    void arrive() {
        waits_ = !done() && head().awaited != kWaitsForNothing;
        update_due();
    }
    void update_due() { due_ns_ = done() || waits_ || held_ ? kNever : std::max(t0_ns_ + head().not_before_ns, released_ns_); }
    void write(std::int64_t first_ns, std::int64_t last_ns) {
        const std::int64_t row[2]{first_ns, last_ns};
        sent_.append({reinterpret_cast<const std::uint8_t*>(row), sizeof row});
        ++written_;
    }

    std::string port_;
    Sends sends_;
    Spool sent_;
    Lateness& lateness_;
    std::int64_t t0_ns_ = 0, released_ns_ = 0, due_ns_ = kNever;
    std::size_t next_ = 0, written_ = 0;
    bool waits_ = false, held_ = false, stuck_ = false;
};

}  // namespace tickproof::wire
