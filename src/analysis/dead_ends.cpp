// SPDX-License-Identifier: Apache-2.0
// Table "dead_ends": what leads nowhere, and what nothing leads to.
//
// What an output or a parameter store hands on, what another account is let into, and what a wide grant may
// use is not surely dead: `certain` is unknown there.
#include "analysis/analyses.hpp"
#include "analysis/functions.hpp"
#include "analysis/grants.hpp"
#include "analysis/permissions.hpp"
#include "analysis/reach.hpp"
#include "graph/types.hpp"
#include "text/words.hpp"

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
      : facts_(facts), system_(facts.system()), permissions_(facts.shared<Permissions>()),
        helpers_(deployment_helpers(facts)), handed_on_(system_.nodes.size()), let_in_(system_.nodes.size()) {
    for (std::size_t t = 0; t < system_.templates.size(); ++t) {
      for (const dialect::Output& output : system_.templates[t].outputs) {
        // The framework's own are for nobody.
        if (output.name_span.valid()) note_handed_on(t, output.value, "an output hands it on");
      }
    }
    for (const graph::NodeId id : facts.nodes_of_type("AWS::SSM::Parameter")) {
      const graph::Node& node = system_.node(id);
      note_handed_on(node.template_index, property(node, "Value"),
                     "a parameter of Systems Manager hands it on");
    }
    for (const graph::Statement& statement : system_.statements) {
      if (statement.resource.valid() && lets_others_in(statement)) let_in_[statement.resource.index()] = true;
    }
    for (const graph::NodeId id : facts.nodes_of_type("AWS::Lambda::EventSourceMapping")) {
      const graph::Node& node = system_.node(id);
      if (names_unknown(node, "EventSourceArn")) unresolved_mapping_ = true;
    }
    for (const graph::NodeId id : facts.nodes_of_type("AWS::SNS::Subscription")) {
      // A topic by its whole name elsewhere is known: it is none of these.
      const graph::Node& node = system_.node(id);
      const bool written_out = property(node, "TopicArn").as_string().has_value();
      if (!written_out && names_unknown(node, "TopicArn")) unresolved_subscription_ = true;
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
  /// Whether a property names something that is no resource of the system, as far as can be told.
  [[nodiscard]] bool names_unknown(const graph::Node& node, std::string_view key) const {
    const value::Value named = property(node, key);
    return named.is_present() && !graph::resolve(system_, node.template_index, named).valid();
  }

  /// Words of a name that tell something, none in the plural: "order" and "topic" of `OrderTopics`.
  static std::set<std::string> telling_words(std::string_view name) {
    constexpr std::size_t shortest = 4;
    std::set<std::string> words;
    for (std::string& word : text::words_of(name)) {
      if (word.ends_with('s')) word.pop_back();
      if (word.size() >= shortest) words.insert(std::move(word));
    }
    return words;
  }

  /// Whether a name that nothing declares may be a misspelt one of what seems to be of no use: a word is the
  /// same.
  [[nodiscard]] bool may_be_misspelt(const graph::Node& node) const {
    const std::set<std::string> words = telling_words(node.label);
    return std::ranges::any_of(
        system_.templates[node.template_index].undeclared, [&](std::string_view undeclared) {
          const std::set<std::string> others = telling_words(undeclared);
          return std::ranges::any_of(others, [&](const std::string& word) { return words.contains(word); });
        });
  }

  void note_handed_on(std::size_t where, const value::Value& value, std::string_view how) {
    for (const value::Value& one : value.alternatives()) {
      for (const graph::NodeId node : named_nodes(system_, where, one)) {
        if (handed_on_[node.index()].empty()) handed_on_[node.index()] = how;
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
    if (resource->author.generated || runs_elsewhere(system_, function)) return true;
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

  /// Principals that may do something, by what they may do it to.
  struct Holders {
    std::vector<const Principal*> to_anything; ///< Of a service, or of all.
    std::map<graph::NodeId, std::vector<const Principal*>> to;
  };
  [[nodiscard]] const Holders& holders_of_action(std::string_view action) const {
    const auto [entry, is_new] = by_action_.try_emplace(action);
    if (!is_new) return entry->second;
    Holders& holders = entry->second;
    const auto add = [](std::vector<const Principal*>& list, const Principal& principal) {
      if (list.empty() || list.back() != &principal) list.push_back(&principal);
    };
    for (const Principal& principal : permissions_.principals()) {
      for (const Right& right : principal.rights) {
        if (!right.allow || !right.names(action)) continue;
        for (const Covered& resource : right.resources) {
          if (resource.vague) add(holders.to_anything, principal);
          for (const graph::NodeId node : resource.nodes) add(holders.to[node], principal);
        }
      }
    }
    return holders;
  }

  /// A role that the framework makes for CodeDeploy: it starts hooks alone, and `is_hook` knows them.
  [[nodiscard]] bool only_deploys(graph::NodeId role) const {
    const dialect::Resource* resource = system_.node(role).resource;
    if (resource == nullptr || !resource->author.generated) return false;
    const value::Value statements = property(system_.node(role), "AssumeRolePolicyDocument").get("Statement");
    return statements.is_list() && !statements.items().empty() &&
           std::ranges::all_of(statements.items(), [](const value::Value& statement) {
             const value::Value service = statement.get("Principal").get("Service");
             const value::Value& one =
                 service.is_list() && service.items().size() == 1 ? service.items().front() : service;
             return one.display() == "codedeploy.amazonaws.com";
           });
  }

  /// The first principal that may do it to a node, those left out that act for the node itself alone.
  [[nodiscard]] const Principal* user_of(graph::NodeId node, std::string_view action) const {
    const Holders& holders = holders_of_action(action);
    const auto named = holders.to.find(node);
    const auto first = [&](const std::vector<const Principal*>& candidates) -> const Principal* {
      const auto found = std::ranges::find_if(candidates, [&](const Principal* principal) {
        if (only_deploys(principal->node)) return false;
        if (permissions_.hold_on(*principal, action, node).right == nullptr) return false;
        // Who may do what it names was given it for a purpose; a function may always call itself.
        const std::vector<graph::NodeId> users = holders_of(system_, principal->node);
        return users.size() != 1 || users.front() != node;
      });
      return found == candidates.end() ? nullptr : *found;
    };
    const Principal* anything = first(holders.to_anything);
    const Principal* this_one = named == holders.to.end() ? nullptr : first(named->second);
    if (anything == nullptr || this_one == nullptr) return anything != nullptr ? anything : this_one;
    return anything->node < this_one->node ? anything : this_one;
  }

  [[nodiscard]] static bool has_unknown_part(const dialect::Template& source) {
    return std::ranges::any_of(source.problems,
                               [](const auto& problem) { return problem.name == "unknown-part"; });
  }

  [[nodiscard]] std::string doubt(graph::NodeId node, const Kind& kind) const {
    const std::size_t where = system_.node(node).template_index;
    if (!handed_on_[node.index()].empty()) return std::string(handed_on_[node.index()]);
    if (let_in_[node.index()]) return "its policy lets others in";
    if (kind.kind != "rule" && system_.templates[where].unread.functions)
      return "some functions of its service are in files that can't be read";
    // An event that is not known as a whole is no resource: whom it starts, and from what, isn't seen.
    if (kind.kind != "rule" && has_unknown_part(system_.templates[where]))
      return "a part of its service is not known";
    if (kind.kind != "rule" && kind.kind != "function" && may_be_misspelt(system_.node(node)))
      return "a name that nothing declares may mean it";
    if (unresolved_subscription_ && kind.kind == "topic")
      return "something subscribes to a topic that is not known";
    if (unresolved_mapping_ && (kind.kind == "queue" || kind.kind == "stream"))
      return "an event source mapping reads something that is not known";
    if (kind.action.empty()) return {};
    const Principal* user = user_of(node, kind.action);
    if (user != nullptr) return quoted(shown_name(system_.node(user->node))) + " may use it";
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
  const Permissions& permissions_;
  const std::vector<bool>& helpers_;
  std::vector<std::string_view> handed_on_; ///< In words, what names it for others; empty where nothing does.
  std::vector<bool> let_in_;                ///< A policy of it lets others in.
  bool unresolved_mapping_ = false;
  bool unresolved_subscription_ = false;
  mutable std::map<std::string_view, Holders> by_action_;
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
            "unknown where something out of sight may use it: an output or a parameter of Systems Manager "
            "hands "
            "it on, its policy lets others in, a role may"},
           {"reason", "string", "", "why that is not certain; null where it is"},
       }},
      compute};
  return analysis;
}

} // namespace slsaudit::analysis
