// SPDX-License-Identifier: Apache-2.0
#include "analysis/grants.hpp"

#include "text/words.hpp"

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
    grant.basic = is_basic(*pattern);
    for (const knowledge::Action& action : expansions.of(*pattern)) {
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

const std::vector<knowledge::Action>& Expansions::of(std::string_view pattern) const {
  {
    const std::shared_lock lock(mutex_);
    const auto found = known_.find(pattern);
    if (found != known_.end()) return found->second;
  }
  std::vector<knowledge::Action> matching = knowledge::actions_matching(pattern);
  const std::scoped_lock lock(mutex_);
  return known_.try_emplace(std::string(pattern), std::move(matching)).first->second;
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
  const std::size_t colon = pattern.find(':');
  if (colon == std::string_view::npos) return true;
  const std::string_view service = pattern.substr(0, colon);
  if (is_wildcard(service) || !knowledge::knows_service(service)) return false;
  return expansions.of(pattern).empty();
}

namespace {

/// Whether words stand in others in the same order: "Describe Summary" in "Describe Stream Summary".
bool stand_in(const std::vector<std::string>& few, const std::vector<std::string>& many) {
  std::size_t found = 0;
  for (const std::string& word : many) {
    if (found < few.size() && few[found] == word) ++found;
  }
  return found == few.size();
}

/// How an action may be meant by a name that is none, the likeliest first.
enum class Likeness : std::uint8_t {
  misspelt, ///< One or two letters differ.
  longer,   ///< Without words at the end it is the name: SendMessage, of SendMessageBatch.
  shorter,  ///< It lacks words in the middle: DescribeStreamSummary, of DescribeSummary.
  similar,  ///< Some letters differ.
  none,
};

/// Of an action whose words are `others`; `distance` and `letters` are those of the names as written.
Likeness likeness_of(const std::vector<std::string>& words, const std::vector<std::string>& others,
                     std::size_t distance, std::size_t letters) {
  constexpr std::size_t few_letters = 2;
  if (words.empty() || others.empty()) return Likeness::none;
  if (distance <= few_letters && words.front() == others.front()) return Likeness::misspelt;
  const bool cut = others.size() > 1 && others.size() < words.size() &&
                   std::equal(others.begin(), others.end(), words.begin());
  if (cut) return Likeness::longer;
  const bool framed = words.size() > 1 && words.front() == others.front() && words.back() == others.back();
  if (framed && stand_in(words, others)) return Likeness::shorter;
  return distance <= letters / 3 ? Likeness::similar : Likeness::none;
}

} // namespace

std::string nearest_action(const Expansions& expansions, std::string_view pattern) {
  const std::size_t colon = pattern.find(':');
  constexpr std::size_t longest = 64;
  if (colon == std::string_view::npos || pattern.size() > longest) return {};
  // A list's comma or quotes that got into the text: without them it may be one, wildcards and all.
  constexpr std::string_view marks = " ,;\"'";
  const std::size_t begin = pattern.find_first_not_of(marks);
  const std::size_t end = pattern.find_last_not_of(marks);
  const std::string trimmed(pattern.substr(begin, end + 1 - begin));
  if (trimmed != pattern && !expansions.of(trimmed).empty()) return trimmed;
  const std::string_view name = pattern.substr(colon + 1);
  const auto& actions = expansions.of(std::string(pattern.substr(0, colon)) + ":*");
  const std::vector<std::string> words = text::words_of(name);
  std::vector<std::vector<std::string>> words_of; // each action's
  for (const knowledge::Action& action : actions) words_of.push_back(text::words_of(action.name));
  const auto same_verb = [&](const std::vector<std::string>& others) {
    return words.empty() || others.empty() ? words.empty() && others.empty()
                                           : words.front() == others.front();
  };
  // What begins with a verb of the service does that, and nothing else: PutObjectVersion is no
  // GetObjectVersion.
  const bool is_verb = std::ranges::any_of(words_of, same_verb);
  std::pair best(Likeness::none, std::size_t{0});
  std::string nearest;
  for (std::size_t i = 0; i < actions.size(); ++i) {
    const knowledge::Action& action = actions[i];
    if (is_verb && !same_verb(words_of[i])) continue;
    const std::size_t distance = text::edit_distance(name, action.name);
    const std::pair likeness(likeness_of(words, words_of[i], distance, name.size()), distance);
    if (likeness.first == Likeness::none || (!nearest.empty() && !(likeness < best))) continue;
    best = likeness;
    nearest = std::string(action.service) + ":" + std::string(action.name);
  }
  return nearest;
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
    if (!pattern || is_basic(*pattern)) continue;
    const std::vector<knowledge::Action>& actions = expansions.of(*pattern);
    // An action without data is something beyond the basics, of which no more is known.
    if (actions.empty()) worst = std::max(worst, gravity(knowledge::Access::list));
    for (const knowledge::Action& action : actions) worst = std::max(worst, gravity(action.access));
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
