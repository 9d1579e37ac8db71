// SPDX-License-Identifier: Apache-2.0
// The sends of one port: PORT.sends and PORT.bytes of a plan folder.
#pragma once
#include <bit>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace tickproof::wire {

// A file in memory, read-only. A missing or empty file has no bytes.
class MappedFile {
public:
    MappedFile() = default;
    explicit MappedFile(const std::filesystem::path& path);
    ~MappedFile();
    MappedFile(MappedFile&& other) noexcept;
    MappedFile& operator=(MappedFile&& other) noexcept;

    std::span<const std::uint8_t> bytes() const { return bytes_; }

private:
    std::span<const std::uint8_t> bytes_;
};

namespace flag {
inline constexpr std::uint16_t link_up = 4, link_down = 8;
}

inline constexpr std::uint16_t kWaitsForNothing = 0xFFFF;

// One row of PORT.sends as it lies in the file.
struct SendRow {
    std::int64_t not_before_ns;
    std::uint64_t offset;
    std::uint32_t length;
    std::uint16_t flags;
    std::uint16_t awaited;
    std::uint32_t count;
    std::uint32_t zero;
};
static_assert(sizeof(SendRow) == 32 && std::endian::native == std::endian::little);

enum class PortKind { frames, stream, control };

class Sends {
public:
    // Throws HostError (`feed_a.sends: row 3: what`) for rows that a port of this kind cannot send.
    Sends(const std::filesystem::path& folder, const std::string& port, PortKind kind, std::size_t awaited);

    std::span<const SendRow> rows() const { return rows_; }
    std::span<const std::uint8_t> bytes(const SendRow& row) const { return bytes_.bytes().subspan(row.offset, row.length); }

private:
    MappedFile table_, bytes_;
    std::span<const SendRow> rows_;
};

}  // namespace tickproof::wire
