// SPDX-License-Identifier: Apache-2.0
#include "cli/inputs.hpp"

#include "dialect/cloudformation/parameter_file.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

namespace slsaudit::cli {

namespace {

using Assignments = std::map<std::string, std::string>;

constexpr std::size_t max_parameter_file_bytes = 1U << 20U;

bool split_assignment(std::string_view text, std::string& key, std::string& value) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) return false;
  key = text.substr(0, equals);
  value = text.substr(equals + 1);
  return true;
}

/// Empty, or what is wrong.
std::string assign(std::string_view option, const std::vector<std::string>& given, Assignments& target) {
  for (const std::string& text : given) {
    std::string key;
    std::string value;
    if (!split_assignment(text, key, value))
      return std::string(option) + " wants KEY=VALUE, not `" + text + "`";
    target[key] = value;
  }
  return {};
}

/// One byte more than may be read tells that there is too much, without reading all of it.
std::string read_all(std::istream& in, std::size_t max_bytes) {
  std::string bytes(max_bytes + 1, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  bytes.shrink_to_fit();
  return bytes;
}

std::string_view limits_help() {
  static const std::string help = [] {
    std::string names;
    for (const dialect::LimitName& limit : dialect::limit_names())
      (names += names.empty() ? "" : ", ") += limit.name;
    return "bound what templates may make a run do; may be repeated. NAME is one of " + names;
  }();
  return help;
}

/// "samconfig.toml:prod" names a table of the file; without one it is "default".
std::pair<std::string, std::string> environment_of(const std::string& written) {
  const std::size_t colon = written.rfind(':');
  if (colon == std::string::npos || colon + 1 == written.size()) return {written, "default"};
  const std::string path = written.substr(0, colon);
  for (const char* extension : {".toml", ".yaml", ".yml"}) {
    if (path.ends_with(extension)) return {path, written.substr(colon + 1)};
  }
  return {written, "default"};
}

} // namespace

void InputOptions::describe(Parser& parser) {
  parser.positionals("PATH", paths, 0, std::numeric_limits<std::size_t>::max());
  parser.value({"--stage", "STAGE", "the stage to deploy to (Serverless Framework; its default is dev)"},
               stage);
  parser.value({"--region", "REGION", "the region to deploy to"}, region);
  parser.list(
      {"--param", "KEY=VALUE", "a CloudFormation parameter or Serverless Framework param; may be repeated"},
      parameters);
  parser.list(
      {"--params", "FILE",
       "parameters from a file: CloudFormation's JSON or YAML shapes, or samconfig; samconfig.toml:prod "
       "takes the environment `prod`"},
      parameter_files);
  parser.list({"--opt", "KEY=VALUE", "what ${opt:KEY} gives (Serverless Framework); may be repeated"},
              options);
  parser.words({"--exclude", "PATTERNS",
                "what is not looked at in directories: patterns as in .gitignore, separated by commas"},
               exclude);
  parser.flag(
      {"--allow-outside", "", "let templates name files outside of their project: read what those files say"},
      allow_outside);
  parser.list({"--limit", "NAME=VALUE", limits_help()}, limits);
  parser.value({"--stdin-filename", "FILE", "the name that standard input (PATH `-`) is reported under"},
               standard_input_name);
}

bool InputOptions::reads_standard_input() const {
  return std::ranges::find(paths, "-") != paths.end();
}

Choice<std::string> InputOptions::stage_in_force(const World& world, const audit::Configuration& file) const {
  return choose_one({"--stage", "deploy.stage"}, stage, world, file, file.deploy.stage, "");
}

Choice<std::string> InputOptions::region_in_force(const World& world,
                                                  const audit::Configuration& file) const {
  return choose_one({"--region", "deploy.region"}, region, world, file, file.deploy.region, "");
}

Choice<Words> InputOptions::parameter_files_in_force(const World& world,
                                                     const audit::Configuration& file) const {
  Words written;
  for (const std::string& one : file.deploy.parameter_files) written.push_back(file.resolve(one));
  return choose_many({"--params", "deploy.parameter-files"}, parameter_files, world, file, written);
}

Choice<Words> InputOptions::exclude_in_force(const World& world, const audit::Configuration& file) const {
  return choose_many({"--exclude", "exclude"}, exclude, world, file, file.exclude);
}

text::Result<audit::Input> InputOptions::gather(World& world, const audit::Configuration& file) const {
  audit::Input input;
  input.paths = paths.empty() ? std::vector<std::string>{"."} : paths;
  // The weakest first: what follows replaces it.
  const Choice<Words> files = parameter_files_in_force(world, file);
  const bool files_are_stronger = files.from.starts_with("--") || files.from.starts_with("SLSAUDIT_");
  if (files_are_stronger) input.given.parameters = file.deploy.parameters;
  for (const std::string& written : files.value) {
    const auto [path, environment] = environment_of(written);
    const auto bytes = world.files.read(path, max_parameter_file_bytes);
    if (!bytes.ok()) return text::Failure{bytes.error()};
    const auto read = dialect::cloudformation::read_parameter_file(path, bytes.value(), environment);
    if (!read.ok()) return text::Failure{read.error()};
    for (const auto& [key, value] : read.value()) input.given.parameters[key] = value;
  }
  if (!files_are_stronger) {
    for (const auto& [key, value] : file.deploy.parameters) input.given.parameters[key] = value;
  }
  input.given.options = file.deploy.options;
  std::string wrong = assign("--param", parameters, input.given.parameters);
  if (wrong.empty()) wrong = assign("--opt", options, input.given.options);
  if (!wrong.empty()) return text::Failure{wrong};
  if (auto chosen = stage_in_force(world, file).value; !chosen.empty()) input.given.stage = std::move(chosen);
  if (auto chosen = region_in_force(world, file).value; !chosen.empty())
    input.given.region = std::move(chosen);
  const Choice<Words> excluded = exclude_in_force(world, file);
  const bool is_written = excluded.from != "--exclude" && excluded.from != "SLSAUDIT_EXCLUDE";
  input.exclusions = {excluded.value, is_written && !file.path.empty() ? text::parent_path(file.path) : "."};
  input.standard_input_name = standard_input_name;
  input.allow_outside = allow_outside;
  for (const std::string& limit : limits) {
    wrong = dialect::set_limit(input.limits, limit);
    if (!wrong.empty()) return text::Failure{"--limit: " + wrong};
  }
  if (world.limit_output) world.limit_output(input.limits.max_output);
  if (reads_standard_input()) {
    input.standard_input = read_all(world.in, input.limits.max_bytes);
  }
  return input;
}

} // namespace slsaudit::cli
