// SPDX-License-Identifier: Apache-2.0
// Table "secrets": what stands in templates in plain text and opens something. Values are shown masked only.
#include "analysis/analyses.hpp"
#include "analysis/secret_text.hpp"
#include "text/words.hpp"

#include <algorithm>
#include <vector>

namespace slsaudit::analysis {
namespace {

/// A text with marks for its references, which no key has in it.
std::string text_with_marks(const value::Value& value) {
  if (const auto known = value.as_string()) return std::string(*known);
  std::string text;
  for (const value::Part& part : value.parts()) {
    if (part.is_reference) {
      text += "${}";
    } else {
      text += part.literal;
    }
  }
  return text;
}

/// Maps that name an entry beside its value: `{Name: TOKEN, Value: …}`.
constexpr std::pair<std::string_view, std::string_view> named_entries[] = {
    {"Name", "Value"}, {"HeaderName", "HeaderValue"}, {"Key", "Value"}, {"ParameterKey", "ParameterValue"}};

constexpr std::string_view stored_type = "AWS::SSM::Parameter";

std::string_view text_of(const value::Value& value) {
  return value.as_string().value_or(std::string_view{});
}

/// The members of a JSON text, `"password": "…"`, of whatever object; escapes stay as they are.
std::vector<std::pair<std::string_view, std::string_view>> members_of(std::string_view json) {
  std::vector<std::pair<std::string_view, std::string_view>> members;
  std::string_view key;
  for (std::size_t at = json.find('"'); at != std::string_view::npos; at = json.find('"', at + 1)) {
    const std::size_t begin = at + 1;
    at = begin;
    while (at < json.size() && json[at] != '"') at += json[at] == '\\' ? 2U : 1U;
    if (at >= json.size()) break;
    const std::string_view text = json.substr(begin, at - begin);
    const std::size_t next = json.find_first_not_of(" \t\r\n", at + 1);
    const bool is_key = next != std::string_view::npos && json[next] == ':';
    if (!is_key && !key.empty()) members.emplace_back(key, text);
    key = is_key ? text : std::string_view{};
  }
  return members;
}

/// A small JSON object in base64: settings, where a signed token has dots and a service's key is long.
bool is_encoded_settings(std::string_view text) {
  constexpr std::size_t longest = 200;
  return text.substr(0, 2) == "ey" && text.size() < longest && text.find('.') == std::string_view::npos;
}

/// Properties that a service takes as a password or a token; `*` is each item of a list.
struct Taken {
  std::string_view type;
  std::string_view path;
};
constexpr Taken taken_as_passwords[] = {
    {"AWS::AmazonMQ::Broker", "Users.*.Password"},
    {"AWS::Amplify::App", "AccessToken"},
    {"AWS::Amplify::App", "BasicAuthConfig.Password"},
    {"AWS::Amplify::App", "OauthToken"},
    {"AWS::Amplify::Branch", "BasicAuthConfig.Password"},
    {"AWS::DMS::Endpoint", "Password"},
    {"AWS::DirectoryService::MicrosoftAD", "Password"},
    {"AWS::DirectoryService::SimpleAD", "Password"},
    {"AWS::DocDB::DBCluster", "MasterUserPassword"},
    {"AWS::DocDBElastic::Cluster", "AdminUserPassword"},
    {"AWS::ElastiCache::ReplicationGroup", "AuthToken"},
    {"AWS::ElastiCache::User", "AuthenticationMode.Passwords.*"},
    {"AWS::ElastiCache::User", "Passwords.*"},
    {"AWS::Elasticsearch::Domain", "AdvancedSecurityOptions.MasterUserOptions.MasterUserPassword"},
    {"AWS::IAM::User", "LoginProfile.Password"},
    {"AWS::KinesisFirehose::DeliveryStream", "RedshiftDestinationConfiguration.Password"},
    {"AWS::KinesisFirehose::DeliveryStream", "SplunkDestinationConfiguration.HECToken"},
    {"AWS::MemoryDB::User", "AuthenticationMode.Passwords.*"},
    {"AWS::OpenSearchService::Domain", "AdvancedSecurityOptions.MasterUserOptions.MasterUserPassword"},
    {"AWS::OpsWorks::App", "AppSource.Password"},
    {"AWS::OpsWorks::Stack", "RdsDbInstances.*.DbPassword"},
    {"AWS::RDS::DBCluster", "MasterUserPassword"},
    {"AWS::RDS::DBInstance", "MasterUserPassword"},
    {"AWS::RDS::DBInstance", "TdeCredentialPassword"},
    {"AWS::Redshift::Cluster", "MasterUserPassword"},
    {"AWS::RedshiftServerless::Namespace", "AdminUserPassword"},
};

/// Where the values at a path stand. As deep as the template is, like the walk.
void add_places(const value::Value& value, std::string_view path, std::vector<text::Span>& places) {
  if (value.is(value::Kind::conditional)) {
    add_places(value.when_true(), path, places);
    add_places(value.when_false(), path, places);
    return;
  }
  if (path.empty()) {
    places.push_back(value.span());
    return;
  }
  const std::size_t end = std::min(path.find('.'), path.size());
  const std::string_view rest = path.substr(std::min(end + 1, path.size()));
  if (path.substr(0, end) != "*") {
    if (value.is_map()) add_places(value.get(path.substr(0, end)), rest, places);
  } else if (value.is_list()) {
    for (const value::Value& item : value.items()) add_places(item, rest, places);
  }
}

/// Types whose environment everybody sees who may describe the resource.
bool shows_environment(std::string_view type) {
  return type == "AWS::Lambda::Function" || type == "AWS::ECS::TaskDefinition" ||
         type == "AWS::CodeBuild::Project";
}

/// The access key whose secret is in a value: "Key.SecretAccessKey"; empty where there is none.
std::string shown_key(const value::Value& value, const dialect::Template& source) {
  if (value.is(value::Kind::conditional)) {
    std::string found = shown_key(value.when_true(), source);
    return found.empty() ? shown_key(value.when_false(), source) : found;
  }
  if (!value.is(value::Kind::symbolic)) return {};
  for (const value::Part& part : value.parts()) {
    if (part.kind != value::ReferenceKind::attribute || part.attribute != "SecretAccessKey") continue;
    for (const dialect::Resource& resource : source.resources) {
      if (resource.logical_id == part.name && resource.type == "AWS::IAM::AccessKey")
        return std::string(part.name) + "." + std::string(part.attribute);
    }
  }
  return {};
}

SecretText secret_of_key(const std::string& shown) {
  return {Strength::random, "the secret of an access key", "`" + shown + "`"};
}

class Search {
public:
  Search(const Facts& facts, const Schema& schema, Table& table)
      : facts_(facts), schema_(schema), table_(table) {}

