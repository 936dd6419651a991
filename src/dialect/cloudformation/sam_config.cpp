// SPDX-License-Identifier: Apache-2.0
#include "dialect/cloudformation/sam_config.hpp"

#include <optional>
#include <set>

namespace {
struct ParserBug {}; // thrown where the TOML library finds itself in a state that it took for impossible
} // namespace

// Some texts bring the library there (`[{` does, in version 3.3). Its assertions end the process in debug
// builds and are taken for true by the optimiser in others; as exceptions they are one more way for a text to
// be wrong.
#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#define TOML_ENABLE_FORMATTERS 0
#ifdef NDEBUG
#undef NDEBUG // with it the library has no assertions
#define SLSAUDIT_HAD_NDEBUG
#endif
#define TOML_ASSERT(expression) ((expression) ? static_cast<void>(0) : throw ParserBug{})
#ifdef __GNUC__ // of functions that promise not to throw, and are never called where they would
#pragma GCC diagnostic push
#ifdef __clang__
#pragma GCC diagnostic ignored "-Wexceptions"
#else
#pragma GCC diagnostic ignored "-Wterminate"
#endif
#endif
#include <toml++/toml.h>
#ifdef __GNUC__
#pragma GCC diagnostic pop
#endif
#ifdef SLSAUDIT_HAD_NDEBUG
#define NDEBUG
#endif

namespace slsaudit::dialect::cloudformation {

namespace {

/// Nothing where the library fails.
std::optional<toml::parse_result> parse(std::string_view text, std::string_view path) {
  try {
    return toml::parse(text, path);
  } catch (const ParserBug&) {
    return std::nullopt;
  }
}

std::string scalar_text(const toml::node& node) {
  if (const auto text = node.value<std::string>(); text && node.is_string()) return *text;
  if (node.is_boolean()) return *node.value<bool>() ? "true" : "false";
  if (node.is_integer()) return std::to_string(*node.value<std::int64_t>());
  return {};
}

std::string joined(const toml::array& items) {
  std::string text;
  for (const toml::node& item : items) {
    if (!text.empty()) text += ',';
    text += scalar_text(item);
  }
  return text;
}

/// A string of overrides, a list of such strings, or a table.
text::Result<ParameterValues> overrides_of(const toml::node& node) {
  ParameterValues values;
  const auto add = [&](const toml::node& item) -> std::string {
    auto read = read_overrides(scalar_text(item));
    if (!read) return read.error();
    for (const auto& [key, value] : read.value()) values[key] = value;
    return {};
  };
  if (const toml::table* table = node.as_table()) {
    for (const auto& [key, value] : *table) {
      values[std::string(key.str())] = value.is_array() ? joined(*value.as_array()) : scalar_text(value);
    }
    return values;
  }
  if (const toml::array* items = node.as_array()) {
    for (const toml::node& item : *items) {
      if (const std::string failure = add(item); !failure.empty()) return text::Failure{failure};
    }
    return values;
  }
  if (!node.is_string()) return text::Failure{"`parameter_overrides` is neither text nor a list"};
  if (const std::string failure = add(node); !failure.empty()) return text::Failure{failure};
  return values;
}

/// What an environment says of a deployment.
struct Deployment {
  std::string name;
  std::string stack;
  std::string region;
  std::string profile;
  std::string file;
};

Deployment deployment_of(std::string_view name, const toml::table& environment) {
  Deployment deployment{std::string(name), {}, {}, {}, {}};
  const std::pair<std::string_view, std::string*> settings[] = {{"stack_name", &deployment.stack},
                                                                {"region", &deployment.region},
                                                                {"profile", &deployment.profile},
                                                                {"template_file", &deployment.file},
                                                                {"template", &deployment.file}};
  for (const std::string_view command : {"global", "deploy"}) {
    const toml::table* section = environment.get_as<toml::table>(command);
    const toml::table* parameters = section != nullptr ? section->get_as<toml::table>("parameters") : nullptr;
    if (parameters == nullptr) continue;
    for (const auto& [key, target] : settings) {
      if (const toml::node* value = parameters->get(key)) *target = scalar_text(*value);
    }
  }
  return deployment;
}

/// What `sam build` leaves in .aws-sam is made from the template that stands here.
bool deploys(const Deployment& deployment, std::string_view file) {
  const std::string& named = deployment.file;
  if (named.empty() || named.find(".aws-sam/") != std::string::npos)
    return file == "template.yaml" || file == "template.yml" || file == "template.json";
  return text::normalize_path(named) == file;
}

} // namespace

void add_sam_stages(const Project& project, std::string_view path, text::Arena& arena, Sections& sections) {
  const auto config = find_local(project, "samconfig.toml");
  const auto bytes = config.ok() ? project.files.read(config.value().path, project.limits.max_bytes)
                                 : text::Result<std::string>(text::Failure{"none"});
  if (!bytes.ok()) return;
  const std::optional<toml::parse_result> parsed = parse(bytes.value(), config.value().path);
  if (!parsed || !*parsed) return;
  const std::string_view file =
      path.substr(path.rfind('/') == std::string_view::npos ? 0 : path.rfind('/') + 1);
  std::vector<Deployment> stages;
  for (const auto& [name, environment] : parsed->table()) {
    if (!environment.is_table()) continue;
    Deployment deployment = deployment_of(name.str(), *environment.as_table());
    if (!deployment.stack.empty() && deploys(deployment, file)) stages.push_back(std::move(deployment));
  }
  std::set<std::string> stacks;
  for (const Deployment& stage : stages) {
    if (stage.region != stages.front().region || stage.profile != stages.front().profile) return;
    stacks.insert(stage.stack);
  }
  if (stacks.size() < 2) return;
  for (const Deployment& stage : stages) sections.emplace(arena.copy("stages." + stage.name), text::Span{});
  if (!stages.front().profile.empty()) sections.emplace("stages account", text::Span{});
}

text::Result<ParameterValues> read_sam_config_toml(std::string_view path, std::string_view text,
                                                   std::string_view environment) {
  const std::optional<toml::parse_result> parsed = parse(text, path);
  if (!parsed) return text::Failure{std::string(path) + ": no TOML"};
  if (!*parsed) {
    const auto& where = parsed->error().source().begin;
    return text::Failure{std::string(path) + ":" + std::to_string(where.line) + ":" +
                         std::to_string(where.column) + ": " + std::string(parsed->error().description())};
  }
  const toml::table* root = parsed->table().get_as<toml::table>(environment);
  if (root == nullptr)
    return text::Failure{std::string(path) + ": no environment `" + std::string(environment) + "`"};
  ParameterValues values;
  for (const std::string_view command : {"global", "deploy"}) {
    const toml::table* section = root->get_as<toml::table>(command);
    const toml::table* parameters = section != nullptr ? section->get_as<toml::table>("parameters") : nullptr;
    const toml::node* overrides = parameters != nullptr ? parameters->get("parameter_overrides") : nullptr;
    if (overrides == nullptr) continue;
    auto read = overrides_of(*overrides);
    if (!read) return text::Failure{std::string(path) + ": " + read.error()};
    for (const auto& [key, value] : read.value()) values[key] = value;
  }
  return values;
}

} // namespace slsaudit::dialect::cloudformation
