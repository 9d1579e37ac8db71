// SPDX-License-Identifier: Apache-2.0
#if TICKPROOF_XDP
#include "host/common/xdp_program.h"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <netinet/in.h>

#include <iterator>
#include <vector>

#include "host/common/error.h"

namespace tickproof {
namespace {

constexpr unsigned kQueuesMax = 64;
constexpr std::uint8_t kContext = BPF_REG_6, kData = BPF_REG_2, kEnd = BPF_REG_3, kTemporary = BPF_REG_4, kField = BPF_REG_5;

bpf_insn instruction(int code, std::uint8_t to, std::uint8_t from, int offset, int value) {
    bpf_insn result{};
    result.code = static_cast<std::uint8_t>(code);
    result.dst_reg = to & 0xF;
    result.src_reg = from & 0xF;
    result.off = static_cast<std::int16_t>(offset);
    result.imm = value;
    return result;
}

bpf_insn load_field(int size, std::uint8_t to, std::uint8_t from, int offset) {
    return instruction(BPF_LDX | size | BPF_MEM, to, from, offset, 0);
}
bpf_insn move(std::uint8_t to, std::uint8_t from) { return instruction(BPF_ALU64 | BPF_MOV | BPF_X, to, from, 0, 0); }
bpf_insn set(std::uint8_t to, int value) { return instruction(BPF_ALU64 | BPF_MOV | BPF_K, to, 0, 0, value); }
bpf_insn unless_equal(std::uint8_t what, int value, int skip) { return instruction(BPF_JMP | BPF_JNE | BPF_K, what, 0, skip, value); }

// Small enough to be written by hand, which spares the machine a compiler for BPF.
std::vector<bpf_insn> code(int map, bool only_udp) {
    constexpr int protocol_at = ETH_HLEN + 9;
    std::vector<bpf_insn> program{move(kContext, BPF_REG_1)};
    constexpr int redirect_length = 6;
    if (only_udp) {
        const bpf_insn look[] = {
            load_field(BPF_W, kData, kContext, offsetof(xdp_md, data)),
            load_field(BPF_W, kEnd, kContext, offsetof(xdp_md, data_end)),
            move(kTemporary, kData),
            instruction(BPF_ALU64 | BPF_ADD | BPF_K, kTemporary, 0, 0, protocol_at + 1),
            instruction(BPF_JMP | BPF_JGT | BPF_X, kTemporary, kEnd, 4 + redirect_length, 0),
            load_field(BPF_H, kField, kData, offsetof(ethhdr, h_proto)),
            unless_equal(kField, htons(ETH_P_IP), 2 + redirect_length),
            load_field(BPF_B, kField, kData, protocol_at),
            unless_equal(kField, IPPROTO_UDP, redirect_length),
        };
        program.insert(program.end(), std::begin(look), std::end(look));
    }
    const bpf_insn redirect[] = {
        load_field(BPF_W, BPF_REG_2, kContext, offsetof(xdp_md, rx_queue_index)),
        instruction(BPF_LD | BPF_DW | BPF_IMM, BPF_REG_1, BPF_PSEUDO_MAP_FD, 0, map),
        instruction(0, 0, 0, 0, 0),  // the upper half of the instruction before
        set(BPF_REG_3, XDP_PASS),    // if no socket is there (any more)
        instruction(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_redirect_map),
        instruction(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
    };
    static_assert(std::size(redirect) == redirect_length);
    program.insert(program.end(), std::begin(redirect), std::end(redirect));
    if (only_udp) {  // where the jumps lead
        program.push_back(set(BPF_REG_0, XDP_PASS));
        program.push_back(instruction(BPF_JMP | BPF_EXIT, 0, 0, 0, 0));
    }
    return program;
}

}  // namespace

XdpProgram::XdpProgram(const std::string& interface, int index, bool only_udp)
    : interface_(interface), map_(bpf_map_create(BPF_MAP_TYPE_XSKMAP, "tickproof_xsks", sizeof(int), sizeof(int), kQueuesMax, nullptr)) {
    if (!map_) throw system_error(interface, "the kernel has no map for AF_XDP sockets, or we no right to make one");
    const auto instructions = code(map_.get(), only_udp);
    program_ =
        FileDescriptor(bpf_prog_load(BPF_PROG_TYPE_XDP, "tickproof", "Apache-2.0", instructions.data(), instructions.size(), nullptr));
    if (!program_) throw system_error(interface, "the kernel takes no XDP program");
    for (const unsigned mode : {XDP_FLAGS_DRV_MODE, XDP_FLAGS_SKB_MODE}) {
        bpf_link_create_opts options{};
        options.sz = sizeof options;
        options.flags = mode;
        link_ = FileDescriptor(bpf_link_create(program_.get(), index, BPF_XDP, &options));
        native_ = mode == XDP_FLAGS_DRV_MODE;
        if (link_) return;
        if (errno == EBUSY || errno == EEXIST) throw system_error(interface, "another XDP program is on the interface");
    }
    throw system_error(interface, "the interface takes no XDP program");
}

void XdpProgram::redirect(unsigned queue, int socket) {
    if (bpf_map_update_elem(map_.get(), &queue, &socket, BPF_ANY) < 0)
        throw system_error(interface_, "cannot give frames to an AF_XDP socket");
}

}  // namespace tickproof
#endif
