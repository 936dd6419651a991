// SPDX-License-Identifier: Apache-2.0
// Table "admissions": who calls a function or sends to a queue or topic by leave of the target's own policy,
// and whether that policy lets it.
//
// Only a policy that is in sight lets anything in, so a doubt about what else there may be (a permission for
// a function that isn't known, a stack that isn't here, a macro) leaves `admitted` unknown.
#include "analysis/analyses.hpp"
#include "analysis/leaves.hpp"
#include "analysis/making_order.hpp"
#include "analysis/pieces.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace slsaudit::analysis {
namespace {

using graph::NodeId;

constexpr std::string_view permission_type = "AWS::Lambda::Permission";
constexpr std::string_view queue_type = "AWS::SQS::Queue";
constexpr std::string_view topic_type = "AWS::SNS::Topic";

/// Who calls, by the type of the edge's helper or of where it starts. https://docs.aws.amazon.com/lambda/
/// latest/dg/lambda-services.html, read in copies of 2023 to 2026.
struct Caller {
  std::string_view type;
  std::string_view principal;
  bool refused = false; ///< The service tries it, or asks the policy, when the caller is made.
};
constexpr std::array callers{
    Caller{"AWS::ApiGateway::RestApi", "apigateway.amazonaws.com"},
    Caller{"AWS::ApiGatewayV2::Api", "apigateway.amazonaws.com"},
    Caller{"AWS::CloudWatch::Alarm", "lambda.alarms.cloudwatch.amazonaws.com"},
    Caller{"AWS::Cognito::UserPool", "cognito-idp.amazonaws.com"},
    Caller{"AWS::Config::ConfigRule", "config.amazonaws.com", true},
    Caller{"AWS::ElasticLoadBalancingV2::TargetGroup", "elasticloadbalancing.amazonaws.com", true},
    Caller{"AWS::Events::Rule", "events.amazonaws.com"},
    Caller{"AWS::IoT::TopicRule", "iot.amazonaws.com"},
    Caller{"AWS::Logs::SubscriptionFilter", "logs.amazonaws.com", true},
    Caller{"AWS::S3::Bucket", "s3.amazonaws.com", true},
    Caller{"AWS::SES::ReceiptRule", "ses.amazonaws.com", true},
    Caller{"AWS::SNS::Subscription", "sns.amazonaws.com"},
    Caller{"AWS::SNS::Topic", "sns.amazonaws.com"},
    Caller{"AWS::SecretsManager::RotationSchedule", "secretsmanager.amazonaws.com", true},
};

class Admissions {
public:
  explicit Admissions(const Facts& facts)
      : facts_(facts), system_(facts.system()), leaves_(facts), order_(facts.shared<MakingOrder>()) {}

  void report(const Schema& schema, Table& table) {
    for (std::size_t i = 0; i < system_.edges.size(); ++i) {
      const graph::EdgeId id(i);
      if (const Caller* caller = caller_of(system_.edge(id))) add(schema, table, id, *caller);
    }
  }

private:
  // --- Who asks ---

  static bool calls(graph::EdgeKind kind) {
    using graph::EdgeKind;
    return kind == EdgeKind::triggers || kind == EdgeKind::routes || kind == EdgeKind::invokes ||
           kind == EdgeKind::sends || kind == EdgeKind::dead_letters;
  }

  [[nodiscard]] const Caller* caller_of(const graph::Edge& edge) const {
    if (!calls(edge.kind) || edge.evidence.front().basis != graph::Basis::declared) return nullptr;
    const std::string& target = system_.node(edge.to).type;
    if (system_.node(edge.to).resource == nullptr) return nullptr;
    if (target != function_type && target != queue_type && target != topic_type) return nullptr;
    const Caller* caller = edge.via.valid() ? row_of(edge.via) : nullptr;
    if (edge.via.valid() && system_.node(edge.via).type == permission_type) return nullptr;
    // What a custom resource sets up it may let in as well.
    if (edge.via.valid() && system_.node(edge.via).type.starts_with("Custom::")) return nullptr;
    if (caller == nullptr) caller = row_of(edge.from);
    if (caller == nullptr || has_role(edge) || rule_has_role(edge) || is_off(edge)) return nullptr;
    // A topic without a policy lets alarms of its account in, and APIs send with a role.
    const bool only_functions =
        caller->type == "AWS::CloudWatch::Alarm" || caller->type.starts_with("AWS::ApiGateway") ||
        caller->type == "AWS::IoT::TopicRule" || caller->type == "AWS::SES::ReceiptRule";
    const bool encrypted_alarm = caller->type == "AWS::CloudWatch::Alarm" && target == topic_type;
    return only_functions && target != function_type && !encrypted_alarm ? nullptr : caller;
  }

