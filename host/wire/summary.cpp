// SPDX-License-Identifier: Apache-2.0
#include "host/wire/summary.h"

#include <cstdio>
#include <fstream>

#include "host/common/error.h"

namespace tickproof::wire {
namespace {

std::string quoted(const std::string& text) {
    std::string result = "\"";
    for (const char letter : text) {
        if (letter == '"' || letter == '\\') result += '\\';
        if (static_cast<unsigned char>(letter) < 0x20) {
            char escape[8];
            std::snprintf(escape, sizeof escape, "\\u%04x", letter);
            result += escape;
        } else {
            result += letter;
        }
    }
    return result + '"';
}

}  // namespace

void write_summary(const std::filesystem::path& folder, const Summary& summary) {
    const std::filesystem::path path = folder / "summary.json", fresh = folder / "summary.json.new";
    std::ofstream file(fresh);
    file << "{\n  \"complete\": " << (summary.trouble.empty() ? "true" : "false") << ",\n  \"trouble\": " << quoted(summary.trouble)
         << ",\n  \"t0_ns\": " << summary.t0_ns << ",\n  \"origin_ns\": " << summary.origin_ns << ",\n  \"slowdown\": " << summary.slowdown
         << ",\n  \"end_ns\": " << summary.end_ns << ",\n  \"late_ns\": " << summary.late_ns << ",\n  \"late\": " << summary.late
         << ",\n  \"lost\": " << summary.lost << ",\n  \"stray\": " << summary.stray << ",\n  \"stamps\": " << quoted(summary.stamps)
         << ",\n  \"onload\": [";
    const char* comma = "";
    for (const OnloadProof& proof : summary.onload) {
        file << comma << "{\"port\": " << quoted(proof.port) << ", \"state\": " << quoted(proof.state)
             << ", \"stack\": " << quoted(proof.stack) << "}";
        comma = ", ";
    }
    file << "],\n  \"transport\": " << quoted(summary.transport) << "\n}\n";
    file.close();
    // Renamed: a reader finds a whole summary or none.
    if (!file || std::rename(fresh.c_str(), path.c_str()) < 0) throw system_error(path, "cannot write the summary");
}

}  // namespace tickproof::wire
