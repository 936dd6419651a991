// SPDX-License-Identifier: Apache-2.0
// Table "needs": what roles are there for, by what a template declares: a function's role reads the queue
// that a mapping polls, an API's role sends to the queue behind its route, a workflow's role invokes its
// functions.
#include "analysis/analyses.hpp"
#include "analysis/duties.hpp"
#include "analysis/pieces.hpp"
#include "analysis/sure_rights.hpp"
#include "graph/index.hpp"

#include <algorithm>
#include <set>

namespace slsaudit::analysis {
namespace {

using graph::EdgeKind;
using graph::NodeId;

struct Need {
  NodeId actor;
  NodeId role;
  NodeId target; ///< Invalid: the network.
  std::string_view purpose;
  std::vector<std::string> actions;
  bool any = false; ///< One of the actions will do.
  bool refused = false;
  text::Span at;
};

class Needs {
public:
  explicit Needs(const Facts& facts)
      : facts_(facts), system_(facts.system()), permissions_(facts.shared<Permissions>()), rights_(facts) {}

  void report(const Schema& schema, Table& table) {
    for (const graph::Edge& edge : system_.edges) read(edge);
    for (const NodeId function : facts_.nodes_of_type(function_type)) read_network(function);
    for (const NodeId machine : facts_.nodes_of_type("AWS::StepFunctions::StateMachine")) read_logs(machine);
    for (const Declared& row : declared_duties()) read_declared(row);
    std::ranges::stable_sort(needs_, [](const Need& a, const Need& b) {
      return std::tie(a.actor, a.target, a.role, a.purpose) < std::tie(b.actor, b.target, b.role, b.purpose);
    });
    for (const Need& need : needs_) add(schema, table, need);
  }

private:
  [[nodiscard]] NodeId role_of(NodeId compute) const {
    const std::vector<const Principal*> roles = permissions_.of_compute(compute);
    return roles.size() == 1 ? roles.front()->node : NodeId{};
  }

  [[nodiscard]] NodeId role_named(const graph::Edge& edge, const value::Value& named) const {
    const NodeId where = edge.via.valid() ? edge.via : edge.from;
    return graph::resolve(system_, system_.node(where).template_index, named);
  }

  static std::vector<value::Value> each(const value::Value& settings) {
    if (!settings.is_list()) return {settings};
    return {settings.items().begin(), settings.items().end()};
  }

  void note(const graph::Edge& edge, NodeId actor, NodeId role, NodeId target, std::string_view purpose,
            std::vector<std::string> actions, bool any, bool refused) {
    if (!role.valid() || permissions_.of(role) == nullptr || actions.empty()) return;
    needs_.push_back(
        {actor, role, target, purpose, std::move(actions), any, refused, edge.evidence.front().span});
  }

  void read(const graph::Edge& edge) {
    if (edge.evidence.front().basis != graph::Basis::declared) return;
    const graph::Node& from = system_.node(edge.from);
    const graph::Node& to = system_.node(edge.to);
    if (edge.kind == EdgeKind::assumes && from.resource != nullptr && to.resource != nullptr &&
        actor_of(from.type) != nullptr && permissions_.of(edge.to) != nullptr)
      needs_.push_back({edge.from, edge.to, {}, "runs with", {}, false, false, edge.evidence.front().span});
    if (edge.kind == EdgeKind::polls && from.resource != nullptr) read_poll(edge, from.type, to.type);
    if (to.resource == nullptr || from.resource == nullptr) return;
    if (from.type == function_type && edge.kind == EdgeKind::dead_letters)
      deliver(edge, role_of(edge.from), "sends failed events to", !edge.via.valid());
    if (from.type == function_type && edge.kind == EdgeKind::dead_letters)
      note_key(edge, edge.from, role_of(edge.from), edge.to, "sends failed events to what is encrypted with",
               {"kms:GenerateDataKey", "kms:Decrypt"});
    if (from.type == "AWS::Pipes::Pipe" && edge.kind != EdgeKind::assumes)
      deliver(edge, role_of(edge.from), "delivers to", false);
    const bool rule = from.type == "AWS::Scheduler::Schedule" || from.type == "AWS::Events::Rule";
    if (rule && edge.kind != EdgeKind::dead_letters) {
      for (const value::Value& settings : each(edge.settings))
        deliver(edge, role_named(edge, settings.get("RoleArn")), "delivers to", false);
    }
    if (from.type == "AWS::StepFunctions::StateMachine") read_states(edge);
    if (edge.kind == EdgeKind::routes) read_route(edge);
  }

