// SPDX-License-Identifier: Apache-2.0
// Table "parameters": what a deployer passes, and where what must not be seen comes to be seen.
#include "analysis/analyses.hpp"
#include "text/words.hpp"

#include <algorithm>
#include <map>

namespace slsaudit::analysis {
namespace {

/// Calls back with the name of each parameter that the value comes from or has in it; a name may come again.
template <typename Seen> void for_each_parameter(const value::Value& value, const Seen& seen) {
  for (const value::Origin* origin = value.origin(); origin != nullptr; origin = origin->next) {
    if (origin->kind == value::Origin::Kind::parameter_default ||
        origin->kind == value::Origin::Kind::parameter_given)
      seen(origin->name);
  }
  for (const value::Part& part : value.parts()) {
    if (part.is_reference && part.kind == value::ReferenceKind::parameter) seen(part.name);
  }
}

/// Of each parameter, the first value that has it in it.
using FirstUses = std::map<std::string_view, value::Value>;

/// A template's depth bounds the depth of the recursion.
void add_uses(const value::Value& value, FirstUses& into) {
  const bool is_conditional = value.is(value::Kind::conditional);
  if (is_conditional) {
    add_uses(value.when_true(), into);
    add_uses(value.when_false(), into);
  }
  for (const value::Value& item : value.items()) add_uses(item, into);
  for (const value::Member& member : value.members()) add_uses(member.value, into);
  if (is_conditional || !value.items().empty() || !value.members().empty()) return;
  for_each_parameter(value, [&](std::string_view name) { into.emplace(name, value); });
}

struct Shown {
  std::string_view type;
  std::string_view path;
  std::string_view what;
};

/// What anyone who may read the stack's resources can read.
constexpr Shown shown_properties[] = {
    {"AWS::Lambda::Function", "Environment.Variables", "the environment of"},
    {"AWS::ECS::TaskDefinition", "ContainerDefinitions", "the container definitions of"},
    {"AWS::CodeBuild::Project", "Environment.EnvironmentVariables", "the environment of"},
    {"AWS::ApiGateway::Stage", "Variables", "the stage variables of"},
    {"AWS::ApiGatewayV2::Stage", "StageVariables", "the stage variables of"},
    {"AWS::SSM::Parameter", "Value", "the value of"},
    {"AWS::EC2::Instance", "UserData", "the user data of"},
    {"AWS::AutoScaling::LaunchConfiguration", "UserData", "the user data of"},
    {"AWS::EC2::LaunchTemplate", "LaunchTemplateData.UserData", "the user data of"},
    {"AWS::StepFunctions::StateMachine", "DefinitionString", "the definition of"},
    {"AWS::StepFunctions::StateMachine", "Definition", "the definition of"},
};

/// How keys end whose value is a password itself.
constexpr std::string_view password_keys[] = {"password", "passwd", "authtoken", "oauthtoken",
                                              "secretstring"};

cel::Value echo(std::string text, const value::Value& use) {
  return cel::Value(std::move(text)).at(use.span().valid() ? use.span() : use.key_span());
}

/// What is found of each parameter of a template.
using Lists = std::map<std::string_view, cel::List>;

bool is_password_key(std::string_view key) {
  const auto same = [](char c, char wanted) { return text::lower(c) == wanted; };
  return std::ranges::any_of(password_keys, [&](std::string_view end) {
    return key.size() >= end.size() && same(key.back(), end.back()) &&
           std::ranges::equal(key.substr(key.size() - end.size()), end, same);
  });
}

/// Of a template's parameters.
using Declared = std::map<std::string_view, const dialect::Parameter*>;

/// The parameters that the value is, and nothing else: `{{resolve:ssm-secure:${Path}}}` makes a secret of a
/// name.
void add_password(std::string_view key, const value::Value& value, const Declared& declared, Lists& into) {
  const value::Part* only = value.sole_reference();
  if (only == nullptr && !value.is(value::Kind::string)) return;
  if (only != nullptr && only->kind != value::ReferenceKind::parameter) return;
  std::string_view last;
  const auto add = [&](std::string_view name) {
    const auto found = declared.find(name);
    if (found == declared.end() || name == last) return;
    if (only == nullptr && value.as_string() != found->second->default_value.as_string()) return;
    last = name;
    into[name].push_back(echo(std::string(key), value));
  };
  only != nullptr ? add(only->name) : for_each_parameter(value, add);
}

/// The keys of passwords that hold a parameter. Recursion: depth is that of the author's tree.
void find_passwords(const value::Value& value, const Declared& declared, Lists& into) {
  for (const value::Member& member : value.members()) {
    if (is_password_key(member.key)) add_password(member.key, member.value, declared, into);
    find_passwords(member.value, declared, into);
  }
  for (const value::Value& item : value.items()) find_passwords(item, declared, into);
  if (value.is(value::Kind::conditional)) {
    find_passwords(value.when_true(), declared, into);
    find_passwords(value.when_false(), declared, into);
  }
}

/// Whether a property shows what is in it, however it came there: masking the parameter would not help.
bool shows(std::string_view type, std::string_view property) {
  return std::ranges::any_of(shown_properties, [&](const Shown& shown) {
    return shown.type == type && shown.path.substr(0, shown.path.find('.')) == property;
  });
}

/// Of those that may be shown, all others being left out.
Lists passwords(const dialect::Template& source) {
  Declared declared;
  for (const dialect::Parameter& parameter : source.parameters) {
    if (!parameter.no_echo) declared.emplace(parameter.name, &parameter);
  }
  Lists lists;
  if (declared.empty()) return lists;
  for (const dialect::Resource& resource : source.resources) {
    for (const value::Member& member : resource.properties.members()) {
      if (shows(resource.type, member.key)) continue;
      if (is_password_key(member.key)) add_password(member.key, member.value, declared, lists);
      find_passwords(member.value, declared, lists);
    }
  }
  return lists;
}

/// What a nested stack is passed, as far as its own template lets it be seen: `DescribeStacks` of that stack
/// tells it. One that the nested template puts in as a password is told of there.
template <typename Add>
void add_passed(const std::vector<dialect::Template>& templates, std::size_t parent, const Add& add) {
  for (const dialect::Template& nested : templates) {
    if (!nested.nesting || nested.nesting->parent != parent) continue;
    Lists taken;
    for (const value::Member& member : nested.nesting->parameters.members()) {
      const auto declared = std::ranges::find(nested.parameters, member.key, &dialect::Parameter::name);
      if (declared == nested.parameters.end() || declared->no_echo || declared->type != "String") continue;
      if (taken.empty()) taken = passwords(nested);
      if (!taken.contains(member.key))
        add(member.value, "the parameters of " + quoted(nested.nesting->stack));
    }
  }
}

/// Of those that are not to be shown, all others being left out.
Lists echoes(const std::vector<dialect::Template>& templates, std::size_t index) {
  const dialect::Template& source = templates[index];
  Lists lists;
  for (const dialect::Parameter& parameter : source.parameters) {
    if (parameter.no_echo) lists.emplace(parameter.name, cel::List{});
  }
  if (lists.empty()) return lists;
  const auto add = [&](const value::Value& value, const std::string& where) {
    FirstUses uses;
    add_uses(value, uses);
    for (const auto& [name, use] : uses) {
      if (const auto found = lists.find(name); found != lists.end())
        found->second.push_back(echo(where, use));
    }
  };
  for (const dialect::Output& output : source.outputs) add(output.value, "output " + quoted(output.name));
  for (const dialect::Resource& resource : source.resources) {
    const std::string id(resource.author.id.empty() ? resource.logical_id : resource.author.id);
    for (const Shown& shown : shown_properties) {
      if (shown.type == resource.type)
        add(resource.properties.at(shown.path), std::string(shown.what) + " " + quoted(id));
    }
    add(resource.metadata, "the metadata of " + quoted(id));
  }
  add_passed(templates, index, add);
  return lists;
}

void compute(const Facts& facts, const Schema& schema, Table& table) {
  const auto& templates = facts.system().templates;
  for (std::size_t i = 0; i < templates.size(); ++i) {
    const dialect::Template& source = templates[i];
    Lists shown = echoes(templates, i);
    Lists held = passwords(source);
    for (const dialect::Parameter& parameter : source.parameters) {
      add_row(table, schema,
              {{"name", cel::Value(parameter.name).at(parameter.name_span)},
               {"template", static_cast<std::int64_t>(i)},
               {"type", parameter.type},
               {"default", cel::Value(parameter.default_value)},
               {"no_echo", parameter.no_echo},
               {"echoes", std::move(shown[parameter.name])},
               {"passwords", std::move(held[parameter.name])}},
              parameter.name_span);
    }
  }
}

} // namespace

const Analysis& parameter_analysis() {
  static const Analysis analysis{
      {"parameters",
       "What each template's deployer passes",
       {
           {"name", "string", "", "stands at its declaration"},
           {"template", "int", "", "which template of the system it is"},
           {"type", "string", "", "`String`, `Number`, `AWS::SSM::Parameter::Value<String>` …"},
           {"default", "any", "", "null when there is none"},
           {"no_echo", "bool", "", "its value is not to be shown"},
           {"echoes", "list", "",
            "of one that is not to be shown: outputs, environments, metadata … that show it all the same, "
            "each at "
            "its place"},
           {"passwords", "list", "",
            "of one that may be shown: the keys of passwords that it is put into (`MasterUserPassword`, "
            "`AuthToken` …) and that show none, each at its place"},
       }},
      compute,
      7};
  return analysis;
}

} // namespace slsaudit::analysis
