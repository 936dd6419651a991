// SPDX-License-Identifier: Apache-2.0
// The files round a template that it may name.
#pragma once

#include "dialect/limits.hpp"
#include "text/file_system.hpp"
#include "text/result.hpp"
#include "text/source_map.hpp"

#include <string>
#include <string_view>

namespace slsaudit::dialect {

/// Files outside `root` are never opened; where all may be, it is "/".
struct Project {
  const text::FileSystem& files;
  text::SourceMap& sources;
  std::string directory; ///< Of the template's file.
  std::string root;      ///< Project root.
  Limits limits;
};

/// A file as it shall be printed, and by the name that all paths to it share.
struct LocalFile {
  std::string path;
  std::string canonical;
};

/// Whether text that says where a file is means one beside the template: no URL.
[[nodiscard]] bool is_local(std::string_view location);

/// The file that a template names. Fails, with the reason, for what is not there, no file, or outside of the
/// project, through symbolic links too.
[[nodiscard]] text::Result<LocalFile> find_local(const Project& project, std::string_view location);

} // namespace slsaudit::dialect
