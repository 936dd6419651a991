// SPDX-License-Identifier: Apache-2.0
// Table "dead_ends": what leads nowhere, and what nothing leads to.
//
// What an output hands on, what another account is let into, and what a wide grant may use is not surely
// dead: `certain` is unknown there.
#include "analysis/analyses.hpp"
#include "analysis/functions.hpp"
#include "analysis/grants.hpp"
#include "analysis/permissions.hpp"
#include "analysis/reach.hpp"
#include "graph/types.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace slsaudit::analysis {
namespace {

struct Kind {
  std::string_view type;
  std::string_view kind;
  std::string_view what;
  std::string_view action; ///< By which a program gets at it itself; empty for none.
};
constexpr std::array kinds{
    Kind{"AWS::Events::EventBus", "bus", "no rule listens to it", ""},
    Kind{"AWS::Events::Rule", "rule", "it has no target", ""},
    Kind{"AWS::Kinesis::Stream", "stream", "nothing reads it", "kinesis:GetRecords"},
    Kind{"AWS::Lambda::Function", "function", "nothing triggers it", "lambda:InvokeFunction"},
    Kind{"AWS::SNS::Topic", "topic", "nobody subscribes to it", "sns:Subscribe"},
    Kind{"AWS::SQS::Queue", "queue", "nothing polls it", "sqs:ReceiveMessage"},
};

/// Resources that name a function without ever starting it.
constexpr std::array<std::string_view, 14> silent_types{
    "AWS::ApplicationAutoScaling::",
    "AWS::Budgets::",
    "AWS::CloudWatch::",
    "AWS::IAM::",
    "AWS::KMS::",
    "AWS::Lambda::Alias",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Lambda::LayerVersion",
    "AWS::Lambda::Permission",
    "AWS::Lambda::Version",
    "AWS::Logs::",
    "AWS::SSM::Parameter",
    "AWS::SecretsManager::Secret",
    "AWS::S3::BucketPolicy",
};

class DeadEnds {
public:
  explicit DeadEnds(const Facts& facts)
      : facts_(facts), system_(facts.system()), permissions_(facts), helpers_(deployment_helpers(facts)),
        handed_on_(system_.nodes.size()), let_in_(system_.nodes.size()) {
    for (std::size_t t = 0; t < system_.templates.size(); ++t) {
      for (const dialect::Output& output : system_.templates[t].outputs) {
        if (output.name_span.valid()) note_output(t, output.value); // the framework's own are for nobody
      }
    }
    for (const graph::Statement& statement : system_.statements) {
      if (statement.resource.valid() && lets_others_in(statement)) let_in_[statement.resource.index()] = true;
    }
    for (const graph::NodeId id : facts.nodes_of_type("AWS::Lambda::EventSourceMapping")) {
      const graph::Node& node = system_.node(id);
      const value::Value source = property(node, "EventSourceArn");
      if (source.is_present() && !graph::resolve(system_, node.template_index, source).valid())
        unresolved_mapping_ = true;
    }
  }

  void report(const Schema& schema, Table& table) {
    for (const Kind& kind : kinds) {
      for (const graph::NodeId node : facts_.nodes_of_type(kind.type)) {
        if (is_dead(node, kind)) add(schema, table, node, kind);
      }
    }
  }

private:
  void note_output(std::size_t where, const value::Value& value) {
    for (const value::Value& one : value.alternatives()) {
      const graph::NodeId node = graph::resolve(system_, where, one);
      if (node.valid()) handed_on_[node.index()] = true;
      for (const value::Part& part : one.parts()) {
        const bool names = part.is_reference && (part.kind == value::ReferenceKind::resource ||
                                                 part.kind == value::ReferenceKind::attribute);
        const graph::NodeId named = names ? system_.find(where, part.name) : graph::NodeId{};
        if (named.valid()) handed_on_[named.index()] = true;
      }
    }
  }

  /// A permission of a function names who calls it; other policies let in whom they name, services that only
  /// send aside.
  [[nodiscard]] static bool lets_others_in(const graph::Statement& statement) {
    if (!statement.value.get("Effect").is_present()) return true;
    if (!statement.allow) return false;
    const value::Value principal = statement.value.get("Principal");
    return !principal.is_map() || principal.get("AWS").is_present();
  }

  [[nodiscard]] bool is_dead(graph::NodeId node, const Kind& kind) const {
    if (kind.kind == "function") return !is_started(node);
    if (kind.kind == "rule") return is_empty_rule(node);
    for (const graph::EdgeId id : system_.outgoing[node.index()]) {
      if (carries_event(system_.edge(id))) return false;
    }
    for (const graph::EdgeId id : system_.incoming[node.index()]) {
      const graph::Edge& edge = system_.edge(id);
      if (edge.kind == graph::EdgeKind::dead_letters || edge.kind == graph::EdgeKind::reads) return false;
      if (is_reader(edge)) return false;
    }
    return !looks_like_dead_letters(node, kind);
  }

  /// Something else than compute, policies and outputs that names it: it may well read it.
  [[nodiscard]] bool is_reader(const graph::Edge& edge) const {
    if (edge.kind != graph::EdgeKind::refers) return false;
    const graph::Node& from = system_.node(edge.from);
    if (from.type == function_type || from.type == "AWS::SQS::Queue") return false;
    return !is_silent(from.type) && from.type != "AWS::SQS::QueuePolicy" &&
           from.type != "AWS::SNS::TopicPolicy" && from.type != "AWS::Events::EventBusPolicy" &&
           from.type != "AWS::Events::Archive";
  }

