// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/problems.hpp"
#include "cli/settings.hpp"
#include "dialect/print.hpp"
#include "dialect/sam/deployed.hpp"

#include <string>
#include <vector>

namespace slsaudit::cli {

namespace {

constexpr std::string_view notes =
    "Parameters, conditions and intrinsics stay as they are written; what a "
    "dialect adds is added. What can't be\n"
    "known stands as {\"slsaudit::unknown\": reason}. Secrets are printed as they stand.\n";

/// As it is deployed. Nothing is masked: what is printed is a template to be used, compared or deployed.
void print(const dialect::Lowered& lowered, text::Arena& arena, std::ostream& out) {
  const bool is_sam = lowered.dialect == dialect::Dialect::sam;
  out << dialect::to_json(is_sam ? dialect::sam::as_deployed(lowered, arena) : lowered);
}

} // namespace

ExitCode expand(const Arguments& arguments, World& world) {
  InputOptions options;
  ConfigurationOptions configuration;
  Parser parser("expand [options] PATH",
                "Prints the CloudFormation that a SAM or Serverless Framework template stands for.", notes);
  options.describe(parser);
  configuration.describe(parser);
  parser.positionals("PATH", options.paths, 1, 1);
  parser.examples({"slsaudit expand template.yaml", "slsaudit expand serverless.yml --stage prod"});
  if (const auto end = parser.parse(arguments, world)) return *end;
  if (!configuration.read(parser, world, options.paths)) return ExitCode::usage;
  const auto input = options.gather(world, configuration.file);
  if (!input.ok()) return parser.fail(world, input.error());

  text::SourceMap sources;
  text::Arena arena;
  const audit::Loaded loaded = audit::load(input.value(), world.files, sources, arena);
  const ExitCode code = tell_problems(loaded, sources, world);
  std::vector<const audit::LoadedTemplate*> named; // without the stacks that they nest
  for (const audit::LoadedTemplate& one : loaded.templates) {
    if (!one.parent) named.push_back(&one);
  }
  if (named.size() > 1) {
    return parser.fail(world, options.paths.front() + " holds " + std::to_string(named.size()) +
                                  " templates; name one of them");
  }
  if (!named.empty()) {
    print(named.front()->lowered, arena, world.out);
  } else if (code == ExitCode::clean) {
    world.err << "slsaudit expand: no template in " << options.paths.front() << '\n';
    return ExitCode::input;
  }
  return code;
}

} // namespace slsaudit::cli
