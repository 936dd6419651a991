// SPDX-License-Identifier: Apache-2.0
// The real world: the process's streams, the disk, the clock, the terminal.
#pragma once

#include "cli/world.hpp"

namespace slsaudit::cli {

/// To be made once, by main(). Also makes a vanished reader of standard output a failed write instead of a
/// signal.
[[nodiscard]] World real_world();

/// Writes beside the target and renames, so that a reader sees the old bytes or the new ones. What is no
/// regular file (a pipe, a terminal, /dev/null) is written directly.
[[nodiscard]] text::Result<bool> write_atomically(const std::string& path, const std::string& bytes);

/// See World::remove_unused. Only regular files, no links; a file system that doesn't note when files are
/// read leaves the time when they were written.
[[nodiscard]] std::size_t remove_unused_files(const std::string& directory,
                                              bool (*is_own)(std::string_view name), int days);

} // namespace slsaudit::cli
