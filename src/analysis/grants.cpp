// SPDX-License-Identifier: Apache-2.0
#include "analysis/grants.hpp"

#include <algorithm>
#include <array>
#include <mutex>
#include <utility>

namespace slsaudit::analysis {
namespace {

constexpr std::array<std::string_view, 5> access_names{"list", "read", "tagging", "write", "permissions"};

/// Condition keys that tie a statement to particular resources; `*` is a wildcard.
constexpr std::array<std::string_view, 36> narrowing_keys{
    "aws:ResourceTag/*",
    "*:ResourceTag/*",
    "aws:SourceArn",
    "aws:ResourceOrgID",
    "aws:ResourceOrgPaths",
    "*:ExistingObjectTag/*",
    "dynamodb:LeadingKeys",
    "s3:prefix",
    "s3:DataAccessPointArn",
    "cloudwatch:namespace",
    "kms:ViaService",
    "kms:EncryptionContext*",
    "kms:ResourceAliases",
    "secretsmanager:SecretId",
    "secretsmanager:Name",
    "iam:PassedToService",
    "iam:PolicyARN",
    "iam:PermissionsBoundary",
    "ec2:Vpc",
    "ec2:Subnet",
    "ec2:InstanceProfile",
    "lambda:FunctionArn",
    "ecs:cluster",
    "ses:FromAddress",
    "ses:Recipients",
    "ses:FeedbackAddress",
    "events:source",
    "events:detail-type",
    "sns:Endpoint",
    "sns:Protocol",
    "states:StateMachineArn",
    "rds:db-tag/*",
    "ssm:Recursive",
    "logs:LogGeneratingResourceArns",
    "cognito-identity.amazonaws.com:sub",
    "execute-api:ViaVpce",
};

constexpr std::array<std::string_view, 11> basic_patterns{
    "logs:*",
    "xray:*",
    "cloudwatch:PutMetricData",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeVpcs",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
};

bool is_wildcard(std::string_view pattern) {
  return pattern.find_first_of("*?") != std::string_view::npos;
}

Expansion expansion_of(std::string_view pattern) {
  Expansion made;
  made.actions = knowledge::actions_matching(pattern);
  const std::size_t colon = pattern.find(':');
  const std::string_view service = pattern.substr(0, colon);
  made.knows_service =
      colon != std::string_view::npos && !is_wildcard(service) && knowledge::knows_service(service);
  made.basic = is_basic(pattern);
  if (made.basic) return made;
  // An action without data is something beyond the basics, of which no more is known.
  if (made.actions.empty()) made.beyond_basics = gravity(knowledge::Access::list);
  for (const knowledge::Action& action : made.actions)
    made.beyond_basics = std::max(made.beyond_basics, gravity(action.access));
  return made;
}

bool is_narrowing_key(std::string_view key) {
  return std::any_of(narrowing_keys.begin(), narrowing_keys.end(),
                     [&](std::string_view pattern) { return knowledge::wildcard_match(pattern, key); });
}

/// "Not the account that the stack is in": what is left belongs to others, who have to allow it as well.
bool leaves_out_own_account(std::string_view test, std::string_view key, const value::Value& operands) {
  if (test != "StringNotEquals") return false;
  if (!knowledge::wildcard_match("s3:ResourceAccount", key) &&
      !knowledge::wildcard_match("aws:ResourceAccount", key))
    return false;
  const Strings strings = strings_of(operands);
  return std::any_of(strings.items.begin(), strings.items.end(), [](const value::Value& item) {
    return item.display().find("AWS::AccountId") != std::string::npos;
  });
}

bool pins(const value::Value& operands) {
  const Strings strings = strings_of(operands);
  return std::none_of(strings.items.begin(), strings.items.end(), [](const value::Value& item) {
    const auto known = item.as_string();
    return known && known->find_first_not_of("*?") == std::string_view::npos;
  });
}

/// Adds an action to a grant; `required` is kept for the worst only.
void include(Grant& grant, const knowledge::Action& action) {
  const int level = gravity(action.access);
  const bool required = action.resource_level == knowledge::ResourceLevel::required;
  ++grant.count;
  if (level > grant.worst) {
    grant.worst = level;
    grant.required = required;
  } else if (level == grant.worst) {
    grant.required = grant.required || required;
  }
}

template <class Means>
std::vector<Grant> expand(const Expansions& expansions, const Strings& actions, Means means) {
  std::vector<Grant> grants;
  for (const value::Value& item : actions.items) {
    const auto pattern = item.as_string();
    if (!pattern) continue;
    Grant grant;
    grant.pattern = *pattern;
    grant.item = item;
    const Expansion& expansion = expansions.whole(*pattern);
    grant.basic = expansion.basic;
    for (const knowledge::Action& action : expansion.actions) {
      if (means(action)) include(grant, action);
    }
    if (grant.count > 0) grants.push_back(std::move(grant));
  }
  return grants;
}

/// Stands for a reference in a resource's text: no character that ARNs use.
constexpr char reference_mark = '\x01';

std::string with_marks(const value::Value& resource) {
  if (const auto known = resource.as_string()) return std::string(*known);
  std::string text;
  for (const value::Part& part : resource.parts()) {
    if (part.is_reference) {
      text += reference_mark;
    } else {
      text += part.literal;
    }
  }
  return text;
}

bool only_wildcards(std::string_view text) {
  return text.find_first_not_of("*?/:") == std::string_view::npos;
}

/// "arn:aws:s3:::*", "…:table/*", "…:log-group:*:*": a whole kind of resource.
bool names_a_kind(std::string_view text) {
  if (text.substr(0, 4) != "arn:") return only_wildcards(text); // Starts with what it belongs to.
  std::string_view service;
  for (int colons = 0; colons < 5; ++colons) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return only_wildcards(text);
    if (colons == 2) service = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  // API Gateway makes up the ids of APIs: before they are there, `/restapis/*` is the narrowest that can be
  // said.
  if (service == "apigateway") return only_wildcards(text);
  const std::size_t end = text.find_first_of("/:");
  const std::string_view first = text.substr(0, end);
  // These name the resource itself first; all others its kind.
  const bool named_first = service == "s3" || service == "sns" || service == "sqs";
  if (named_first || only_wildcards(first) || end == std::string_view::npos) return only_wildcards(first);
  if (first.find(reference_mark) != std::string_view::npos) return false;
  return only_wildcards(text.substr(end));
}

} // namespace

const Expansion& Expansions::whole(std::string_view pattern) const {
  {
    const std::shared_lock lock(mutex_);
    const auto found = known_.find(pattern);
    if (found != known_.end()) return found->second;
  }
  Expansion made = expansion_of(pattern);
  const std::scoped_lock lock(mutex_);
  return known_.try_emplace(std::string(pattern), std::move(made)).first->second;
}

int gravity(knowledge::Access access) {
  switch (access) {
  case knowledge::Access::list:
    return 0;
  case knowledge::Access::read:
    return 1;
  case knowledge::Access::tagging:
    return 2;
  case knowledge::Access::write:
    return 3;
  case knowledge::Access::permissions:
    return 4;
  }
  return -1;
}

cel::Value access_cell(int gravity) {
  return gravity < 0 ? cel::Value() : cel::Value(access_names[static_cast<std::size_t>(gravity)]);
}

std::vector<Grant> wildcard_grants(const Expansions& expansions, const Strings& actions) {
  constexpr int writing = 3;
  Strings wide;
  for (const value::Value& item : actions.items) {
    if (is_wildcard(item.as_string().value_or(""))) wide.items.push_back(item);
  }
  std::vector<Grant> grants = expand(
      expansions, wide, [](const knowledge::Action& action) { return gravity(action.access) >= writing; });
  // Nothing is known of some services' actions, but all of them is surely more than reading.
  for (const value::Value& item : actions.items) {
    const std::string_view pattern = item.as_string().value_or("");
    const std::string_view service = pattern.substr(0, pattern.find(':'));
    const bool whole = pattern.substr(service.size()) == ":*" && !is_wildcard(service);
    if (!whole || knowledge::knows_service(service)) continue;
    grants.push_back({std::string(pattern), item, 0, writing, false, is_basic(pattern), false});
  }
  return grants;
}

std::vector<Grant> restrictable_grants(const Expansions& expansions, const Strings& actions) {
  return expand(expansions, actions, [](const knowledge::Action& action) {
    return action.resource_level != knowledge::ResourceLevel::star_only;
  });
}

bool is_unknown_action(const Expansions& expansions, std::string_view pattern) {
  if (pattern.empty() || pattern.find_first_not_of('*') == std::string_view::npos) return false;
  if (pattern.find(':') == std::string_view::npos) return true;
  const Expansion& expansion = expansions.whole(pattern);
  return expansion.knows_service && expansion.actions.empty();
}

bool is_basic(std::string_view pattern) {
  return std::any_of(basic_patterns.begin(), basic_patterns.end(),
                     [&](std::string_view basic) { return knowledge::wildcard_match(basic, pattern); });
}

int gravity_beyond_basics(const Expansions& expansions, const graph::Statement& statement) {
  if (!statement.allow) return -1;
  int worst = -1;
  for (const value::Value& item : strings_of(statement.value.get("Action")).items) {
    const auto pattern = item.as_string();
    if (pattern) worst = std::max(worst, expansions.whole(*pattern).beyond_basics);
  }
  if (statement.value.get("NotAction").is_present())
    worst = std::max(worst, gravity(knowledge::Access::write));
  return worst;
}

cel::Value reach_of(const Strings& resources) {
  bool wide = false;
  for (const value::Value& item : resources.items) {
    if (item.as_string() == "*") return cel::Value("all").assuming(item.assumption());
    wide = wide || names_a_kind(with_marks(item));
  }
  if (wide) return "wide";
  if (resources.complete && !resources.items.empty()) return "specific";
  return cel::Value::unknown("not every Resource of the statement is known");
}

cel::Value parameter_cell(const value::Origin* assumption) {
  if (assumption == nullptr) return {};
  return cel::Value(assumption->name).at(assumption->span);
}

bool names_a_family(const value::Value& resource) {
  const std::string whole = with_marks(resource);
  if (names_a_kind(whole)) return true;
  std::string_view text = whole;
  std::string_view service;
  for (int colons = 0; colons < 5 && whole.starts_with("arn:"); ++colons) {
    const std::size_t colon = text.find(':');
    if (colons == 2) service = text.substr(0, colon);
    text.remove_prefix(colon + 1); // names_a_kind has said that what has fewer is no kind
  }
  const std::size_t wildcard = text.find_first_of("*?");
  if (wildcard == std::string_view::npos || wildcard == 0) return wildcard == 0;
  if (service == "s3") return text.find('/') > wildcard; // behind it are keys of one bucket
  return text[wildcard - 1] != '/' && text[wildcard - 1] != ':';
}

cel::Value narrowed_by(const value::Value& condition) {
  if (!condition.is_present()) return false;
  if (!condition.is_map()) return cel::Value::unknown("the statement's Condition is not known");
  bool undecided = false;
  for (const value::Member& test : condition.members()) {
    for (const value::Member& operand : test.value.members()) {
      if (leaves_out_own_account(test.key, operand.key, operand.value)) return true;
    }
    const bool negative = test.key.find("Not") != std::string_view::npos;
    const bool optional = test.key.find("IfExists") != std::string_view::npos;
    if (negative || optional || test.key == "Null") continue;
    const bool compares_arns = test.key.find("Arn") != std::string_view::npos;
    for (const value::Member& operand : test.value.members()) {
      if ((compares_arns || is_narrowing_key(operand.key)) && pins(operand.value)) return true;
    }
    undecided = undecided || !test.value.is_map();
  }
  return undecided ? cel::Value::unknown("a part of the statement's Condition is not known")
                   : cel::Value(false);
}

} // namespace slsaudit::analysis