  [[nodiscard]] const Caller* row_of(NodeId node) const {
    const std::string& type = system_.node(node).type;
    const auto found = std::ranges::find(callers, type, &Caller::type);
    return found == callers.end() ? nullptr : &*found;
  }

  /// Whether the caller has a role for it, which then needs no leave.
  static bool has_role(const graph::Edge& edge) {
    constexpr std::array<std::string_view, 8> paths{"RoleArn",
                                                    "CredentialsArn",
                                                    "Integration.Credentials",
                                                    "Integration.CredentialsArn",
                                                    "AuthorizerCredentials",
                                                    "AuthorizerCredentialsArn",
                                                    "x-amazon-apigateway-integration.credentials",
                                                    "x-amazon-apigateway-authorizer.authorizerCredentials"};
    const std::vector<value::Value> all = pieces(edge.settings);
    return !all.empty() && std::ranges::all_of(all, [&](const value::Value& settings) {
      return std::ranges::any_of(paths, [&](auto path) { return settings.at(path).is_present(); });
    });
  }

  /// A rule may have one role for all its targets.
  [[nodiscard]] bool rule_has_role(const graph::Edge& edge) const {
    const graph::Node& from = system_.node(edge.via.valid() ? edge.via : edge.from);
    return from.type == "AWS::Events::Rule" && property(from, "RoleArn").is_present();
  }

  [[nodiscard]] bool is_off(const graph::Edge& edge) const {
    return property(system_.node(edge.from), "State").as_string() == "DISABLED";
  }

  // --- Whether ---

  /// An alarm invokes functions under a name of its own.
  static std::string_view principal_of(const Caller& caller, std::string_view target) {
    const bool alarm = caller.type == "AWS::CloudWatch::Alarm" && target != function_type;
    return alarm ? "cloudwatch.amazonaws.com" : caller.principal;
  }

  [[nodiscard]] Admittance answer(const graph::Edge& edge, const Caller& caller) const {
    if (is_locked(edge, caller)) return {Tri::no, "key", nullptr, {}};
    const std::string& target = system_.node(edge.to).type;
    if (caller.type == "AWS::CloudWatch::Alarm" && target == topic_type) return {Tri::yes, "", nullptr, {}};
    const std::string_view action = target == function_type ? "lambda:InvokeFunction"
                                    : target == queue_type  ? "sqs:SendMessage"
                                                            : "sns:Publish";
    return leaves_.ask(edge, action, caller.principal);
  }

  /// Whether messages are encrypted with a key of AWS's own, which no service may use for others.
  [[nodiscard]] bool is_locked(const graph::Edge& edge, const Caller& caller) const {
    const std::string& target = system_.node(edge.to).type;
    if (caller.type == "AWS::IoT::TopicRule") return false;
    const auto key = property(system_.node(edge.to), "KmsMasterKeyId").as_string();
    return key && ((target == queue_type && key->ends_with("alias/aws/sqs")) ||
                   (target == topic_type && key->ends_with("alias/aws/sns")));
  }

  // --- When ---

  /// What asks the policy when it is made.
  [[nodiscard]] NodeId maker_of(const graph::Edge& edge, const Caller& caller) const {
    return edge.via.valid() && system_.node(edge.via).type == caller.type ? edge.via : edge.from;
  }

  /// "before" where what asks is surely made before all that would admit it, "unordered" where it may be,
  /// else "after": also where that can't be told.
  [[nodiscard]] std::string_view order_of(NodeId maker, const std::vector<NodeId>& policies) const {
    constexpr std::size_t most = 20;
    if (policies.size() > most) return "after";
    bool unordered = false;
    for (const NodeId policy : policies) {
      if (system_.node(policy).template_index != system_.node(maker).template_index) return "after";
      if (order_.is_made_after(maker, policy) != Tri::no) return "after";
      unordered = unordered || order_.is_made_after(policy, maker) != Tri::yes;
    }
    return unordered ? "unordered" : "before";
  }