  /// Queues that are meant for failures, whatever sends them there.
  [[nodiscard]] bool looks_like_dead_letters(graph::NodeId node, const Kind& kind) const {
    if (kind.kind != "queue") return false;
    if (property(system_.node(node), "RedriveAllowPolicy").is_present()) return true;
    std::string id = system_.node(node).label;
    std::transform(id.begin(), id.end(), id.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return id.find("dlq") != std::string::npos || id.find("deadletter") != std::string::npos;
  }

  [[nodiscard]] bool is_empty_rule(graph::NodeId node) const {
    const value::Value targets = property(system_.node(node), "Targets");
    return targets.is_absent() || (targets.is_list() && targets.items().empty());
  }

  static bool is_silent(std::string_view type) {
    return std::any_of(silent_types.begin(), silent_types.end(),
                       [&](std::string_view silent) { return type.starts_with(silent); });
  }

  [[nodiscard]] bool is_started(graph::NodeId function) const {
    if (helpers_[function.index()] || let_in_[function.index()]) return true;
    const dialect::Resource* resource = system_.node(function).resource;
    if (resource->author.generated || runs_at_edge(system_, function)) return true;
    for (const graph::EdgeId id : system_.incoming[function.index()]) {
      const graph::Edge& edge = system_.edge(id);
      if (edge.from == function) continue;
      if (carries_event(edge) || edge.kind == graph::EdgeKind::requests) return true;
      if (edge.kind == graph::EdgeKind::refers && !is_silent(system_.node(edge.from).type)) return true;
    }
    return is_hook(function);
  }

  /// CodeDeploy lets functions of such names check a deployment.
  [[nodiscard]] bool is_hook(graph::NodeId function) const {
    const value::Value name = property(system_.node(function), "FunctionName");
    return name.display().starts_with("CodeDeployHook_");
  }

  /// Principals that may do it to anything: few, where it is asked of each node again.
  [[nodiscard]] const std::vector<const Principal*>& holders_of_action(std::string_view action) const {
    const auto [entry, is_new] = by_action_.try_emplace(action);
    if (!is_new) return entry->second;
    for (const Principal& principal : permissions_.principals()) {
      const bool names = std::any_of(principal.rights.begin(), principal.rights.end(),
                                     [&](const Right& right) { return right.allow && right.names(action); });
      if (names) entry->second.push_back(&principal);
    }
    return entry->second;
  }

  [[nodiscard]] std::string doubt(graph::NodeId node, const Kind& kind) const {
    if (handed_on_[node.index()]) return "an output hands it on";
    if (let_in_[node.index()]) return "its policy lets others in";
    if (unresolved_mapping_ && (kind.kind == "queue" || kind.kind == "stream"))
      return "an event source mapping reads something that is not known";
    if (kind.action.empty()) return {};
    for (const Principal* holder : holders_of_action(kind.action)) {
      const Principal& principal = *holder;
      const Hold hold = permissions_.hold_on(principal, kind.action, node);
      if (hold.right == nullptr) continue;
      // Who may do what it names was given it for a purpose; a function may always call itself.
      const std::vector<graph::NodeId> holders = holders_of(system_, principal.node);
      if (holders.size() == 1 && holders.front() == node) continue;
      return quoted(shown_name(system_.node(principal.node))) + " may use it";
    }
    return {};
  }

  void add(const Schema& schema, Table& table, graph::NodeId node, const Kind& kind) const {
    const std::string reason = doubt(node, kind);
    add_row(table, schema,
            {{"resource", resource_cell(facts_, node)},
             {"kind", kind.kind},
             {"what", kind.what},
             {"certain", reason.empty() ? cel::Value(true) : cel::Value::unknown(reason)},
             {"reason", reason.empty() ? cel::Value() : cel::Value(reason)}},
            id_span(system_.node(node)));
  }

  const Facts& facts_;
  const graph::System& system_;
  Permissions permissions_;
  std::vector<bool> helpers_;
  std::vector<bool> handed_on_; ///< An output names it.
  std::vector<bool> let_in_;    ///< A policy of it lets others in.
  bool unresolved_mapping_ = false;
  mutable std::map<std::string_view, std::vector<const Principal*>> by_action_;
};

void compute(const Facts& facts, const Schema& schema, Table& table) {
  DeadEnds(facts).report(schema, table);
}

} // namespace

const Analysis& dead_end_analysis() {
  static const Analysis analysis{
      {"dead_ends",
       "What leads nowhere, and functions that nothing leads to; queues for dead letters, helpers of "
       "deployments, edge functions and hooks left out",
       {
           {"resource", "resource", "", "the topic, queue, stream, rule, bus or function"},
           {"kind", "string", "", "`topic`, `queue`, `stream`, `rule`, `bus` or `function`"},
           {"what", "string", "", "what is missing, in words"},
           {"certain", "bool", "",
            "unknown where something out of sight may use it: an output hands it on, its policy lets others "
            "in, a role may"},
           {"reason", "string", "", "why that is not certain; null where it is"},
       }},
      compute};
  return analysis;
}

} // namespace slsaudit::analysis
