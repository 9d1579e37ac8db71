// SPDX-License-Identifier: Apache-2.0
// What a program of the host path throws when it cannot go on. Its text is `where: what (got ..., expected ...)`; main() puts the program's name in front.
#pragma once
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

namespace tickproof {

class HostError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// A system call that failed: `system_error("veth0", "cannot bind")` reads errno.
inline HostError system_error(const std::string& where, const std::string& what, int error = errno) {
    return HostError(where + ": " + what + " (got " + std::strerror(error) + ")");
}

}  // namespace tickproof
