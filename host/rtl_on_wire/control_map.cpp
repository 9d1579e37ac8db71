// SPDX-License-Identifier: Apache-2.0
#include "host/rtl_on_wire/control_map.h"

#include <algorithm>

namespace tickproof::rtl {
namespace {

constexpr std::uint64_t kNotKept = ~std::uint64_t{0};

std::uint32_t low(std::uint64_t value) { return static_cast<std::uint32_t>(value); }
std::uint32_t high(std::uint64_t value) { return static_cast<std::uint32_t>(value >> 32); }

std::optional<std::vector<Access>> set(const Description& device, const ControlRequest& request) {
    const auto found = std::ranges::find(device.settings, request.setting, &SettingRegister::id);
    if (found == device.settings.end()) return std::nullopt;
    if (found->stride != 0 && device.symbols != 0 && request.symbol >= device.symbols) return std::nullopt;
    const std::uint64_t address = found->address + std::uint64_t{found->stride} * request.symbol;
    if (address + (found->wide ? 8 : 4) > device.address_end) return std::nullopt;
    std::vector<Access> writes{{true, static_cast<std::uint32_t>(address), low(request.value)}};
    if (found->wide) writes.push_back({true, static_cast<std::uint32_t>(address) + 4, high(request.value)});
    return writes;
}

}  // namespace

std::optional<std::vector<Access>> writes_of(const Description& device, const ControlRequest& request) {
    const std::uint32_t command = request.op | std::uint32_t{request.symbol} << 16;
    switch (request.op) {
        case control::op_set:
            return set(device, request);
        case control::op_commit:
        case control::op_session_reset:
        case control::op_book_clear:
        case control::op_book_trust:
            if (device.command == kNoRegister) return std::nullopt;
            return std::vector<Access>{{true, device.command, command}};
        case control::op_kill:
        case control::op_unkill:
        case control::op_set_position:
        case control::op_set_executed:
        case control::op_release_order:
        case control::op_alive:
            if (device.order_command == kNoRegister) return std::nullopt;
            return std::vector<Access>{{true, device.order_value, low(request.value)}, {true, device.order_value + 4, high(request.value)}, {true, device.order_command, command}};
        default:
            return std::nullopt;
    }
}

std::vector<Access> counter_reads(const Description& device) {
    std::vector<Access> reads;
    for (const std::uint32_t address : device.counters) {
        if (address == kNoRegister) continue;
        reads.push_back({false, address, 0});
        reads.push_back({false, address + 4, 0});
    }
    return reads;
}

std::vector<std::uint64_t> counter_values(const Description& device, std::span<const Access> reads) {
    std::vector<std::uint64_t> values;
    for (const std::uint32_t address : device.counters) {
        if (address == kNoRegister) {
            values.push_back(kNotKept);
        } else {
            values.push_back(reads[0].data | std::uint64_t{reads[1].data} << 32);
            reads = reads.subspan(2);
        }
    }
    return values;
}

}  // namespace tickproof::rtl
