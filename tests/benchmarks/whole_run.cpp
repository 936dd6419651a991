// SPDX-License-Identifier: Apache-2.0
// Whole-process time of `slsaudit check` on one template, against an empty program that links the same
// libraries.
//
//   bench_whole_run SLSAUDIT EMPTY PARSE TEMPLATE
//
// Prints least and median times, and least processor times; fails when the check takes more of the processor
// than the limits below. The least is what the program needs; a median tells of the machine's other load too,
// and on a busy machine the least of the wall does as well.
#include "process.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

constexpr double limit_ms = 20;
constexpr double limit_ratio = 12; // of a program that is linked statically, which starts in half the time
constexpr int runs = 41;

struct Times {
  double least = 0;
  double median = 0;
  double processor = 0; ///< The least, of all threads.
};

/// Of each command. They take turns, so that other load on the machine meets all of them.
std::vector<Times> measure(const std::vector<std::vector<std::string>>& commands) {
  std::vector<std::vector<double>> times(commands.size());
  std::vector<Times> result(commands.size());
  for (int i = 0; i < runs; ++i) {
    for (std::size_t c = 0; c < commands.size(); ++c) {
      const slsaudit::benchmarks::Run run = slsaudit::benchmarks::run(commands[c]);
      times[c].push_back(run.wall_ms);
      result[c].processor = i == 0 ? run.processor_ms : std::min(result[c].processor, run.processor_ms);
    }
  }
  for (std::size_t c = 0; c < times.size(); ++c) {
    std::sort(times[c].begin(), times[c].end());
    result[c].least = times[c].front();
    result[c].median = times[c][runs / 2];
  }
  return result;
}

double parse_milliseconds(const std::string& program, const std::string& path) {
  FILE* pipe = popen(("'" + program + "' '" + path + "'").c_str(), "r");
  double microseconds = -1;
  if (pipe == nullptr || std::fscanf(pipe, "%lf", &microseconds) != 1 || pclose(pipe) != 0) {
    std::fprintf(stderr, "%s failed\n", program.c_str());
    std::exit(2);
  }
  return microseconds / 1000;
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: bench_whole_run SLSAUDIT EMPTY PARSE TEMPLATE\n");
    return 2;
  }
  const double parse = parse_milliseconds(argv[3], argv[4]);
  const std::vector<Times> times = measure({{argv[2]}, {argv[1], "--version"}, {argv[1], "check", argv[4]}});
  const Times& empty = times[0];
  const Times& version = times[1];
  const Times& check = times[2];
  const double ratio = check.processor / (empty.processor + parse);
  std::printf("milliseconds          least  median  processor\n");
  std::printf("empty program        %6.2f  %6.2f     %6.2f\n", empty.least, empty.median, empty.processor);
  std::printf("slsaudit --version   %6.2f  %6.2f     %6.2f   %.2f x empty\n", version.least, version.median,
              version.processor, version.processor / empty.processor);
  std::printf("parse alone                  %6.2f\n", parse);
  std::printf("slsaudit check       %6.2f  %6.2f     %6.2f   %.2f x (empty + parse)\n", check.least,
              check.median, check.processor, ratio);
  std::printf("limits of the processor: %.0f ms and %.0f x (empty + parse)\n", limit_ms, limit_ratio);
  return check.processor < limit_ms && ratio < limit_ratio ? 0 : 1;
}
