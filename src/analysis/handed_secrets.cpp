// SPDX-License-Identifier: Apache-2.0
// Table "handed_secrets": what a store of secrets keeps, and a dynamic reference puts where it is shown.
//
// Whether it is a secret is told by names, as for texts that stand in a template: a reference to the host of
// a database hands on no secret, though it stands beside the password.
#include "analysis/analyses.hpp"
#include "analysis/secret_text.hpp"

#include <algorithm>
#include <optional>
#include <vector>

namespace slsaudit::analysis {
namespace {

constexpr std::string_view beginning = "{{resolve:";
constexpr std::size_t longest = 4096; ///< Of a value with a reference, as it is shown.

/// Parts between colons, but for those of a reference: "${AWS::Region}" is one.
std::vector<std::string_view> between_colons(std::string_view text) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  std::size_t depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '{') ++depth;
    if (text[i] == '}' && depth > 0) --depth;
    if (text[i] != ':' || depth > 0) continue;
    parts.push_back(text.substr(begin, i - begin));
    begin = i + 1;
  }
  parts.push_back(text.substr(begin));
  return parts;
}

/// What stands between "{{resolve:" and "}}", which may have references in it.
std::optional<std::string_view> reference_in(std::string_view text) {
  const std::size_t found = text.find(beginning);
  if (found == std::string_view::npos) return std::nullopt;
  const std::size_t begin = found + beginning.size();
  std::size_t depth = 0;
  for (std::size_t i = begin; i < text.size(); ++i) {
    if (text[i] == '{') ++depth;
    if (text[i] != '}') continue;
    if (depth == 0) return text.substr(begin, i - begin);
    --depth;
  }
  return std::nullopt;
}

struct Kept {
  std::string_view store; ///< "Secrets Manager" or "Parameter Store"
  std::string id;         ///< The name or ARN there.
  std::string_view key;   ///< Of a secret's JSON; empty for all of it.
};

std::optional<Kept> kept_by(std::string_view reference) {
  const std::vector<std::string_view> parts = between_colons(reference);
  if (parts.size() < 2) return std::nullopt;
  if (parts[0] == "ssm") return Kept{"Parameter Store", std::string(parts[1]), {}};
  if (parts[0] != "secretsmanager") return std::nullopt;
  constexpr std::size_t parts_of_arn = 7;
  const std::size_t own = parts[1] == "arn" ? parts_of_arn : 1;
  if (parts.size() < own + 1) return std::nullopt;
  const char* const first = parts[1].data();
  const std::string_view last = parts[own];
  Kept kept{"Secrets Manager", std::string(first, last.data() + last.size()), {}};
  if (parts.size() > own + 2) kept.key = parts[own + 2];
  return kept;
}

std::string_view last_part(std::string_view id) {
  return id.substr(id.find_last_of("/:") + 1);
}

/// The variable of the Serverless Framework, as written, that gives the value what a store keeps; empty where
/// CloudFormation does.
std::string_view variable_of(const value::Value& value) {
  for (const value::Origin* origin = value.origin(); origin != nullptr; origin = origin->next) {
    const bool reads = origin->name.find("${ssm:") != std::string_view::npos;
    if (origin->kind == value::Origin::Kind::variable && reads) return origin->name;
  }
  return {};
}

/// What stands in such a variable, where that is the parameter's name and nothing else:
/// "/shop/${sls:stage}/token".
std::string_view address_in(std::string_view variable) {
  constexpr std::string_view head = "${ssm:";
  if (!variable.starts_with(head) || !variable.ends_with("}")) return {};
  const std::string_view inside = variable.substr(head.size(), variable.size() - head.size() - 1);
  std::size_t depth = 0;
  for (const char c : inside) {
    if (c == '{') ++depth;
    if (c == ',' || (c == '}' && depth == 0)) return {};
    if (c == '}') --depth;
  }
  return depth == 0 ? inside : std::string_view{};
}

/// Whether it is the secret itself, by the names of what is kept and of what it is put into.
bool is_secret(std::string_view name, const Kept& kept) {
  const bool told = hint_of(name) != NameHint::nothing;
  const std::string_view id = last_part(kept.id);
  if (kept.store == "Parameter Store") return told && hint_of(id) != NameHint::nothing;
  if (!kept.key.empty()) return hint_of(kept.key) != NameHint::nothing || (told && !tells_where(kept.key));
  const bool symbolic = id.find('$') != std::string_view::npos;
  return told || (!symbolic && hint_of(id) != NameHint::nothing && !tells_where(name));
}

/// Maps of variables, and lists of them, which everybody sees who may describe the resource.
struct Shown {
  std::string_view type;
  std::string_view path;
  std::string_view what;
};
constexpr Shown shown_maps[] = {
    {"AWS::Lambda::Function", "Environment.Variables", "the environment of"},
    {"AWS::ApiGateway::Stage", "Variables", "the stage variables of"},
    {"AWS::ApiGatewayV2::Stage", "StageVariables", "the stage variables of"},
};
constexpr Shown shown_lists[] = {
    {"AWS::ECS::TaskDefinition", "Environment", "the container definitions of"},
    {"AWS::CodeBuild::Project", "EnvironmentVariables", "the environment of"},
};

