// SPDX-License-Identifier: Apache-2.0
// What came out of one port: PORT.frames and PORT.data.
#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "host/wire/spool.h"

namespace tickproof::wire {

namespace frame_flag {
inline constexpr std::uint32_t payload_only = 8;
inline constexpr unsigned address_shift = 8;
}

class Recorder {
public:
    // records_from: where 64-byte records begin in each output, if waits count those; else -1.
    Recorder(const std::filesystem::path& folder, const std::string& port, std::uint32_t flags, int records_from)
        : frames_(folder / (port + ".frames")), data_(folder / (port + ".data")), flags_(flags), records_from_(records_from) {}

    // address: of a datagram without its headers, which of the plan's it came to.
    void put(std::int64_t time_ns, std::span<const std::uint8_t> bytes, std::uint32_t address = 0) {
        const std::uint32_t flags = flags_ | address << frame_flag::address_shift;
        const Row row{time_ns, time_ns, data_.size(), static_cast<std::uint32_t>(bytes.size()), flags};
        frames_.append({reinterpret_cast<const std::uint8_t*>(&row), sizeof row});
        data_.append(bytes);
        if (records_from_ < 0) {
            ++count_;
        } else if (bytes.size() > static_cast<std::size_t>(records_from_)) {
            count_ += (bytes.size() - static_cast<std::size_t>(records_from_)) / kRecordBytes;
        }
    }
    std::uint64_t count() const { return count_; }  // as waits count

    Spool& frames() { return frames_; }
    Spool& data() { return data_; }

private:
    static constexpr std::size_t kRecordBytes = 64;
    struct Row {  // as it lies in the file
        std::int64_t first_ns, last_ns;
        std::uint64_t offset;
        std::uint32_t length, flags;
    };
    static_assert(sizeof(Row) == 32);

    Spool frames_, data_;
    std::uint32_t flags_;
    int records_from_;
    std::uint64_t count_ = 0;
};

}  // namespace tickproof::wire
