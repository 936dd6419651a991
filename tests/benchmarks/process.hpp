// SPDX-License-Identifier: Apache-2.0
// Runs of whole programs, and what they took.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <spawn.h>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

extern char** environ; // NOLINT(readability-redundant-declaration)

namespace slsaudit::benchmarks {

struct Run {
  double wall_ms = 0;      ///< From spawn to exit.
  double processor_ms = 0; ///< Of all its threads, in the kernel too.
  double megabytes = 0;    ///< The most memory it had.
};

inline double milliseconds(const timeval& time) {
  return 1000.0 * static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1000.0;
}

/// Output is thrown away. Ends this program where the other one can't be run or exits with more than 3.
inline Run run(std::vector<std::string> command) {
  std::vector<char*> arguments;
  for (std::string& word : command) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  const auto start = std::chrono::steady_clock::now();
  pid_t child = 0;
  int status = 0;
  rusage usage{};
  const bool started = posix_spawn(&child, arguments[0], &actions, nullptr, arguments.data(), environ) == 0;
  const bool ended = started && wait4(child, &status, 0, &usage) == child;
  const auto end = std::chrono::steady_clock::now();
  posix_spawn_file_actions_destroy(&actions);
  if (!ended || !WIFEXITED(status) || WEXITSTATUS(status) > 3) {
    std::fprintf(stderr, "%s failed\n", command[0].c_str());
    std::exit(2);
  }
  return {std::chrono::duration<double, std::milli>(end - start).count(),
          milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime),
          static_cast<double>(usage.ru_maxrss) / 1024.0};
}

/// Of several values, which may come in any order.
inline double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// Each part of several runs of one command, by itself.
inline Run median_run(const std::vector<std::string>& command, int runs) {
  std::vector<double> wall;
  std::vector<double> processor;
  std::vector<double> memory;
  for (int i = 0; i < runs; ++i) {
    const Run once = run(command);
    wall.push_back(once.wall_ms);
    processor.push_back(once.processor_ms);
    memory.push_back(once.megabytes);
  }
  return {median(wall), median(processor), median(memory)};
}

} // namespace slsaudit::benchmarks
