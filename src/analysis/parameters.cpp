// SPDX-License-Identifier: Apache-2.0
// Table "parameters": what a deployer passes, and where what must not be seen comes to be seen.
#include "analysis/analyses.hpp"
#include "text/words.hpp"

#include <algorithm>

namespace slsaudit::analysis {
namespace {

bool comes_from(const value::Value& value, std::string_view parameter) {
  for (const value::Origin* origin = value.origin(); origin != nullptr; origin = origin->next) {
    const bool parameter_origin = origin->kind == value::Origin::Kind::parameter_default ||
                                  origin->kind == value::Origin::Kind::parameter_given;
    if (parameter_origin && origin->name == parameter) return true;
  }
  return std::any_of(value.parts().begin(), value.parts().end(), [&](const value::Part& part) {
    return part.is_reference && part.kind == value::ReferenceKind::parameter && part.name == parameter;
  });
}

/// The first value that has the parameter in it; a template's depth bounds the depth here.
value::Value first_use(const value::Value& value, std::string_view parameter) {
  std::vector<value::Value> inner(value.items().begin(), value.items().end());
  for (const value::Member& member : value.members()) inner.push_back(member.value);
  if (value.is(value::Kind::conditional)) inner = {value.when_true(), value.when_false()};
  for (const value::Value& one : inner) {
    const value::Value found = first_use(one, parameter);
    if (!found.is_absent()) return found;
  }
  return inner.empty() && comes_from(value, parameter) ? value : value::Value();
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

cel::List echoes(const dialect::Template& source, std::string_view parameter) {
  cel::List list;
  for (const dialect::Output& output : source.outputs) {
    const value::Value use = first_use(output.value, parameter);
    if (!use.is_absent()) list.push_back(echo("output " + quoted(output.name), use));
  }
  for (const dialect::Resource& resource : source.resources) {
    const std::string_view id = resource.author.id.empty() ? resource.logical_id : resource.author.id;
    for (const Shown& shown : shown_properties) {
      if (shown.type != resource.type) continue;
      const value::Value use = first_use(resource.properties.at(shown.path), parameter);
      if (!use.is_absent()) list.push_back(echo(std::string(shown.what) + " " + quoted(id), use));
    }
    const value::Value use = first_use(resource.metadata, parameter);
    if (!use.is_absent()) list.push_back(echo("the metadata of " + quoted(id), use));
  }
  return list;
}

bool is_password_key(std::string_view key) {
  const std::string lower = text::lower(key);
  return std::ranges::any_of(password_keys, [&](std::string_view end) { return lower.ends_with(end); });
}

/// The value is the parameter's and nothing else: `{{resolve:ssm-secure:${Path}}}` makes a secret of a name.
bool is_only(const value::Value& value, const dialect::Parameter& parameter) {
  if (const value::Part* only = value.sole_reference())
    return only->kind == value::ReferenceKind::parameter && only->name == parameter.name;
  return value.is(value::Kind::string) && comes_from(value, parameter.name) &&
         value.as_string() == parameter.default_value.as_string();
}

/// The keys of passwords that hold the parameter. Recursion: depth is that of the author's tree.
void find_passwords(const value::Value& value, const dialect::Parameter& parameter, cel::List& into) {
  for (const value::Member& member : value.members()) {
    if (is_password_key(member.key) && is_only(member.value, parameter))
      into.push_back(echo(std::string(member.key), member.value));
    find_passwords(member.value, parameter, into);
  }
  for (const value::Value& item : value.items()) find_passwords(item, parameter, into);
  if (value.is(value::Kind::conditional)) {
    find_passwords(value.when_true(), parameter, into);
    find_passwords(value.when_false(), parameter, into);
  }
}

/// Whether a property shows what is in it, however it came there: masking the parameter would not help.
bool shows(std::string_view type, std::string_view property) {
  return std::ranges::any_of(shown_properties, [&](const Shown& shown) {
    return shown.type == type && shown.path.substr(0, shown.path.find('.')) == property;
  });
}

cel::List passwords(const dialect::Template& source, const dialect::Parameter& parameter) {
  cel::List list;
  for (const dialect::Resource& resource : source.resources) {
    for (const value::Member& member : resource.properties.members()) {
      if (shows(resource.type, member.key)) continue;
      if (is_password_key(member.key) && is_only(member.value, parameter))
        list.push_back(echo(std::string(member.key), member.value));
      find_passwords(member.value, parameter, list);
    }
  }
  return list;
}

void compute(const Facts& facts, const Schema& schema, Table& table) {
  for (const dialect::Template& source : facts.system().templates) {
    for (const dialect::Parameter& parameter : source.parameters) {
      const cel::List shown = parameter.no_echo ? echoes(source, parameter.name) : cel::List{};
      add_row(table, schema,
              {{"name", cel::Value(parameter.name).at(parameter.name_span)},
               {"type", parameter.type},
               {"default", cel::Value(parameter.default_value)},
               {"no_echo", parameter.no_echo},
               {"echoes", shown},
               {"passwords", parameter.no_echo ? cel::List{} : passwords(source, parameter)}},
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
      compute};
  return analysis;
}

} // namespace slsaudit::analysis
