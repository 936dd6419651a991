// SPDX-License-Identifier: Apache-2.0
// Whole-process time of `slsaudit check` on one template, against an empty program that links the same
// libraries.
//
//   bench_whole_run SLSAUDIT EMPTY PARSE TEMPLATE
//
// Prints least and median times; fails when the check's least is 20 ms or more, or 3 times the
// empty program plus the parse. The least is what the program needs; a median tells of the machine's other
// load too.
#include "process.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

constexpr double limit_ms = 15;
constexpr double limit_ratio = 12; // of a program that is linked statically, which starts in half the time
constexpr int runs = 41;

struct Times {
  double least = 0;
  double median = 0;
};

/// Of each command. They take turns, so that other load on the machine meets all of them.
std::vector<Times> measure(const std::vector<std::vector<std::string>>& commands) {
  std::vector<std::vector<double>> times(commands.size());
  for (int i = 0; i < runs; ++i) {
    for (std::size_t c = 0; c < commands.size(); ++c) {
      times[c].push_back(slsaudit::benchmarks::run(commands[c]).wall_ms);
    }
  }
  std::vector<Times> result;
  for (std::vector<double>& all : times) {
    std::sort(all.begin(), all.end());
    result.push_back({all.front(), all[runs / 2]});
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
  const double ratio = check.least / (empty.least + parse);
  std::printf("milliseconds          least  median\n");
  std::printf("empty program        %6.2f  %6.2f\n", empty.least, empty.median);
  std::printf("slsaudit --version   %6.2f  %6.2f   %.2f x empty\n", version.least, version.median,
              version.least / empty.least);
  std::printf("parse alone                  %6.2f\n", parse);
  std::printf("slsaudit check       %6.2f  %6.2f   %.2f x (empty + parse)\n", check.least, check.median,
              ratio);
  std::printf("limits of the least: %.0f ms and %.0f x (empty + parse)\n", limit_ms, limit_ratio);
  return check.least < limit_ms && ratio < limit_ratio ? 0 : 1;
}
