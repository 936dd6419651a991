// SPDX-License-Identifier: Apache-2.0
#include "cli/progress.hpp"

#include "report/shown.hpp"

namespace slsaudit::cli {

namespace {

constexpr double patience = 0.5; ///< Seconds in which nothing is told.
constexpr double interval = 0.1; ///< Between two pictures.
constexpr const char* erase_line = "\r\x1b[K";

} // namespace

Progress::Progress(const World& world) : world_(world), start_(world.error_terminal ? world.clock() : 0) {}

void Progress::show(const std::string& text) {
  const double now = world_.clock();
  if (now - start_ < patience || (shown_ && now - shown_at_ < interval)) return;
  world_.err << erase_line << "slsaudit: " << text << std::flush;
  shown_ = true;
  shown_at_ = now;
}

void Progress::file_read() {
  if (!world_.error_terminal) return;
  const std::lock_guard lock(mutex_);
  files_ += 1;
  show(report::counted(files_, "file") + " read");
}

void Progress::audited(std::size_t done, std::size_t all) {
  if (!world_.error_terminal) return;
  const std::lock_guard lock(mutex_);
  show(std::to_string(done) + " of " + report::counted(all, "system") + " audited");
}

void Progress::erase() {
  const std::lock_guard lock(mutex_);
  if (shown_) world_.err << erase_line << std::flush;
  shown_ = false;
}

} // namespace slsaudit::cli
