// SPDX-License-Identifier: Apache-2.0
// Whom policies of resources and trust policies of roles let in.
#include "analysis/analyses.hpp"
#include "analysis/exposure.hpp"
#include "analysis/grants.hpp"
#include "graph/spelling.hpp"
#include "knowledge/iam.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace slsaudit::analysis {
namespace {

/// Types whose policies let in who signs nothing at all; for others `*` is everyone with an account.
constexpr std::array<std::string_view, 5> open_to_anonymous{
    "AWS::Elasticsearch::Domain", "AWS::OpenSearchService::Domain", "AWS::S3::Bucket", "AWS::SNS::Topic",
    "AWS::SQS::Queue"};
/// Types that `*` exposes to nobody by itself: routes decide on an API, mount targets on a file system.
constexpr std::array<std::string_view, 2> not_by_policy{"AWS::ApiGateway::RestApi", "AWS::EFS::FileSystem"};

/// Condition keys by which a statement shuts out everybody but some.
constexpr std::array<std::string_view, 20> closing_keys{
    "aws:SourceArn",         "aws:SourceAccount",         "aws:SourceOwner",   "aws:SourceOrgID",
    "aws:SourceOrgPaths",    "aws:PrincipalOrgID",        "aws:PrincipalArn",  "aws:PrincipalOrgPaths",
    "aws:PrincipalAccount",  "aws:PrincipalTag/*",        "aws:SourceVpc",     "aws:SourceVpce",
    "aws:SourceIp",          "aws:VpcSourceIp",           "kms:CallerAccount", "kms:ViaService",
    "s3:DataAccessPointArn", "s3:DataAccessPointAccount", "aws:userid",        "aws:PrincipalIsAWSService",
};

template <std::size_t N> bool contains(const std::array<std::string_view, N>& list, std::string_view item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

bool is_open_operand(const value::Value& operand) {
  const Strings strings = strings_of(operand);
  return strings.items.empty() ||
         std::any_of(strings.items.begin(), strings.items.end(), [](const value::Value& item) {
           const std::string_view text = item.as_string().value_or("-");
           return text.find_first_not_of("*?") == std::string_view::npos || text == "0.0.0.0/0" ||
                  text == "::/0";
         });
}

/// One alternative of what a test compares.
bool closes(const value::Value& operands, std::string_view also) {
  return std::any_of(operands.members().begin(), operands.members().end(), [&](const value::Member& operand) {
    const bool closing = std::any_of(closing_keys.begin(), closing_keys.end(), [&](std::string_view key) {
      return knowledge::wildcard_match(key, operand.key);
    });
    const bool meant = closing || (!also.empty() && knowledge::wildcard_match(also, operand.key));
    return meant && !is_open_operand(operand.value);
  });
}

/// Whether a condition shuts out everybody but some. `also`: another key that does.
Tri closed_by(const value::Value& condition, std::string_view also = {}) {
  if (!condition.is_present()) return Tri::no;
  if (!condition.is_map()) return Tri::unknown;
  Tri closed = Tri::no;
  for (const value::Member& test : condition.members()) {
    const std::vector<value::Value> alternatives = test.value.alternatives();
    const auto known = [](const value::Value& operands) { return operands.is_map(); };
    if (!std::all_of(alternatives.begin(), alternatives.end(), known)) closed = either(closed, Tri::unknown);
    const bool loose = test.key.find("Not") != std::string_view::npos || test.key == "Null" ||
                       test.key.find("IfExists") != std::string_view::npos;
    if (loose) continue;
    const auto count = std::count_if(alternatives.begin(), alternatives.end(),
                                     [&](const value::Value& operands) { return closes(operands, also); });
    if (count == static_cast<std::ptrdiff_t>(alternatives.size())) closed = Tri::yes;
    if (count > 0) closed = either(closed, Tri::unknown);
  }
  return closed;
}

bool is_account(std::string_view text) {
  return text.size() == 12 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

constexpr const char* unknown_account = "another account";

class Policies {
public:
  Policies(const Facts& facts, std::vector<Exposed>& list) : system_(facts.system()), list_(list) {}

  void read() {
    for (const graph::Statement& statement : system_.statements) {
      if (!statement.resource.valid()) continue;
      const graph::Node& node = system_.node(statement.resource);
      const bool permission = node.type == function_type && statement.value.get("Action").is_present() &&
                              !statement.value.get("Effect").is_present();
      const bool allows = permission || statement.value.get("Effect").as_string() == "Allow";
      if (!allows || contains(not_by_policy, node.type)) continue;
      if (permission) {
        read_permission(statement);
      } else {
        read_statement(statement);
      }
    }
  }

private:
  /// Of a function: a principal, and what its requests must come from.
  void read_permission(const graph::Statement& statement) {
    const value::Value& permission = statement.value;
    const bool pinned = permission.get("SourceArn").is_present() ||
                        permission.get("SourceAccount").is_present() ||
                        permission.get("PrincipalOrgID").is_present();
    const value::Value principal = permission.get("Principal");
    if (pinned || !principal.is_present()) return;
    const bool url = permission.get("FunctionUrlAuthType").as_string() == "NONE";
    if (url) return; // Its URL says so too.
    for (const value::Value& one : principal.alternatives()) add(statement, one, "invoke", Tri::no);
  }

  void read_statement(const graph::Statement& statement) {
    const value::Value& value = statement.value;
    const Tri closed = closed_by(value.get("Condition"));
    const std::string access = access_of(statement);
    if (value.get("NotPrincipal").is_present()) {
      if (closed != Tri::yes) add_everyone(statement, access, closed);
      return;
    }
    const value::Value principal = value.get("Principal");
    if (!principal.is_map()) {
      for (const value::Value& one : principal.alternatives()) add(statement, one, access, closed);
      return;
    }
    for (const value::Value& one : strings_of(principal.get("AWS")).items)
      add(statement, one, access, closed);
    for (const value::Value& one : strings_of(principal.get("CanonicalUser")).items) {
      if (one.as_string()) add_one(statement, unknown_account, access, closed, one);
    }
    for (const value::Value& one : strings_of(principal.get("Federated")).items)
      add_federated(statement, one, access);
  }

  [[nodiscard]] std::string access_of(const graph::Statement& statement) const {
    if (is_type(system_, statement.resource, "AWS::IAM::Role")) return "assume";
    int worst = -1;
    bool invokes = false;
    for (const value::Value& item : strings_of(statement.value.get("Action")).items) {
      const std::string_view pattern = item.as_string().value_or("");
      invokes = invokes || pattern.starts_with("lambda:Invoke");
      for (const knowledge::Action& action : knowledge::actions_matching(pattern))
        worst = std::max(worst, gravity(action.access));
    }
    if (invokes) return "invoke";
    return worst < 0 ? std::string{} : access_cell(worst).display();
  }

  void add(const graph::Statement& statement, const value::Value& who, const std::string& access,
           Tri closed) {
    if (who.as_string() == "*") {
      if (closed != Tri::yes) add_everyone(statement, access, closed);
      return;
    }
    if (who.is_unknown() || !who.is_present()) return;
    const graph::NodeId node = graph::resolve(system_, template_of(statement), who);
    if (node.valid()) return; // One of the system's own.
    if (const auto account = foreign_account(who)) add_one(statement, *account, access, closed, who);
  }

  [[nodiscard]] std::size_t template_of(const graph::Statement& statement) const {
    return system_.node(statement.resource).template_index;
  }

  /// "account …" where a principal is of another account; nothing for this one's and for services.
  [[nodiscard]] static std::optional<std::string> foreign_account(const value::Value& who) {
    const auto spelling = graph::spell(who);
    if (!spelling) return std::nullopt;
    if (is_account(spelling->text)) return "account " + spelling->text;
    const auto arn = graph::parse_arn(spelling->text);
    if (!arn) return std::nullopt;
    if (arn->account == "*") return "any AWS account";
    if (is_account(arn->account)) return "account " + std::string(arn->account);
    const auto token = graph::leading_token(arn->account);
    const bool own = arn->account.empty() || arn->account == "cloudfront" ||
                     (token && token->kind == value::ReferenceKind::pseudo);
    return own ? std::nullopt : std::optional<std::string>(unknown_account);
  }

  void add_everyone(const graph::Statement& statement, const std::string& access, Tri closed) {
    const graph::Node& node = system_.node(statement.resource);
    const bool anonymous = contains(open_to_anonymous, node.type);
    Exposed exposed = base(statement, anonymous ? "internet" : "any AWS account", access);
    exposed.open = anonymous ? Tri::yes : Tri::no;
    if (closed == Tri::unknown) {
      exposed.certain = Tri::unknown;
      exposed.reason = "the statement's Condition is not known";
    }
    if (node.type == "AWS::S3::Bucket" && !consider_block(node, exposed)) return;
    if (property(node, "VPCOptions").is_present()) { // A search domain within a network.
      exposed.certain = Tri::no;
      exposed.reason = "it stands in a private network";
    }
    list_.push_back(std::move(exposed));
  }

  /// False where the bucket blocks public policies.
  static bool consider_block(const graph::Node& bucket, Exposed& exposed) {
    const std::string_view blocked = blocked_by_bucket(bucket, true);
    if (blocked == "yes") return false;
    if (blocked != "no") {
      exposed.certain = Tri::unknown;
      exposed.reason = blocked == "default"
                           ? "new buckets block public policies unless their settings say otherwise"
                           : "whether the bucket blocks public policies is not known";
    }
    return true;
  }

  void add_one(const graph::Statement& statement, const std::string& who, const std::string& access,
               Tri closed, const value::Value& at) {
    Exposed exposed = base(statement, who, access);
    exposed.open = Tri::no;
    if (who == unknown_account) {
      exposed.certain = Tri::unknown;
      exposed.reason = "which account that is, is not known";
    }
    const bool external = closed_by(statement.value.get("Condition"), "sts:ExternalId") == Tri::yes;
    if (closed != Tri::no || external) {
      exposed.certain = external || closed == Tri::yes ? Tri::no : Tri::unknown;
      exposed.reason = external && closed != Tri::yes ? "an external id is asked for"
                                                      : "the statement's Condition narrows it";
    }
    if (at.span().valid()) exposed.span = at.span();
    list_.push_back(std::move(exposed));
  }

  void add_federated(const graph::Statement& statement, const value::Value& provider,
                     const std::string& access) {
    const std::string name = provider.display();
    if (name.starts_with("cognito-identity")) return; // Identity pools are looked at as such.
    const std::size_t slash = name.find("provider/");
    const std::string host = slash == std::string::npos ? name : name.substr(slash + 9);
    Exposed exposed = base(statement, "identities of " + host, access);
    exposed.open = Tri::no;
    const Tri narrowed = closed_by(statement.value.get("Condition"), "*:sub");
    exposed.certain = narrowed == Tri::yes ? Tri::no : narrowed == Tri::no ? Tri::yes : Tri::unknown;
    if (narrowed == Tri::yes) exposed.reason = "a condition names whose identities";
    if (narrowed == Tri::unknown) exposed.reason = "the statement's Condition is not known";
    list_.push_back(std::move(exposed));
  }

  [[nodiscard]] Exposed base(const graph::Statement& statement, const std::string& who,
                             const std::string& access) const {
    const graph::Node& node = system_.node(statement.resource);
    Exposed exposed;
    exposed.resource = statement.resource;
    exposed.label = quoted(shown_name(node));
    exposed.who = who;
    exposed.way = access == "assume" ? "trust" : "policy";
    exposed.through =
        statement.policy_name.empty() ? "its policy" : "policy " + quoted(statement.policy_name);
    if (access == "assume") exposed.through = "its trust policy";
    exposed.access = access;
    exposed.span = statement.span.valid() ? statement.span : id_span(node);
    exposed.steps.push_back({exposed.span, exposed.through + " lets " + who + " in"});
    return exposed;
  }

  const graph::System& system_;
  std::vector<Exposed>& list_;
};

} // namespace

void add_policies(const Facts& facts, std::vector<Exposed>& list) {
  Policies(facts, list).read();
}

} // namespace slsaudit::analysis