  void add(const Schema& schema, Table& table, graph::EdgeId id, const Caller& caller) {
    const graph::Edge& edge = system_.edge(id);
    const Admittance found = answer(edge, caller);
    const std::string reason = found.cause == "key" ? std::string() : leaves_.doubt(edge.to);
    cel::Value admitted(found.admitted == Tri::yes);
    if (found.admitted == Tri::unknown)
      admitted = cel::Value::unknown("whether its policy lets it in is not known");
    if (found.admitted == Tri::no && !reason.empty()) admitted = cel::Value::unknown(reason);
    const bool dead_letters = edge.kind == graph::EdgeKind::dead_letters;
    const NodeId maker = maker_of(edge, caller);
    const bool asked = caller.refused && !dead_letters;
    const bool ordered = asked && !found.policies.empty() && system_.node(maker).resource != nullptr;
    const std::string& target = system_.node(edge.to).type;
    std::vector<Step> steps{{edge.evidence.front().span, edge.evidence.front().text}};
    if (found.closest != nullptr) {
      const graph::Node& policy = system_.node(found.closest->policy);
      const value::Value who = found.closest->value.get("Principal");
      const value::Value source = found.closest->value.get("SourceArn");
      std::string text = quoted(shown_name(policy)) + " lets " + quoted(who.display()) + " in";
      if (source.is_present()) text += " from " + quoted(source.display());
      if (who.is_present()) steps.push_back({id_span(policy), std::move(text)});
    }
    NodeId policy = found.closest != nullptr ? found.closest->policy : NodeId{};
    if (!found.policies.empty()) policy = found.policies.front();
    add_row(table, schema,
            {{"edge", edge_cell(facts_, id)},
             {"caller", resource_cell(facts_, edge.from)},
             {"target", resource_cell(facts_, edge.to)},
             {"kind", target == function_type ? "function"
                      : target == queue_type  ? "queue"
                                              : "topic"},
             {"service", principal_of(caller, target)},
             {"dead_letters", dead_letters},
             {"admitted", std::move(admitted)},
             {"cause", found.admitted == Tri::no ? cel::Value(found.cause) : cel::Value()},
             {"refused", asked},
             {"maker", resource_cell(facts_, maker)},
             {"policy", resource_cell(facts_, policy)},
             {"order", ordered ? cel::Value(order_of(maker, found.policies)) : cel::Value()},
             {"at", cel::Value(edge.evidence.front().text).at(edge.evidence.front().span)}},
            edge.evidence.front().span, std::move(steps));
  }

  const Facts& facts_;
  const graph::System& system_;
  Leaves leaves_;
  const MakingOrder& order_;
};

void compute(const Facts& facts, const Schema& schema, Table& table) {
  Admissions(facts).report(schema, table);
}

} // namespace

const Analysis& admission_analysis() {
  static const Analysis analysis{
      {"admissions",
       "Who calls a function, or sends to a queue or topic, by leave of the target's own policy (a "
       "permission "
       "of the function); calls with a role left out",
       {
           {"edge", "edge", "", "the call"},
           {"caller", "resource", "", "who calls"},
           {"target", "resource", "", "the function, queue or topic"},
           {"kind", "string", "", "`function`, `queue` or `topic`"},
           {"service", "string", "", "whom the policy has to let in: `s3.amazonaws.com` …"},
           {"dead_letters", "bool", "", "it only sends what it could not deliver elsewhere"},
           {"admitted", "bool", "",
            "the policy lets it in; unknown where it may, or something out of sight may add to it"},
           {"cause", "string", "",
            "why it is not let in: `none` (nothing lets anyone in), `other-service`, `other-source`, `key` "
            "(messages are encrypted with the key that AWS manages, which services can't use for others); "
            "null where it is, or may be"},
           {"refused", "bool", "",
            "the deployment fails where it is not let in; else it does, and what is sent is lost"},
           {"maker", "resource", "", "what asks the policy when it is made: the bucket, the filter …"},
           {"policy", "resource", "",
            "the first permission or policy that lets it in, or may; else one that lets others in; else "
            "null"},
           {"order", "string", "",
            "where the policy is asked when `maker` is made: `before` (it is surely made before the policy), "
            "`unordered` (it may be) or `after`; else null"},
           {"at", "string", "", "stands where the call is declared; for `at`"},
       }},
      compute};
  return analysis;
}

} // namespace slsaudit::analysis
