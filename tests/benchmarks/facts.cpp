// SPDX-License-Identifier: Apache-2.0
// Processor time that tables of facts take on large systems of every shape.
//
//   bench_facts [TABLE...]
//
// Prints milliseconds for each table at 500 and 5,000 resources with four edges each; without names, for the
// tables on events, which must take less than a second together. Fails when they don't, or when they grow
// much more than the system does.
#include "support/model.hpp"
#include "support/random_system.hpp"

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

namespace {

using slsaudit::support::Model;
using slsaudit::support::Shape;

constexpr double limit_ms = 1000;
constexpr double limit_growth = 40; ///< Of ten times as large a system: n log n, and room for a busy machine.
constexpr double noise_ms = 5;

double time_of(const Model& model, const std::string& table) {
  const std::clock_t start = std::clock();
  if (model.facts().table(table) == nullptr) {
    std::fprintf(stderr, "no such table: %s\n", table.c_str());
    std::exit(2);
  }
  return 1000.0 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

double measure(Shape shape, const char* name, std::size_t resources, const std::vector<std::string>& tables) {
  const Model model(slsaudit::support::large_sketch(shape, resources).text());
  std::printf("%-8s %5zu nodes %6zu edges:", name, model.system().nodes.size(), model.system().edges.size());
  double sum = 0;
  for (const std::string& table : tables) {
    const double time = time_of(model, table);
    std::printf(" %s %.1f", table.c_str(), time);
    sum += time;
  }
  std::printf("; together %.1f ms\n", sum);
  return sum;
}

} // namespace

int main(int argc, char** argv) {
  std::vector<std::string> tables(argv + 1, argv + argc);
  if (tables.empty())
    tables = {"entries", "paths", "retries", "timeouts", "sync_chains", "failure_points", "event_logs"};
  bool good = true;
  for (const auto& shape : slsaudit::support::shapes) {
    const double small = measure(shape.first, shape.second, 500, tables);
    const double large = measure(shape.first, shape.second, 5000, tables);
    good = good && large < limit_ms && large < limit_growth * (small + noise_ms);
  }
  if (!good) std::fprintf(stderr, "too slow\n");
  return good ? 0 : 1;
}
