// SPDX-License-Identifier: Apache-2.0
// Processor time that the graph and every table of facts take: how it grows with the system, and what it is
// on real ones.
//
//   bench_facts [--check] [TABLE...]           systems of every shape, 500 to 5,000 resources, four times as
//                                              many edges
//   bench_facts --read PATH... [: TABLE...]    each path a system of its own
//   bench_facts --once SHAPE SIZE [TABLE...]   one system once: to count the instructions of `time_once`
//
// Tables are computed in the order of their names, or as given, from one model: the first that needs
// something pays for it. The least of several runs counts. --check measures the smallest and the largest
// system only and fails where a table grows much more than its system does, or all together take too long.
#include "analysis/analyses.hpp"
#include "audit/load.hpp"
#include "support/model.hpp"
#include "support/random_system.hpp"
#include "text/file_system.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <string>
#include <vector>

namespace {

using namespace slsaudit;

constexpr std::array<std::size_t, 4> sizes{500, 1000, 2000, 5000};
constexpr double limit_ms = 2000;   ///< For the graph and all tables of the largest system …
constexpr double crowded = 2;       ///< … on a machine that does something else too.
constexpr double limit_growth = 40; ///< Of ten times as large a system: n log n is 13, n² is 100.
constexpr double noise_ms = 5;
constexpr double enough_ms = 300; ///< Of repetitions.
constexpr int most_runs = 5;

double now() {
  return 1000.0 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

/// Milliseconds: of the graph, then of each table, then of all.
using Times = std::vector<double>;

[[gnu::noinline]] Times time_once(const std::vector<dialect::Template>& templates,
                                  const std::vector<std::string>& tables) {
  std::vector<dialect::Template> copy = templates;
  text::Arena arena;
  Times times;
  const double start = now();
  const graph::System system = graph::build(std::move(copy), arena);
  double last = now();
  times.push_back(last - start);
  const analysis::Facts facts(system, {});
  for (const std::string& table : tables) {
    if (facts.table(table) == nullptr) {
      std::fprintf(stderr, "no such table: %s\n", table.c_str());
      std::exit(2);
    }
    const double end = now();
    times.push_back(end - last);
    last = end;
  }
  times.push_back(last - start);
  return times;
}

Times least(const std::vector<dialect::Template>& templates, const std::vector<std::string>& tables) {
  const double start = now();
  Times best = time_once(templates, tables);
  for (int run = 1; run < most_runs && now() - start < enough_ms; ++run) {
    const Times again = time_once(templates, tables);
    for (std::size_t i = 0; i < best.size(); ++i) best[i] = std::min(best[i], again[i]);
  }
  return best;
}

std::vector<std::string> labels(const std::vector<std::string>& tables) {
  std::vector<std::string> all{"(graph)"};
  all.insert(all.end(), tables.begin(), tables.end());
  all.emplace_back("(all)");
  return all;
}

// --- Shapes ---

/// Prints a line for each table; false where one is too slow.
bool print_shape(const char* shape, const std::vector<Times>& by_size,
                 const std::vector<std::string>& tables) {
  const std::vector<std::string> names = labels(tables);
  bool good = true;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const double small = by_size.front()[i];
    const double large = by_size.back()[i];
    const bool grows = large > limit_growth * (small + noise_ms);
    const bool slow = i + 1 == names.size() && large > limit_ms * crowded;
    good = good && !grows && !slow;
    std::printf("%-8s %-20s", shape, names[i].c_str());
    for (const Times& times : by_size) std::printf(" %9.2f", times[i]);
    const double factor = static_cast<double>(sizes.back()) / static_cast<double>(sizes.front());
    // Below a millisecond the clock itself is what is seen.
    if (large >= 1) std::printf("  n^%.2f", std::log(large / std::max(small, 0.01)) / std::log(factor));
    std::printf("%s\n", grows ? "  grows too fast" : slow ? "  too slow" : "");
  }
  return good;
}

int measure_shapes(bool check, const std::vector<std::string>& tables) {
  bool good = true;
  for (const auto& shape : support::shapes) {
    std::vector<Times> by_size;
    for (const std::size_t size : sizes) {
      if (check && size != sizes.front() && size != sizes.back()) continue;
      const support::Model model(support::large_sketch(shape.first, size).text());
      std::printf("%-8s %zu resources: %zu nodes, %zu edges\n", shape.second, size,
                  model.system().nodes.size(), model.system().edges.size());
      by_size.push_back(least(model.system().templates, tables));
    }
    good = print_shape(shape.second, by_size, tables) && good;
    std::fflush(stdout);
  }
  if (!good) std::fprintf(stderr, "too slow\n");
  return good ? 0 : 1;
}

int compute_once(const std::string& name, std::size_t size, const std::vector<std::string>& tables) {
  for (const auto& shape : support::shapes) {
    if (shape.second != name) continue;
    const support::Model model(support::large_sketch(shape.first, size).text());
    std::printf("%.2f ms\n", time_once(model.system().templates, tables).back());
    return 0;
  }
  std::fprintf(stderr, "no such shape: %s\n", name.c_str());
  return 2;
}

// --- Real systems ---

int measure_paths(const std::vector<std::string>& paths, const std::vector<std::string>& tables) {
  const text::DiskFileSystem files;
  const std::vector<std::string> names = labels(tables);
  for (const std::string& path : paths) {
    text::Arena arena;
    text::SourceMap sources;
    audit::Input input;
    input.paths = {path};
    audit::Loaded loaded = audit::load(input, files, sources, arena);
    std::vector<dialect::Template> templates;
    for (audit::LoadedTemplate& one : loaded.templates) templates.push_back(std::move(one.evaluated));
    const Times times = least(templates, tables);
    std::printf("%9.2f ms %zu templates %s:", times.back(), templates.size(), path.c_str());
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i + 1 < names.size(); ++i) order.push_back(i);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return times[a] > times[b]; });
    for (const std::size_t i : order) {
      if (times[i] >= 1) std::printf(" %s %.1f", names[i].c_str(), times[i]);
    }
    std::printf("\n");
  }
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  const std::string mode = !words.empty() && words.front().starts_with("--") ? words.front() : std::string();
  if (!mode.empty()) words.erase(words.begin());
  const auto colon = mode == "--read" ? std::find(words.begin(), words.end(), ":") : words.begin();
  const std::vector<std::string> paths(words.begin(), colon);
  const bool once = mode == "--once" && words.size() >= 2;
  const auto first = once ? words.begin() + 2 : colon == words.end() || paths.empty() ? colon : colon + 1;
  std::vector<std::string> tables(first, words.end());
  if (tables.empty()) {
    for (const analysis::Analysis* one : analysis::analyses()) tables.emplace_back(one->schema.name);
  }
  if (once) return compute_once(words[0], std::strtoul(words[1].c_str(), nullptr, 10), tables);
  return paths.empty() ? measure_shapes(mode == "--check", tables) : measure_paths(paths, tables);
}