class Search {
public:
  Search(const Facts& facts, const Schema& schema, Table& table)
      : facts_(facts), schema_(schema), table_(table) {}

  void resource(graph::NodeId id) {
    const graph::Node& node = facts_.system().node(id);
    if (node.resource == nullptr) return;
    node_ = id;
    source_ = &facts_.system().templates[node.template_index];
    const value::Value& properties = node.resource->properties;
    const std::string called = quoted(shown_name(node));
    for (const Shown& shown : shown_maps) {
      if (shown.type != node.type) continue;
      place_ = std::string(shown.what) + " " + called;
      variables(properties.at(shown.path));
    }
    for (const Shown& shown : shown_lists) {
      if (shown.type != node.type) continue;
      place_ = std::string(shown.what) + " " + called;
      if (node.type == "AWS::CodeBuild::Project") {
        entries(properties.at("Environment.EnvironmentVariables"));
      } else {
        for (const value::Value& container : properties.get("ContainerDefinitions").items())
          entries(container.get(shown.path));
      }
    }
    if (node.type != "AWS::SSM::Parameter") return;
    place_ = "the value of " + called;
    const std::string_view name = properties.get("Name").as_string().value_or("");
    judge(name.empty() ? node.resource->logical_id : last_part(name), properties.get("Value"));
  }

private:
  /// As deep as conditions are nested, and so are the next two.
  void variables(const value::Value& map) {
    if (map.is(value::Kind::conditional)) {
      variables(map.when_true());
      variables(map.when_false());
    }
    for (const value::Member& member : map.members()) judge(member.key, member.value);
  }

  void entries(const value::Value& list) {
    if (list.is(value::Kind::conditional)) {
      entries(list.when_true());
      entries(list.when_false());
    }
    for (const value::Value& entry : list.items()) {
      // CodeBuild reads what has another type itself, and shows its name alone.
      const value::Value type = entry.get("Type");
      if (type.is_present() && type.as_string() != "PLAINTEXT") continue;
      if (const auto name = entry.get("Name").as_string()) judge(*name, entry.get("Value"));
    }
  }

  void judge(std::string_view name, const value::Value& value) {
    if (value.is(value::Kind::conditional)) {
      judge(name, value.when_true());
      judge(name, value.when_false());
      return;
    }
    if (!value.is(value::Kind::string) && !value.is(value::Kind::symbolic)) return;
    const std::string text = value.display(longest);
    const auto reference = reference_in(text);
    const auto kept = reference ? kept_by(*reference) : std::nullopt;
    if (!kept || is_masked(value) || !is_secret(name, *kept)) return;
    const std::string_view variable = variable_of(value);
    const std::string_view address = address_in(variable);
    const bool alone = text.size() == beginning.size() + reference->size() + 2;
    add_row(table_, schema_,
            {{"resource", resource_cell(facts_, node_)},
             {"name", name},
             {"place", place_},
             {"store", kept->store},
             {"id", kept->id},
             {"key", kept->key.empty() ? cel::Value() : cel::Value(kept->key)},
             {"alone", alone},
             {"variable", variable.empty() ? cel::Value() : cel::Value(variable)},
             {"address", address.empty() ? cel::Value() : cel::Value(address)},
             {"value", cel::Value(value)}},
            value.span().valid() ? value.span() : value.key_span());
  }

  /// Of a parameter that is not to be shown, the table of parameters tells.
  [[nodiscard]] bool is_masked(const value::Value& value) const {
    for (const value::Origin* origin = value.origin(); origin != nullptr; origin = origin->next) {
      const bool masked = std::ranges::any_of(source_->parameters, [&](const dialect::Parameter& parameter) {
        return parameter.no_echo && parameter.name == origin->name;
      });
      if (masked) return true;
    }
    return false;
  }

  const Facts& facts_;
  const Schema& schema_;
  Table& table_;
  graph::NodeId node_;
  const dialect::Template* source_ = nullptr;
  std::string place_;
};

void compute(const Facts& facts, const Schema& schema, Table& table) {
  Search search(facts, schema, table);
  const graph::System& system = facts.system();
  for (std::size_t i = 0; i < system.nodes.size(); ++i) search.resource(graph::NodeId(i));
}

} // namespace

const Analysis& handed_secret_analysis() {
  static const Analysis analysis{
      {"handed_secrets",
       "Secrets that a store keeps, and that a dynamic reference (or a variable of the Serverless Framework) "
       "puts where who may describe the resource sees them",
       {
           {"resource", "resource", "", "that shows it"},
           {"name", "string", "", "the variable, or the parameter that is written"},
           {"place", "string", "", "where, in words: the environment of `Orders`"},
           {"store", "string", "", "that keeps it: `Secrets Manager` or `Parameter Store`"},
           {"id", "string", "", "its name or ARN there, references as `${Name}`"},
           {"key", "string", "", "of the secret's JSON; null for all of it"},
           {"alone", "bool", "", "the reference is all of the value"},
           {"variable", "string", "",
            "of the Serverless Framework, as written, that reads it when the service is packaged; null where "
            "CloudFormation does"},
           {"address", "string", "",
            "what stands in that variable, where it is the parameter's name alone; else null"},
           {"value", "string", "", "as written; stands there"},
       }},
      compute};
  return analysis;
}

} // namespace slsaudit::analysis
