// SPDX-License-Identifier: Apache-2.0
// A large array of zeroes, all of it in memory from the start: on huge pages where the system has them, so that a scattered access seldom misses the TLB.
#pragma once
#include <sys/mman.h>

#include <cstddef>
#include <new>
#include <type_traits>

namespace tickproof::gateway {

template <typename T>
class ZeroedArray {
    static_assert(std::is_trivial_v<T>);

public:
    explicit ZeroedArray(std::size_t size) : bytes_((size * sizeof(T) + kHugePage - 1) / kHugePage * kHugePage) {
        void* place = ::mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (place == MAP_FAILED) throw std::bad_alloc();
        elements_ = static_cast<T*>(place);
        ::madvise(place, bytes_, MADV_HUGEPAGE);
        if (::madvise(place, bytes_, MADV_POPULATE_WRITE) == 0) return;
        auto* bytes = static_cast<volatile unsigned char*>(place);  // kernels before 5.14
        for (std::size_t at = 0; at < bytes_; at += kSmallPage) bytes[at] = 0;
    }
    ~ZeroedArray() { ::munmap(elements_, bytes_); }
    ZeroedArray(const ZeroedArray&) = delete;
    ZeroedArray& operator=(const ZeroedArray&) = delete;

    T* data() { return elements_; }
    const T* data() const { return elements_; }
    T& operator[](std::size_t index) { return elements_[index]; }

private:
    static constexpr std::size_t kHugePage = std::size_t{2} << 20, kSmallPage = 4096;

    std::size_t bytes_;
    T* elements_;
};

}  // namespace tickproof::gateway
