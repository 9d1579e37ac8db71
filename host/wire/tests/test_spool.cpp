// SPDX-License-Identifier: Apache-2.0
// Result files: whole, in order, whatever was written when.
#include "host/common/tests/expect.h"
#include "host/wire/spool.h"
#include "host/wire/tests/folder.h"

using namespace tickproof::wire;
using tickproof::testing::expect;

int main() {
    const tickproof::testing::Folder folder;
    Spool spool(folder.path() / "file");
    std::string expected;
    for (int round = 0; round < 2000; ++round) {  // pieces of many sizes, past the largest that is kept in memory
        const std::string text(static_cast<std::size_t>(round) * 71 % 99'991, static_cast<char>('a' + round % 26));
        spool.append({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
        expected += text;
        if (round % 7 == 0) spool.write_some();
        if (round == 1000) spool.write_all();
    }
    spool.write_all();
    expect(spool.size() == expected.size() && spool.trouble().empty());
    expect(folder.read("file") == expected);

    Spool full("/dev/full");
    full.append(std::vector<std::uint8_t>(100));
    full.write_all();
    tickproof::testing::expect_equal(full.trouble(), "full: cannot write the results (got No space left on device)");
}
