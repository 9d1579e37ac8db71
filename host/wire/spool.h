// SPDX-License-Identifier: Apache-2.0
// A result file that grows while a run is played: bytes wait in memory and go to the file when there is time.
#pragma once
#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "host/common/file_descriptor.h"

namespace tickproof::wire {

class Spool {
public:
    // Throws HostError if the file cannot be made.
    explicit Spool(const std::filesystem::path& path);

    void append(std::span<const std::uint8_t> bytes);
    std::uint64_t size() const { return size_; }  // bytes appended so far

    // Writes one piece, some ten us of work. False: there was none that is full.
    bool write_some();
    void write_all();
    // The first error of writing, or "": from then on nothing is kept.
    const std::string& trouble() const { return trouble_; }

private:
    static constexpr std::size_t kPieceBytes = 64 << 10;
    static constexpr std::size_t kPiecesMax = 1024;  // beyond that `append` writes by itself
    using Piece = std::unique_ptr<std::uint8_t[]>;

    void write_first(std::size_t length);

    std::string name_;
    FileDescriptor file_;
    std::deque<Piece> pieces_;
    std::size_t filled_ = kPieceBytes;  // of the last piece
    std::uint64_t size_ = 0;
    std::string trouble_;
};

}  // namespace tickproof::wire
