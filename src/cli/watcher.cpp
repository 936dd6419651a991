// SPDX-License-Identifier: Apache-2.0
#include "cli/watcher.hpp"

#include "text/file_system.hpp"

#include <array>
#include <csignal>
#include <cstdint>
#include <fcntl.h>
#include <filesystem>
#include <map>
#include <poll.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#if defined(__linux__)
#include <sys/inotify.h>
#endif

namespace slsaudit::cli {

namespace fs = std::filesystem;

namespace {

constexpr double quiet_seconds = 0.1; ///< Editors write a file in several steps.
constexpr int most_rounds = 20;       ///< Of waiting for quiet: who never stops writing is told all the same.
constexpr double poll_seconds = 0.5;

/// When it was changed last and how large it is; the same as long as nothing has happened to it.
using State = std::pair<std::int64_t, std::uintmax_t>;
using States = std::map<std::string, State>;

States states_of(const Watched& watched) {
  States states;
  for (const std::string& path : watched.paths) {
    std::error_code error;
    const auto time = fs::last_write_time(path, error);
    if (error) {
      states[path] = {-1, 0};
      continue;
    }
    const auto size = fs::is_regular_file(path, error) ? fs::file_size(path, error) : 0;
    states[path] = {time.time_since_epoch().count(), error ? 0 : size};
  }
  return states;
}

class PollingWatcher final : public Watcher {
public:
  explicit PollingWatcher(std::function<bool(double)> sleep) : sleep_(std::move(sleep)) {}

  void watch(const Watched& watched) override {
    watched_ = watched;
    States states = states_of(watched_);
    for (const auto& [path, state] : states_) {
      if (const auto now = states.find(path); now != states.end() && now->second != state) missed_ = true;
    }
    states_ = std::move(states);
  }

  bool wait() override {
    bool changed = std::exchange(missed_, false);
    while (!changed) {
      if (!sleep_(poll_seconds)) return false;
      changed = update();
    }
    for (int round = 0; round < most_rounds && changed; ++round) {
      if (!sleep_(quiet_seconds)) return false;
      changed = update();
    }
    return true;
  }

private:
  bool update() {
    States states = states_of(watched_);
    const bool changed = states != states_;
    states_ = std::move(states);
    return changed;
  }

  std::function<bool(double)> sleep_;
  Watched watched_;
  States states_;
  bool missed_ = false;
};

/// Whether the descriptor can be read within that time; -1: no bound.
bool readable(int descriptor, int milliseconds) {
  pollfd entry{descriptor, POLLIN, 0};
  int result = 0;
  do result = poll(&entry, 1, milliseconds);
  while (result < 0 && errno == EINTR);
  return result > 0;
}

#if defined(__linux__)

/// A directory's watch tells of what is in it; what stands alone is told of by the directory that it is in.
class InotifyWatcher final : public Watcher {
public:
  InotifyWatcher(int queue, int stopped) : queue_(queue), stopped_(stopped) {}
  ~InotifyWatcher() override { close(queue_); }
  InotifyWatcher(const InotifyWatcher&) = delete;
  InotifyWatcher& operator=(const InotifyWatcher&) = delete;

  void watch(const Watched& watched) override {
    watched_ = watched;
    std::set<std::string> wanted = watched.listed;
    for (const std::string& path : watched.paths) wanted.insert(text::parent_path(path));
    std::erase_if(directories_, [&](const auto& entry) {
      const bool gone = wanted.count(entry.second) == 0;
      if (gone) inotify_rm_watch(queue_, entry.first);
      return gone;
    });
    constexpr std::uint32_t events = IN_CLOSE_WRITE | IN_MODIFY | IN_CREATE | IN_DELETE | IN_MOVED_FROM |
                                     IN_MOVED_TO | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
    for (const std::string& directory : wanted) {
      const int id = inotify_add_watch(queue_, directory.c_str(), events);
      if (id >= 0) directories_[id] = directory; // else it isn't there: the one above tells when it comes
    }
  }

  bool wait() override {
    bool changed = false;
    while (!changed) {
      std::array<pollfd, 2> entries{{{queue_, POLLIN, 0}, {stopped_, POLLIN, 0}}};
      if (poll(entries.data(), entries.size(), -1) < 0 && errno != EINTR) return false;
      if (entries[1].revents != 0) return false;
      changed = entries[0].revents != 0 && drain();
    }
    for (int round = 0; round < most_rounds && readable(queue_, static_cast<int>(quiet_seconds * 1000));
         ++round)
      (void)drain();
    return !readable(stopped_, 0);
  }

private:
  /// Takes what has been told; whether any of it counts.
  bool drain() {
    alignas(inotify_event) std::array<char, 16384> bytes{};
    const ssize_t size = read(queue_, bytes.data(), bytes.size());
    bool counts = false;
    for (ssize_t at = 0; at < size;) {
      const auto* event = reinterpret_cast<const inotify_event*>(bytes.data() + at);
      at += static_cast<ssize_t>(sizeof(inotify_event)) + static_cast<ssize_t>(event->len);
      counts = counts || is_meant(*event);
    }
    return counts;
  }

  [[nodiscard]] bool is_meant(const inotify_event& event) const {
    if ((event.mask & IN_Q_OVERFLOW) != 0) return true;
    const auto directory = directories_.find(event.wd);
    if (directory == directories_.end()) return false;
    if (event.len == 0 || watched_.listed.count(directory->second) > 0) return true;
    return watched_.paths.count(text::join_path(directory->second, event.name)) > 0;
  }

  int queue_;
  int stopped_;
  Watched watched_;
  std::map<int, std::string> directories_; ///< By watch.
};

#endif

int stop_pipe[2] = {-1, -1}; // a signal's handler can reach nothing else

void stop(int) {
  const char byte = 0;
  (void)!write(stop_pipe[1], &byte, 1);
}

} // namespace

std::unique_ptr<Watcher> make_inotify_watcher([[maybe_unused]] int stopped) {
#if defined(__linux__)
  const int queue = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  if (queue >= 0) return std::make_unique<InotifyWatcher>(queue, stopped);
#endif
  return nullptr;
}

std::unique_ptr<Watcher> make_polling_watcher(std::function<bool(double)> sleep) {
  return std::make_unique<PollingWatcher>(std::move(sleep));
}

std::unique_ptr<Watcher> make_disk_watcher() {
  if (stop_pipe[0] < 0 && pipe(stop_pipe) != 0) return nullptr;
  struct sigaction action {};
  action.sa_handler = stop;
  action.sa_flags = SA_RESTART | static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  if (auto watcher = make_inotify_watcher(stop_pipe[0])) return watcher;
  return make_polling_watcher(
      [](double seconds) { return !readable(stop_pipe[0], static_cast<int>(seconds * 1000)); });
}

} // namespace slsaudit::cli
