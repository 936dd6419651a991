// SPDX-License-Identifier: Apache-2.0
#include "dialect/json_properties.hpp"

#include "value/json_in_text.hpp"

#include <algorithm>
#include <iterator>

namespace slsaudit::dialect {

using value::Kind;
using value::Value;

namespace {

/// Source: the types `["object", "string"]` and `json` of the resource types' schemas
/// (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/, 2026-11).
struct Row {
  std::string_view type;
  std::string_view path; ///< From the properties; through a list's items without saying so.
  /// What has gaps that are filled later, such as DefinitionSubstitutions, is no JSON yet.
  bool has_gaps = false;
};
constexpr Row rows[] = {
    {"AWS::ApiGateway::RestApi", "Policy"},
    {"AWS::DynamoDB::Table", "ResourcePolicy.PolicyDocument"},
    {"AWS::EC2::VPCEndpoint", "PolicyDocument"},
    {"AWS::ECR::Repository", "RepositoryPolicyText"},
    {"AWS::EFS::FileSystem", "FileSystemPolicy"},
    {"AWS::Elasticsearch::Domain", "AccessPolicies"},
    {"AWS::Events::EventBus", "Policy"},
    {"AWS::Events::Rule", "EventPattern"},
    {"AWS::IAM::Group", "Policies.PolicyDocument"},
    {"AWS::IAM::GroupPolicy", "PolicyDocument"},
    {"AWS::IAM::ManagedPolicy", "PolicyDocument"},
    {"AWS::IAM::Policy", "PolicyDocument"},
    {"AWS::IAM::Role", "AssumeRolePolicyDocument"},
    {"AWS::IAM::Role", "Policies.PolicyDocument"},
    {"AWS::IAM::RolePolicy", "PolicyDocument"},
    {"AWS::IAM::User", "Policies.PolicyDocument"},
    {"AWS::IAM::UserPolicy", "PolicyDocument"},
    {"AWS::KMS::Key", "KeyPolicy"},
    {"AWS::Kinesis::ResourcePolicy", "ResourcePolicy"},
    {"AWS::OpenSearchService::Domain", "AccessPolicies"},
    {"AWS::S3::BucketPolicy", "PolicyDocument"},
    {"AWS::SNS::Subscription", "FilterPolicy"},
    {"AWS::SNS::Subscription", "RedrivePolicy"},
    {"AWS::SNS::TopicInlinePolicy", "PolicyDocument"},
    {"AWS::SNS::TopicPolicy", "PolicyDocument"},
    {"AWS::SQS::Queue", "RedriveAllowPolicy"},
    {"AWS::SQS::Queue", "RedrivePolicy"},
    {"AWS::SQS::QueueInlinePolicy", "PolicyDocument"},
    {"AWS::SQS::QueuePolicy", "PolicyDocument"},
    {"AWS::SecretsManager::ResourcePolicy", "ResourcePolicy"},
    {"AWS::StepFunctions::StateMachine", "DefinitionString", true},
};

/// Whether text stands at the end of a path. Recursion is as deep as the path and conditions in each other.
bool has_text(const Value& value, std::string_view path) {
  if (value.is(Kind::conditional))
    return has_text(value.when_true(), path) || has_text(value.when_false(), path);
  if (value.is_list() && !path.empty())
    return std::ranges::any_of(value.items(), [&](const Value& item) { return has_text(item, path); });
  if (path.empty()) return value.is(Kind::string) || value.is(Kind::symbolic);
  if (!value.is_map()) return false;
  const std::size_t dot = path.find('.');
  return has_text(value.get(path.substr(0, dot)),
                  dot == path.npos ? std::string_view() : path.substr(dot + 1));
}

/// Not a parameter's value, a name, or nothing at all.
bool may_be_json(const Value& written) {
  std::string_view text = written.as_string().value_or("");
  if (written.is(Kind::symbolic)) text = written.parts().front().literal;
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '{';
}

class Reader {
public:
  Reader(const text::SourceMap& sources, text::Arena& arena) : sources_(sources), make_(arena) {}

  /// The value with what stands at the end of the path as a map.
  Value read(const Value& value, std::string_view path, bool has_gaps) {
    if (!has_text(value, path)) return value;
    if (value.is(Kind::conditional)) {
      return make_
          .conditional(value.condition(), read(value.when_true(), path, has_gaps),
                       read(value.when_false(), path, has_gaps), value.span())
          .with_key_span(value.key_span());
    }
    if (path.empty()) return read_text(value, has_gaps);
    if (value.is_list()) {
      std::vector<Value> items;
      for (const Value& item : value.items()) items.push_back(read(item, path, has_gaps));
      return in_place_of(value, make_.list(items, value.span()));
    }
    const std::size_t dot = path.find('.');
    const std::string_view key = path.substr(0, dot);
    std::vector<value::Member> members(value.members().begin(), value.members().end());
    for (value::Member& member : members) {
      if (member.key == key)
        member.value =
            read(member.value, dot == path.npos ? std::string_view() : path.substr(dot + 1), has_gaps);
    }
    return in_place_of(value, make_.map(members, value.span()));
  }

private:
  Value read_text(const Value& written, bool has_gaps) {
    if (!may_be_json(written)) return written;
    const Value read = value::read_json(written, make_.arena(), &sources_);
    if (!read.is_map() && has_gaps) return written;
    const Value unread = make_.unknown("what is written as text is no JSON object", written.span());
    return in_place_of(written, read.is_map() ? read : unread);
  }

  /// The same key, and the way that the value came.
  Value in_place_of(const Value& old, Value made) {
    std::vector<const value::Origin*> way;
    for (const value::Origin* origin = old.origin(); origin != nullptr; origin = origin->next)
      way.push_back(origin);
    for (auto origin = way.rbegin(); origin != way.rend(); ++origin)
      made = made.with_origin(make_.arena(), **origin);
    return made.with_key_span(old.key_span());
  }

  const text::SourceMap& sources_;
  value::Factory make_;
};

} // namespace

void read_json_properties(Template& made, const text::SourceMap& sources, text::Arena& arena) {
  Reader reader(sources, arena);
  for (Resource& resource : made.resources) {
    const auto first = std::ranges::lower_bound(rows, resource.type, {}, &Row::type);
    for (auto row = first; row != std::end(rows) && row->type == resource.type; ++row)
      resource.properties = reader.read(resource.properties, row->path, row->has_gaps);
  }
}

} // namespace slsaudit::dialect
