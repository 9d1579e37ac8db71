// SPDX-License-Identifier: Apache-2.0
// Throws plan folders, frames, and both ends of the control socket and of TCP links at the player and at what devices share with it.
// Each case stands alone. Meant for builds with sanitizers, in a network namespace of its own: fuzz_wire --cases 100000 --seed 1
#include "host/common/fuzz/run.h"
#include "host/wire/fuzz/control_world.h"
#include "host/wire/fuzz/frame_world.h"
#include "host/wire/fuzz/link_world.h"
#include "host/wire/fuzz/plan_world.h"

namespace {

using namespace tickproof::fuzz;
using namespace tickproof::wire::fuzz;

void play_case(Random& random, const Folder& folder) {
    switch (random.below(32)) {
        case 0: return LinkWorld(random).step();
        case 1:
        case 2:
        case 3: return ControlWorld(random, folder).step();
        case 4:
        case 5:
        case 6:
        case 7:
        case 8:
        case 9: return PlanWorld(random, folder).step();
        default: return FrameWorld(random).step();
    }
}

}  // namespace

int main(int count, char** words) {
    const auto range = parse(count, words);
    if (!range) return 2;
    const Folder folder;
    for (current_case = range->first; current_case < range->end; ++current_case) {
        Random random(Random(range->seed).next() + current_case);
        play_case(random, folder);
    }
    print(*range);
}
