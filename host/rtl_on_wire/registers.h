// SPDX-License-Identifier: Apache-2.0
// An AXI-Lite master: one access after another, each after the response to the one before.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "host/rtl_on_wire/device.h"

namespace tickproof::rtl {

struct Access {
    bool write;
    std::uint32_t address;
    std::uint32_t data;  // of a read: what came back
};

class Registers {
public:
    explicit Registers(const RegisterPins& pins);

    // Begins a row of accesses, none before clock `due`. The last one has to be done.
    void start(std::vector<Access> accesses, std::uint64_t due);
    bool done() const { return next_ == accesses_.size() && !busy_; }
    bool refused() const { return refused_; }  // a response was not OKAY
    std::span<const Access> results() const { return accesses_; }

    void drive(std::uint64_t clock);  // before the model settles
    bool sample();                    // after it; true: the last access of the row got its response

private:
    RegisterPins pins_;
    std::vector<Access> accesses_;
    std::size_t next_ = 0;  // that has not begun
    std::uint64_t due_ = 0;
    bool busy_ = false, refused_ = false;
    bool took_address_ = false, took_data_ = false;
};

}  // namespace tickproof::rtl
