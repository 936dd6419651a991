// SPDX-License-Identifier: Apache-2.0
#include "syntax/dump.hpp"

#include "cli/commands.hpp"
#include "cli/parser.hpp"
#include "cli/problems.hpp"
#include "syntax/reader.hpp"

#include <utility>

namespace slsaudit::cli {

ExitCode dump(const Arguments& arguments, World& world) {
  std::vector<std::string> words;
  bool spans = false;
  std::string what;
  Parser parser("dump syntax [options] FILE", "Prints a file's tree in the notation of the tests.");
  parser.actions({"syntax"}, what);
  parser.flag({"--spans", "", "add each node's begin and end, in bytes"}, spans);
  parser.positionals("FILE", words, 1, 1);
  parser.examples({"slsaudit dump syntax template.yaml", "slsaudit dump syntax template.yaml --spans"});
  if (const auto end = parser.parse(arguments, world)) return *end;

  const syntax::Limits limits;
  auto bytes = world.files.read(words[0], limits.max_bytes);
  if (!bytes.ok()) {
    world.err << "slsaudit: " << bytes.error() << '\n';
    return ExitCode::input;
  }
  text::SourceMap sources;
  text::Arena arena;
  syntax::Document document = syntax::read(sources, arena, words[0], std::move(bytes).value(), limits);
  audit::Loaded loaded;
  for (text::Problem& problem : document.problems) {
    if (problem.level == text::ProblemLevel::error) loaded.errors.push_back(std::move(problem));
  }
  if (document.root != nullptr) world.out << syntax::dump(document.root, {.spans = spans}) << '\n';
  return tell_problems(loaded, sources, world);
}

} // namespace slsaudit::cli