  void read_poll(const graph::Edge& edge, std::string_view source, std::string_view poller) {
    if (poller != function_type && poller != "AWS::Pipes::Pipe") return;
    // A consumer of a stream's own is told by a call that is made for it.
    const NodeId role = role_of(edge.to);
    const Principal* principal = role.valid() ? permissions_.of(role) : nullptr;
    if (principal == nullptr) return;
    if (source == "AWS::Kinesis::Stream" &&
        rights_.may(*principal, "kinesis:SubscribeToShard", {}) != Tri::no)
      return;
    note(edge, edge.to, role, edge.from, "reads", polling_of(source), false, poller == function_type);
    note_key(edge, edge.to, role, edge.from, "reads what is encrypted with", {"kms:Decrypt"});
  }

  /// The customer's key that what passes through is encrypted with, where its policy is in sight.
  [[nodiscard]] NodeId key_of(NodeId carrier) const {
    const graph::Node& node = system_.node(carrier);
    const std::string_view setting = node.type == "AWS::Kinesis::Stream" ? "StreamEncryption.KeyId"
                                     : node.type == "AWS::SQS::Queue" || node.type == "AWS::SNS::Topic"
                                         ? "KmsMasterKeyId"
                                         : "";
    if (setting.empty() || node.resource == nullptr) return {};
    const NodeId key = graph::resolve(system_, node.template_index, property(node, setting));
    if (!key.valid() || !is_type(system_, key, "AWS::KMS::Key")) return {};
    const value::Value policy = property(system_.node(key), "KeyPolicy");
    const std::vector<value::Value> statements = pieces(policy.get("Statement"));
    const bool seen = policy.is_map() && !statements.empty() &&
                      std::ranges::all_of(statements, [](const value::Value& one) { return one.is_map(); });
    return seen ? key : NodeId{};
  }

  void note_key(const graph::Edge& edge, NodeId actor, NodeId role, NodeId carrier, std::string_view purpose,
                std::vector<std::string> actions) {
    const NodeId key = key_of(carrier);
    if (key.valid()) note(edge, actor, role, key, purpose, std::move(actions), false, false);
  }

  void deliver(const graph::Edge& edge, NodeId role, std::string_view purpose, bool refused) {
    note(edge, edge.from, role, edge.to, purpose, delivery_to(system_.node(edge.to).type), true, refused);
  }

  void read_states(const graph::Edge& edge) {
    std::set<std::string> actions;
    bool waits = false;
    for (const value::Value& state : each(edge.settings)) {
      if (state.get("Credentials").is_present()) continue; // it acts as somebody else
      const value::Value resource = state.get("Resource");
      std::string action = action_of_state(resource);
      const bool by_name =
          action.empty() && edge.kind == EdgeKind::invokes && is_type(system_, edge.to, function_type) &&
          graph::resolve(system_, system_.node(edge.from).template_index, resource) == edge.to;
      if (by_name) action = "lambda:InvokeFunction";
      if (!action.empty() && permissions_.expand(action).size() == 1) actions.insert(std::move(action));
      if (makes_rule(resource)) waits = true;
    }
    if (waits)
      note(edge, edge.from, role_of(edge.from), edge.to, "waits for", {"events:PutRule"}, false, true);
    note(edge, edge.from, role_of(edge.from), edge.to, "calls", {actions.begin(), actions.end()}, false,
         false);
  }

  void read_route(const graph::Edge& edge) {
    for (const value::Value& settings : each(edge.settings)) {
      value::Value integration = settings.get("Integration");
      if (!integration.is_present()) integration = settings.get("x-amazon-apigateway-integration");
      if (!integration.is_present()) integration = settings;
      for (const std::string_view key : {"Credentials", "CredentialsArn", "credentials"}) {
        const NodeId role = role_named(edge, integration.get(key));
        std::string action = action_of_integration(integration);
        if (!role.valid() || permissions_.expand(action).size() != 1) continue;
        note(edge, edge.from, role, edge.to, "calls", {std::move(action)}, false, false);
      }
    }
  }

  void read_network(NodeId function) {
    const graph::Node& node = system_.node(function);
    const value::Value subnets = property(node, "VpcConfig.SubnetIds");
    if (!subnets.is_list() || subnets.items().empty()) return;
    const NodeId role = role_of(function);
    if (!role.valid() || permissions_.of(role) == nullptr) return;
    const text::Span key = subnets.key_span();
    needs_.push_back({function,
                      role,
                      {},
                      "attaches to subnets",
                      {"ec2:CreateNetworkInterface"},
                      false,
                      true,
                      key.valid() ? key : subnets.span()});
  }

