// SPDX-License-Identifier: Apache-2.0
// The one file that knows Verilator's classes. pins.h is generated for the device, and so is Vdevice.h.
#include "Vdevice.h"
#include "host/rtl_on_wire/device.h"
#include "pins.h"
#include "verilated.h"

namespace tickproof::rtl {
namespace {

constexpr int kRandomInitialValues = 2;

class VerilatedModel final : public Model {
public:
    explicit VerilatedModel(std::uint32_t seed) {
        context_.randReset(kRandomInitialValues);
        context_.randSeed(static_cast<int>(seed % 0x7FFFFFFF) + 1);  // 0 would be a seed of its own choice
        top_ = std::make_unique<Vdevice>(&context_, "");
        pins_ = pins_of(*top_);
    }
    ~VerilatedModel() override { top_->final(); }

    const Pins& pins() const override { return pins_; }
    void settle() override {
        *pins_.clk = 0;
        top_->eval();
    }
    void edge() override {
        *pins_.clk = 1;
        top_->eval();
    }

private:
    VerilatedContext context_;
    std::unique_ptr<Vdevice> top_;
    Pins pins_;
};

}  // namespace

const Description& description() {
    static const Description made = make_description();
    return made;
}

std::unique_ptr<Model> make_model(std::uint32_t seed) { return std::make_unique<VerilatedModel>(seed); }

}  // namespace tickproof::rtl
