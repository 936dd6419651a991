// SPDX-License-Identifier: Apache-2.0
// Who tells that files may have changed.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>

namespace slsaudit::cli {

/// What a run looked at, normalized.
struct Watched {
  std::set<std::string> paths;  ///< Files and directories, there or not.
  std::set<std::string> listed; ///< Directories whose entries count.
};

class Watcher {
public:
  virtual ~Watcher() = default;
  /// From now on these count; what has happened to them since the last call is not forgotten.
  virtual void watch(const Watched& watched) = 0;
  /// Returns true when something may have changed and has been quiet for a moment since; false when the user
  /// wants no more.
  [[nodiscard]] virtual bool wait() = 0;
};

/// inotify's; null where there is none. `stopped` is a descriptor that can be read when the user wants no
/// more.
[[nodiscard]] std::unique_ptr<Watcher> make_inotify_watcher(int stopped);

/// Looks at all files again and again. `sleep` waits that many seconds; false: the user wants no more.
[[nodiscard]] std::unique_ptr<Watcher> make_polling_watcher(std::function<bool(double seconds)> sleep);

/// The best there is here. Interrupting the program (Ctrl-C) then ends the waiting instead of the program;
/// doing it twice ends the program.
[[nodiscard]] std::unique_ptr<Watcher> make_disk_watcher();

} // namespace slsaudit::cli
