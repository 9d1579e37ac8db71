// SPDX-License-Identifier: Apache-2.0
// A folder of this process, in memory where there is such a thing, that goes with it.
#pragma once
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "host/common/error.h"

namespace tickproof::wire::fuzz {

class Folder {
public:
    Folder() {
        std::string name = std::filesystem::is_directory("/dev/shm") ? "/dev/shm/tickproof-fuzz-XXXXXX" : "/tmp/tickproof-fuzz-XXXXXX";
        if (!::mkdtemp(name.data())) throw system_error(name, "no folder");
        path_ = name;
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;

    const std::filesystem::path& path() const { return path_; }
    void write(const std::string& name, const std::string& bytes) const { std::ofstream(path_ / name, std::ios::binary) << bytes; }

private:
    std::filesystem::path path_;
};

}  // namespace tickproof::wire::fuzz
