// SPDX-License-Identifier: Apache-2.0
#include "host/rtl_on_wire/registers.h"

#include <utility>

namespace tickproof::rtl {

Registers::Registers(const RegisterPins& pins) : pins_(pins) { *pins_.awvalid = *pins_.wvalid = *pins_.arvalid = 0; }

void Registers::start(std::vector<Access> accesses, std::uint64_t due) {
    accesses_ = std::move(accesses);
    next_ = 0;
    due_ = due;
    refused_ = false;
}

void Registers::drive(std::uint64_t clock) {
    if (took_address_) *pins_.awvalid = *pins_.arvalid = 0;
    if (took_data_) *pins_.wvalid = 0;
    took_address_ = took_data_ = false;
    if (busy_ || next_ == accesses_.size() || clock < due_) return;
    const Access& access = accesses_[next_++];
    busy_ = true;
    if (access.write) {
        *pins_.awaddr = access.address;
        *pins_.wdata = access.data;
        *pins_.awvalid = *pins_.wvalid = 1;
    } else {
        *pins_.araddr = access.address;
        *pins_.arvalid = 1;
    }
}

bool Registers::sample() {
    if (!busy_) return false;
    Access& access = accesses_[next_ - 1];
    took_address_ = access.write ? *pins_.awvalid && *pins_.awready : *pins_.arvalid && *pins_.arready;
    took_data_ = *pins_.wvalid && *pins_.wready;
    if (access.write ? !*pins_.bvalid : !*pins_.rvalid) return false;
    busy_ = false;
    refused_ |= (access.write ? *pins_.bresp : *pins_.rresp) != 0;
    if (!access.write) access.data = *pins_.rdata;
    return next_ == accesses_.size();
}

}  // namespace tickproof::rtl
