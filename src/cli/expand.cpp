// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/problems.hpp"
#include "dialect/print.hpp"

namespace slsaudit::cli {

namespace {

constexpr std::string_view notes = "Parameters, conditions and intrinsics stay as they are written; what a "
                                   "dialect adds is added. What can't be\n"
                                   "known stands as {\"slsaudit::unknown\": reason}.\n"
                                   "\n"
                                   "examples:\n"
                                   "  slsaudit expand template.yaml\n"
                                   "  slsaudit expand serverless.yml --stage prod\n";

} // namespace

ExitCode expand(const Arguments& arguments, World& world) {
  InputOptions options;
  Parser parser("expand [options] PATH",
                "Prints the CloudFormation that a SAM or Serverless Framework template stands for.", notes);
  options.describe(parser);
  parser.positionals("PATH", options.paths, 1, 1);
  if (const auto end = parser.parse(arguments, world)) return *end;
  const auto input = options.gather(world);
  if (!input.ok()) return parser.fail(world, input.error());

  text::SourceMap sources;
  text::Arena arena;
  const audit::Loaded loaded = audit::load(input.value(), world.files, sources, arena);
  const ExitCode code = tell_problems(loaded, sources, world);
  if (loaded.templates.size() > 1) {
    return parser.fail(world, options.paths.front() + " holds " + std::to_string(loaded.templates.size()) +
                                  " templates; name one of them");
  }
  if (!loaded.templates.empty()) {
    world.out << dialect::to_json(loaded.templates.front().lowered);
  } else if (code == ExitCode::clean) {
    world.err << "slsaudit expand: no template in " << options.paths.front() << '\n';
    return ExitCode::input;
  }
  return code;
}

} // namespace slsaudit::cli
