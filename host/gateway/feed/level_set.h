// SPDX-License-Identifier: Apache-2.0
// Which levels hold orders: three layers of bits, so that the lowest and the highest are found in a few instructions.
#pragma once
#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tickproof::gateway {

class LevelSet {
public:
    static constexpr std::size_t kMost = std::size_t{1} << 18;  // the upper layer is one word

    explicit LevelSet(std::size_t levels) : layers_{words((levels + 63) / 64), words((levels + 4095) / 4096), words(1)} {}

    bool empty() const { return layers_[2][0] == 0; }

    void set(std::size_t level) {
        for (auto& layer : layers_) {
            layer[level / 64] |= bit(level);
            level /= 64;
        }
    }

    void clear(std::size_t level) {
        for (auto& layer : layers_) {
            layer[level / 64] &= ~bit(level);
            if (layer[level / 64] != 0) return;
            level /= 64;
        }
    }

    void clear_all() {
        for (auto& layer : layers_) std::fill(layer.begin(), layer.end(), 0);
    }

    // Of a set that is not empty.
    std::size_t lowest() const {
        std::size_t at = 0;
        for (std::size_t layer = layers_.size(); layer-- > 0;) at = at * 64 + static_cast<std::size_t>(std::countr_zero(layers_[layer][at]));
        return at;
    }

    std::size_t highest() const {
        std::size_t at = 0;
        for (std::size_t layer = layers_.size(); layer-- > 0;) at = at * 64 + 63 - static_cast<std::size_t>(std::countl_zero(layers_[layer][at]));
        return at;
    }

private:
    using words = std::vector<std::uint64_t>;
    static std::uint64_t bit(std::size_t level) { return std::uint64_t{1} << level % 64; }

    std::array<words, 3> layers_;
};

}  // namespace tickproof::gateway