  void read_declared(const Declared& row) {
    for (const NodeId id : facts_.nodes_of_type(row.type)) {
      const graph::Node& node = system_.node(id);
      const value::Value named = property(node, row.target);
      const NodeId role = graph::resolve(system_, node.template_index, property(node, row.role));
      const NodeId target = graph::resolve(system_, node.template_index, named);
      if (!role.valid() || !target.valid() || permissions_.of(role) == nullptr) continue;
      std::vector<std::string> actions = row.actions;
      if (actions.empty()) actions = delivery_to(system_.node(target).type);
      if (actions.empty()) continue;
      needs_.push_back({id, role, target, row.purpose, std::move(actions), true, row.refused, named.span()});
    }
  }

  /// A workflow's role sets up the delivery of its logs.
  void read_logs(NodeId machine) {
    const value::Value logging = property(system_.node(machine), "LoggingConfiguration");
    const value::Value level = logging.get("Level");
    const value::Value destinations = logging.get("Destinations");
    if (!destinations.is_list() || destinations.items().empty() || !level.as_string() ||
        level.as_string() == "OFF")
      return;
    const NodeId role = role_of(machine);
    if (!role.valid() || permissions_.of(role) == nullptr) return;
    const text::Span key = destinations.key_span();
    needs_.push_back({machine,
                      role,
                      {},
                      "delivers its logs",
                      {"logs:CreateLogDelivery"},
                      false,
                      true,
                      key.valid() ? key : destinations.span()});
  }

  void add(const Schema& schema, Table& table, const Need& need) const {
    const Principal& principal = *permissions_.of(need.role);
    std::vector<std::string> missing;
    Tri held = need.any ? Tri::no : Tri::yes;
    for (const std::string& action : need.actions) {
      // A rule of Step Functions' own is no resource of the system.
      const NodeId target = action == "events:PutRule" ? NodeId{} : need.target;
      const Tri may = rights_.may(principal, action, target);
      held = need.any ? std::max(held, may) : std::min(held, may);
      if (may == Tri::no) missing.push_back(action);
    }
    if (need.any && missing.size() > 1) missing.resize(1);
    if (held != Tri::no) missing.clear();
    const Actor* actor = actor_of(system_.node(need.actor).type);
    const Tri trusted = actor != nullptr ? rights_.trusts(need.role, actor->service) : Tri::unknown;
    const graph::Node& role = system_.node(need.role);
    add_row(table, schema,
            {{"actor", resource_cell(facts_, need.actor)},
             {"role", resource_cell(facts_, need.role)},
             {"target", resource_cell(facts_, need.target)},
             {"purpose", need.purpose},
             {"actions", string_list(need.actions)},
             {"held", cell(held, "whether the role may do it is not known")},
             {"missing", string_list(missing)},
             {"service", actor != nullptr ? cel::Value(actor->service) : cel::Value()},
             {"trusted", cell(trusted, "whom the role trusts is not known")},
             {"refused", need.refused},
             {"checks_trust", actor != nullptr && actor->checks_trust},
             {"at", cel::Value(std::string(need.purpose)).at(need.at)}},
            need.at,
            {{id_span(role), quoted(shown_name(role)) + " is the role of " +
                                 quoted(shown_name(system_.node(need.actor))) + " for that"}});
  }

  static cel::Value cell(Tri known, const char* reason) {
    return known == Tri::unknown ? cel::Value::unknown(reason) : cel::Value(known == Tri::yes);
  }

  const Facts& facts_;
  const graph::System& system_;
  const Permissions& permissions_;
  SureRights rights_;
  std::vector<Need> needs_;
};

void compute(const Facts& facts, const Schema& schema, Table& table) {
  Needs(facts).report(schema, table);
}

} // namespace

const Analysis& need_analysis() {
  static const Analysis analysis{
      {"needs",
       "What roles that templates declare have to be allowed, by what those who act with them are declared "
       "to do: "
       "mappings, dead-letter queues, networks, workflows, pipes, schedules, integrations",
       {
           {"actor", "resource", "", "who acts"},
           {"role", "resource", "", "with which role"},
           {"target", "resource", "", "on what; null for the network and the role alone"},
           {"purpose", "string", "",
            "what it does: `reads`, `calls`, `delivers to` …; `runs with` of the role alone"},
           {"actions", "list", "", "what that takes: all of them, or any one of those that deliver"},
           {"held", "bool", "",
            "the role may do it, under whatever condition; unknown unless all of its policies are in sight"},
           {"missing", "list", "", "what it surely may not do, where that is too little"},
           {"service", "string", "", "whom the role has to trust: `lambda.amazonaws.com` …"},
           {"trusted", "bool", "", "its trust policy says so"},
           {"refused", "bool", "", "the deployment fails where the role may not do it"},
           {"checks_trust", "bool", "", "the deployment fails where the role does not trust the service"},
           {"at", "any", "", "stands where it is declared; for `at`"},
       }},
      compute,
      4};
  return analysis;
}

} // namespace slsaudit::analysis