  void resource(graph::NodeId id) {
    const graph::Node& node = facts_.system().node(id);
    if (node.resource == nullptr) return;
    node_ = id;
    const value::Value& properties = node.resource->properties;
    passwords_.clear();
    for (const Taken& taken : taken_as_passwords)
      if (taken.type == node.type) add_places(properties, taken.path, passwords_);
    environment_of_ =
        shows_environment(node.type) ? &facts_.system().templates[node.template_index] : nullptr;
    // What these two hold is named by the resource.
    if (node.type == "AWS::SSM::Parameter" || node.type == "AWS::ApiGateway::ApiKey") {
      const std::string_view name = text_of(properties.get("Name"));
      const std::string own(name.empty() ? node.resource->logical_id : name.substr(name.rfind('/') + 1));
      judge(node.type == "AWS::ApiGateway::ApiKey" ? "ApiKey" : own, properties.get("Value"));
      return;
    }
    walk("", properties);
    if (node.type == "AWS::SecretsManager::Secret") secret_members(properties.get("SecretString"));
    walk("", node.resource->metadata);
  }

  void parameter(const dialect::Parameter& parameter) {
    node_ = {};
    const auto text = parameter.default_value.as_string();
    // One that others may be chosen from is no secret; of a stored parameter the default is its name.
    const bool stored = parameter.type.substr(0, stored_type.size()) == stored_type;
    if (!text || stored || !parameter.allowed_values.empty()) return;
    if (auto found = judge_secret(parameter.name, *text)) {
      add(parameter.name, parameter.default_value.span(), parameter.default_value.span(), *found,
          "parameter");
    }
  }

  /// Settings that plugins read, in no resource. References in them are placeholders to judge_secret().
  void custom(const std::vector<dialect::Setting>& settings) {
    node_ = {};
    for (const dialect::Setting& one : settings) {
      if (const auto found = judge_secret(one.name, one.text))
        add(one.name, one.span, one.span, *found, "custom");
    }
  }

  void outputs(const dialect::Template& source) {
    node_ = {};
    for (const dialect::Output& output : source.outputs) {
      const std::string key = shown_key(output.value, source);
      if (!key.empty())
        add(output.name, output.value.span(), output.value.span(), secret_of_key(key), "output");
    }
  }

private:
  /// Templates are at most 200 levels deep, and so is this.
  void walk(std::string_view name, const value::Value& value) {
    if (value.is_map()) {
      std::string_view named;
      std::string_view entry;
      for (const auto& pair : named_entries) {
        if (value.members().size() < 2) break; // a name and a value
        if (!text_of(value.get(pair.first)).empty() && !value.get(pair.second).is_absent()) {
          named = text_of(value.get(pair.first));
          entry = pair.second;
          break;
        }
      }
      for (const value::Member& member : value.members())
        walk(member.key == entry && !entry.empty() ? named : member.key, member.value);
    } else if (value.is_list()) {
      for (const value::Value& item : value.items()) walk(name, item);
    } else if (value.is(value::Kind::conditional)) {
      walk(name, value.when_true());
      walk(name, value.when_false());
    } else {
      judge(name, value);
    }
  }

