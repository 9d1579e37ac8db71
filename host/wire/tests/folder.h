// SPDX-License-Identifier: Apache-2.0
// A folder of its own for a test, gone afterwards; and files written and read there.
#pragma once
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace tickproof::testing {

class Folder {
public:
    Folder() {
        char name[] = "/tmp/tickproof_test_XXXXXX";
        path_ = mkdtemp(name);
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;

    const std::filesystem::path& path() const { return path_; }
    template <class T>
    void write(const std::string& name, const std::vector<T>& rows) const {
        std::ofstream(path_ / name, std::ios::binary)
            .write(reinterpret_cast<const char*>(rows.data()), static_cast<std::streamsize>(rows.size() * sizeof(T)));
    }
    std::string read(const std::string& name) const {
        std::ifstream file(path_ / name, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    template <class T>
    std::vector<T> rows(const std::string& name) const {
        const std::string text = read(name);
        std::vector<T> result(text.size() / sizeof(T));
        text.copy(reinterpret_cast<char*>(result.data()), result.size() * sizeof(T));
        return result;
    }

private:
    std::filesystem::path path_;
};

}  // namespace tickproof::testing
