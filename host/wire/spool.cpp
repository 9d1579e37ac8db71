// SPDX-License-Identifier: Apache-2.0
#include "host/wire/spool.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "host/common/error.h"

namespace tickproof::wire {

Spool::Spool(const std::filesystem::path& path)
    : name_(path.filename()), file_(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)) {
    if (!file_) throw system_error(path, "cannot write");
}

void Spool::append(std::span<const std::uint8_t> bytes) {
    size_ += bytes.size();
    while (!bytes.empty() && trouble_.empty()) {
        if (filled_ == kPieceBytes) {
            if (pieces_.size() >= kPiecesMax) write_some();
            pieces_.push_back(std::make_unique_for_overwrite<std::uint8_t[]>(kPieceBytes));
            filled_ = 0;
        }
        const std::size_t count = std::min(bytes.size(), kPieceBytes - filled_);
        std::memcpy(pieces_.back().get() + filled_, bytes.data(), count);
        filled_ += count;
        bytes = bytes.subspan(count);
    }
}

bool Spool::write_some() {
    if (pieces_.size() < 2) return false;
    write_first(kPieceBytes);
    return true;
}

void Spool::write_all() {
    while (write_some()) continue;
    if (!pieces_.empty()) write_first(filled_);
    filled_ = kPieceBytes;
}

void Spool::write_first(std::size_t length) {
    const std::uint8_t* from = pieces_.front().get();
    while (length > 0 && trouble_.empty()) {
        const ssize_t count = write(file_.get(), from, length);
        if (count >= 0) {
            from += count;
            length -= static_cast<std::size_t>(count);
        } else if (errno != EINTR) {
            trouble_ = system_error(name_, "cannot write the results").what();
        }
    }
    pieces_.pop_front();
}

}  // namespace tickproof::wire
