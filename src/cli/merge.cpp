// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.hpp"
#include "cli/log.hpp"
#include "cli/outputs.hpp"
#include "report/organisation.hpp"
#include "report/screen.hpp"

#include <limits>
#include <sstream>

namespace slsaudit::cli {

namespace {

constexpr std::size_t max_shard_bytes = 4'000'000'000;
constexpr std::string_view notes =
    "FILE is what `slsaudit check --roots-from` has printed, a SARIF log of slsaudit or a baseline; - is "
    "standard input.\n"
    "The order of the files makes no difference, and neither does a system that comes twice. What a shard "
    "that "
    "was\n"
    "stopped has left unfinished is told, and so is a system of which shards say different things: the exit "
    "code is\n"
    "then 3.\n";

struct Options {
  std::vector<std::string> files;
  Outputs outputs{report::organisation_formats()};
  report::MergeOptions merge;
  std::optional<std::string> expected;
};

/// Whether all could be read; what could not is told.
bool read_shards(const std::vector<std::string>& files, World& world, report::Shards& shards) {
  bool all_read = true;
  for (const std::string& file : files) {
    if (file == "-") {
      std::ostringstream bytes;
      bytes << world.in.rdbuf();
      shards.add("-", std::move(bytes).str());
      continue;
    }
    auto bytes = world.files.read(file, max_shard_bytes);
    all_read = all_read && bytes.ok();
    if (bytes.ok())
      shards.add(file, std::move(bytes).value());
    else
      world.err << "slsaudit: " << bytes.error() << '\n';
  }
  return all_read;
}

} // namespace

ExitCode merge(const Arguments& arguments, World& world) {
  Options options;
  Parser parser("merge [options] FILE...",
                "Puts together what several audits have found, and tells which systems depend on which.",
                notes);
  options.outputs.describe(parser);
  options.outputs.describe_sarif_suppressed(parser);
  parser.value(
      {"--fail-on",
       "SEVERITY",
       "exit with 1 when there are findings of this severity or worse (default: what each system was "
       "audited with)",
       {"critical", "high", "medium", "low", "info", "never"}},
      options.merge.fail_on);
  parser.value({"--expect", "FILE", "tell which of the roots that this file names on a line are missing"},
               options.expected);
  parser.positionals("FILE", options.files, 1, std::numeric_limits<std::size_t>::max());
  parser.examples({"slsaudit merge shards/*.ndjson",
                   "slsaudit merge shards/*.ndjson --expect roots.txt -o markdown=summary.md",
                   "slsaudit check --roots-from roots.txt | slsaudit merge -"});
  if (const auto end = parser.parse(arguments, world)) return *end;
  if (const std::string wrong = options.outputs.wrong(); !wrong.empty()) return parser.fail(world, wrong);
  if (options.expected) {
    auto list = world.files.read(*options.expected, max_shard_bytes);
    if (!list.ok()) return parser.fail(world, list.error());
    std::istringstream lines(std::move(list).value());
    for (std::string line; std::getline(lines, line);) {
      if (line.ends_with('\r')) line.pop_back();
      if (!line.empty()) options.merge.expected.push_back(text::normalize_path(line));
    }
  }
  // What shards hold bounds what is printed of them.
  if (world.limit_output) world.limit_output(std::numeric_limits<std::size_t>::max());
  report::Shards shards;
  const bool all_read = read_shards(options.files, world, shards);
  const report::Organisation all = report::organise(shards, options.merge);
  const bool told = options.outputs.text_on_screen();
  for (const report::ShardProblem& problem : told ? std::vector<report::ShardProblem>() : all.problems)
    world.err << "slsaudit: " << report::printable(problem.place + ": " + problem.message) << '\n';
  const Render render = [&](std::string_view format, const report::Style& style, std::ostream& out) {
    report::organisation_renderer(format)(all, style, out);
  };
  Log log(world.err, false);
  const bool written = options.outputs.write(render, {}, world, log);
  return written && all_read ? static_cast<ExitCode>(all.exit) : ExitCode::input;
}

} // namespace slsaudit::cli
