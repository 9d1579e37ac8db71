// SPDX-License-Identifier: Apache-2.0
#include "host/common/onload.h"

#include <dlfcn.h>

#include <cstdint>
#include <cstdlib>

namespace tickproof {
namespace {

// As <onload/extensions.h> has it.
struct OnloadStat {
    std::int32_t stack_id;
    char* stack_name;
    std::int32_t endpoint_id;
    std::int32_t endpoint_state;
};
using FdStat = int (*)(int, OnloadStat*);

}  // namespace

OnloadProof onload_proof(const std::string& port, int descriptor) {
    // The library says "present" even where its driver is missing: only what it says of this very socket is proof.
    const auto ask = reinterpret_cast<FdStat>(dlsym(RTLD_DEFAULT, "onload_fd_stat"));
    if (!ask) return {port, "no library", ""};
    OnloadStat stat{};
    if (ask(descriptor, &stat) != 1) return {port, "kernel", ""};
    const std::string stack = stat.stack_name ? stat.stack_name : "";
    std::free(stat.stack_name);
    return {port, kAccelerated, stack};
}

}  // namespace tickproof