  /// What a secret holds is secret, whatever its keys are called; but for what says where it opens what.
  void secret_members(const value::Value& value) {
    const auto text = value.as_string();
    if (!text || !value.is(value::Kind::string) || text->substr(0, 1) != "{" || value.assumption() != nullptr)
      return;
    const std::vector<std::pair<std::string_view, std::string_view>> members = members_of(*text);
    const auto told = [](const auto& member) {
      return judge_secret(member.first, member.second).has_value();
    };
    if (std::any_of(members.begin(), members.end(), told)) return; // The walk has found it.
    for (const auto& member : members) {
      const bool is_plain = tells_where(member.first) || is_encoded_settings(member.second);
      const auto found = is_plain ? std::nullopt : judge_secret("secret", member.second);
      if (!found || found->strength == Strength::word) continue;
      add(member.first, value.span(), value.span(), *found, "property");
      return;
    }
  }

  void judge(std::string_view name, const value::Value& value) {
    if (value.is(value::Kind::symbolic)) {
      if (auto found = find_known_key(text_with_marks(value)))
        add(name, value.span(), value.span(), *found, "property");
      const std::string key = environment_of_ == nullptr ? "" : shown_key(value, *environment_of_);
      if (!key.empty()) add(name, value.span(), value.span(), secret_of_key(key), "property");
      return;
    }
    const auto text = value.as_string();
    if (!text) return;
    if (value.assumption() == nullptr &&
        std::find(passwords_.begin(), passwords_.end(), value.span()) != passwords_.end()) {
      if (const auto found = judge_password(*text)) add(name, value.span(), value.span(), *found, "property");
      return;
    }
    if (!value.is(value::Kind::string)) return;
    auto found = judge_secret(name, *text);
    if (text->substr(0, 1) == "{") {
      for (const auto& member : members_of(*text)) {
        if (!found) found = judge_secret(member.first, member.second);
      }
    }
    if (!found) return;
    const value::Origin* assumed = value.assumption();
    const bool from_parameter = assumed != nullptr && assumed->span.valid();
    add(name, from_parameter ? assumed->span : value.span(), value.span(), *found,
        from_parameter ? "parameter" : "property");
  }

  void add(std::string_view name, text::Span place, text::Span used, const SecretText& secret,
           std::string_view where) {
    std::vector<Step> steps;
    if (used.valid() && !(used == place)) steps.push_back({used, "it is used here"});
    add_row(table_, schema_,
            {{"resource", resource_cell(facts_, node_)},
             {"name", name},
             {"where", where},
             {"strength", analysis::name(secret.strength)},
             {"what", secret.what},
             {"shown", cel::Value(secret.shown).at(place)}},
            place, std::move(steps));
  }

  const Facts& facts_;
  const Schema& schema_;
  Table& table_;
  graph::NodeId node_;
  std::vector<text::Span> passwords_; ///< Where the node's values stand that are taken as passwords.
  const dialect::Template* environment_of_ = nullptr; ///< Null where the node shows none.
};

void compute(const Facts& facts, const Schema& schema, Table& table) {
  Search search(facts, schema, table);
  for (const dialect::Template& source : facts.system().templates) {
    for (const dialect::Parameter& parameter : source.parameters) search.parameter(parameter);
    search.custom(source.custom);
    search.outputs(source);
  }
  for (std::size_t i = 0; i < facts.system().nodes.size(); ++i) search.resource(graph::NodeId(i));
}

} // namespace

const Analysis& secret_analysis() {
  static const Analysis analysis{
      {"secrets",
       "What opens something and stands in a template in plain text: in properties, environments, defaults "
       "of parameters",
       {
           {"resource", "resource", "", "that it is a property of; null elsewhere"},
           {"name", "string", "", "the property, variable or parameter"},
           {"where", "string", "",
            "`property`, `parameter` (its default), `output` or `custom` (a setting of a Serverless "
            "Framework service)"},
           {"strength", "string", "",
            "`key` (the format of one that opens an account), `random` (looks generated), `deployed` (stands "
            "where a service takes a password) or `word` (a password that a person would type)"},
           {"what", "string", "", "`a GitHub token`, `a password` …"},
           {"shown", "string", "", "its first characters at most and its length; for messages and `at`"},
       }},
      compute,
      11};
  return analysis;
}

} // namespace slsaudit::analysis
