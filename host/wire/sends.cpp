// SPDX-License-Identifier: Apache-2.0
#include "host/wire/sends.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <utility>

#include "host/common/error.h"
#include "host/common/file_descriptor.h"

namespace tickproof::wire {

MappedFile::MappedFile(const std::filesystem::path& path) {
    const FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) {
        if (errno == ENOENT) return;
        throw system_error(path, "cannot read");
    }
    struct stat status{};
    if (fstat(file.get(), &status) < 0) throw system_error(path, "cannot read");
    if (status.st_size == 0) return;
    const auto size = static_cast<std::size_t>(status.st_size);
    // Populated now: a page fault in the middle of a run would make a send late.
    void* mapping = mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file.get(), 0);
    if (mapping == MAP_FAILED) throw system_error(path, "cannot map");
    bytes_ = {static_cast<const std::uint8_t*>(mapping), size};
}

MappedFile::~MappedFile() {
    if (!bytes_.empty()) munmap(const_cast<std::uint8_t*>(bytes_.data()), bytes_.size());
}

MappedFile::MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    return *this;
}

namespace {

constexpr std::int64_t kFarthestNs = INT64_MAX / 4;  // as the times of plan.conf: they can be added

// Why a port of this kind cannot send the row, or nullptr. `up`: whether the rows before have left a link that is up.
const char* fault(const SendRow& row, PortKind kind, bool up, std::size_t awaited, std::size_t bytes) {
    if (row.offset > bytes || row.length > bytes - row.offset) return "its bytes are not in PORT.bytes";
    if (row.not_before_ns < -kFarthestNs || row.not_before_ns > kFarthestNs) return "its time is out of range";
    if (row.awaited != kWaitsForNothing && row.awaited >= awaited) return "it waits for a port that the plan does not have";
    if (kind == PortKind::control)
        return row.flags ? "a control record has no flags" : row.length != 16 ? "a control record has 16 bytes" : nullptr;
    if (kind == PortKind::frames) return row.flags ? "a host cannot send this flag" : row.length == 0 ? "a frame has bytes" : nullptr;
    if (row.flags == 0) return row.length == 0 ? "a segment has bytes" : nullptr;
    if (row.flags != flag::link_up && row.flags != flag::link_down) return "a host cannot send this flag";
    if (row.length != 0) return "a link going up or down has no bytes";
    return row.flags == flag::link_up && up ? "the link is already up" : nullptr;
}

}  // namespace

Sends::Sends(const std::filesystem::path& folder, const std::string& port, PortKind kind, std::size_t awaited)
    : table_(folder / (port + ".sends")), bytes_(folder / (port + ".bytes")) {
    const auto table = table_.bytes();
    if (table.size() % sizeof(SendRow)) {
        throw HostError(port + ".sends: not a whole number of rows (got " + std::to_string(table.size()) + " bytes, expected 32 a row)");
    }
    rows_ = {reinterpret_cast<const SendRow*>(table.data()), table.size() / sizeof(SendRow)};
    std::int64_t before_ns = INT64_MIN;
    bool up = false;
    for (std::size_t index = 0; index < rows_.size(); ++index) {
        const SendRow& row = rows_[index];
        const char* why = fault(row, kind, up, awaited, bytes_.bytes().size());
        if (!why && row.not_before_ns < before_ns) why = "it is earlier than the row before";
        if (why) throw HostError(port + ".sends: row " + std::to_string(index) + ": " + why);
        before_ns = row.not_before_ns;
        if (row.flags) up = row.flags == flag::link_up;
    }
}

}  // namespace tickproof::wire
