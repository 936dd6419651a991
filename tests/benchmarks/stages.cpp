// SPDX-License-Identifier: Apache-2.0
// Stages of one audit with Google Benchmark, on one template:
//
//   bench_stages [--benchmark_filter=…]
//
// The template is tests/benchmarks/hundred-lines.yaml below $SLSAUDIT_SOURCE_DIR, or the file that
// $SLSAUDIT_BENCHMARK_TEMPLATE names.
#include "analysis/table.hpp"
#include "audit/pipeline.hpp"
#include "rules/engine.hpp"
#include "syntax/reader.hpp"
#include "text/file_system.hpp"

#include <benchmark/benchmark.h>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

using namespace slsaudit; // NOLINT(google-build-using-namespace)

std::string template_path() {
  if (const char* path = std::getenv("SLSAUDIT_BENCHMARK_TEMPLATE")) return path;
  const char* source = std::getenv("SLSAUDIT_SOURCE_DIR");
  return std::string(source != nullptr ? source : ".") + "/tests/benchmarks/hundred-lines.yaml";
}

std::string template_text() {
  constexpr std::size_t most = 64U << 20U;
  const auto bytes = text::DiskFileSystem().read(template_path(), most);
  if (!bytes.ok()) std::exit(2);
  return bytes.value();
}

audit::Input input() {
  audit::Input result;
  result.paths = {template_path()};
  return result;
}

void read(benchmark::State& state) {
  const std::string bytes = template_text();
  for (auto _ : state) {
    text::SourceMap sources;
    text::Arena arena;
    benchmark::DoNotOptimize(syntax::read(sources, arena, template_path(), bytes));
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
}
BENCHMARK(read);

/// Read, lower, evaluate.
void load(benchmark::State& state) {
  const text::DiskFileSystem files;
  for (auto _ : state) {
    text::SourceMap sources;
    text::Arena arena;
    benchmark::DoNotOptimize(audit::load(input(), files, sources, arena));
  }
}
BENCHMARK(load);

struct Built {
  text::DiskFileSystem files;
  text::SourceMap sources;
  text::Arena arena;
  audit::Loaded loaded = audit::load(input(), files, sources, arena);
};

void build_graph(benchmark::State& state) {
  Built built;
  for (auto _ : state) {
    benchmark::DoNotOptimize(audit::build_systems(built.loaded.templates, built.loaded.systems, built.arena));
  }
}
BENCHMARK(build_graph)->Iterations(1000); // each one's data stays until the end

void unpack_rules(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(rules::builtin_without_examples());
}
BENCHMARK(unpack_rules);

std::vector<const rules::Rule*> all_rules() {
  std::vector<const rules::Rule*> result;
  for (const rules::Rule& rule : rules::builtin()) result.push_back(&rule);
  return result;
}

/// Tables and rules; the first run compiles the rules, too.
void judge(benchmark::State& state) {
  Built built;
  const auto systems = audit::build_systems(built.loaded.templates, built.loaded.systems, built.arena);
  const auto rules = all_rules();
  const rules::Judge judge(rules);
  parallel::Workers alone;
  for (auto _ : state) {
    std::vector<std::string> failures;
    const analysis::Facts facts(systems.front(), {});
    benchmark::DoNotOptimize(judge.run(facts, built.sources, alone, failures));
  }
}
BENCHMARK(judge);

void judge_once(benchmark::State& state) {
  Built built;
  const auto systems = audit::build_systems(built.loaded.templates, built.loaded.systems, built.arena);
  const auto rules = all_rules();
  for (auto _ : state) {
    std::vector<std::string> failures;
    const analysis::Facts facts(systems.front(), {});
    benchmark::DoNotOptimize(rules::run(rules, facts, built.sources, failures));
  }
}
BENCHMARK(judge_once);

} // namespace

BENCHMARK_MAIN();
