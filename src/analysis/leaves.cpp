// SPDX-License-Identifier: Apache-2.0
#include "analysis/leaves.hpp"

#include "analysis/analyses.hpp"
#include "analysis/pieces.hpp"
#include "graph/index.hpp"
#include "knowledge/iam.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::analysis {
namespace {

using graph::NodeId;

constexpr std::string_view permission_type = "AWS::Lambda::Permission";

/// What resources attach a policy to a queue or topic, and by which properties.
struct PolicyType {
  std::string_view type;
  std::string_view targets;
};
constexpr std::array policy_types{
    PolicyType{"AWS::SNS::TopicInlinePolicy", "TopicArn"},
    PolicyType{"AWS::SNS::TopicPolicy", "Topics"},
    PolicyType{"AWS::SQS::QueueInlinePolicy", "Queue"},
    PolicyType{"AWS::SQS::QueuePolicy", "Queues"},
};

Tri both(Tri a, Tri b) {
  return std::min(a, b);
}

/// Whether a text is one that `fits`; one that is not known may be.
template <class Fits> Tri any_of(const value::Value& value, const Fits& fits) {
  Tri result = Tri::no;
  for (const value::Value& one : pieces(value)) {
    const auto known = one.as_string();
    result = either(result, !known ? Tri::unknown : fits(*known) ? Tri::yes : Tri::no);
  }
  return result;
}

bool is_principal(std::string_view said, std::string_view principal) {
  // The older name of the logs' service has its region in it.
  const bool regional = principal == "logs.amazonaws.com" && said.starts_with("logs.");
  return said == "*" || regional || said.starts_with(principal);
}

Tri names_action(const Leave& leave, std::string_view action) {
  if (leave.value.get("NotAction").is_present()) return Tri::unknown;
  return any_of(leave.value.get("Action"), [&](std::string_view pattern) {
    return pattern == "*" || knowledge::wildcard_match(pattern, action);
  });
}

Tri names_principal(const Leave& leave, std::string_view principal) {
  const auto fits = [&](std::string_view said) { return is_principal(said, principal); };
  const value::Value who = leave.value.get("Principal");
  if (leave.value.get("NotPrincipal").is_present() || who.is_unknown()) return Tri::unknown;
  if (!who.is_map()) return any_of(who, fits);
  const auto everyone = [](std::string_view said) { return said == "*"; };
  return either(any_of(who.get("Service"), fits), any_of(who.get("AWS"), everyone));
}

} // namespace

Leaves::Leaves(const Facts& facts) : facts_(facts), system_(facts.system()) {
  read_permissions();
  for (const PolicyType& row : policy_types) read_policies(row.type, row.targets);
  for (const dialect::Template& each : system_.templates) {
    for (const text::Problem& problem : each.problems)
      if (problem.name == "macro-not-run") doubt_ = "a macro may add a permission";
  }
}

void Leaves::read_permissions() {
  for (const NodeId id : facts_.nodes_of_type(permission_type)) {
    const graph::Node& node = system_.node(id);
    const value::Value name = property(node, "FunctionName");
    note_targets(id, name, {from_source({id, node.resource->properties, {}, Tri::yes})}, "permission");
  }
}

void Leaves::read_policies(std::string_view type, std::string_view targets) {
  for (const NodeId id : facts_.nodes_of_type(type)) {
    const value::Value statement = property(system_.node(id), "PolicyDocument.Statement");
    std::vector<Leave> leaves;
    bool complete = statement.is_present();
    for (const value::Value& one : pieces(statement)) {
      const auto effect = one.get("Effect").as_string();
      complete = complete && one.is_map() && effect.has_value();
      if (effect == "Allow") leaves.push_back({id, one, {}, Tri::yes});
    }
    // A policy that can't be read lets in nobody knows whom.
    if (!complete) leaves.push_back({id, {}, {}, Tri::yes});
    note_targets(id, property(system_.node(id), targets), leaves, "policy");
  }
}

void Leaves::note_targets(NodeId policy, const value::Value& targets, const std::vector<Leave>& leaves,
                          std::string_view what) {
  const std::size_t where = system_.node(policy).template_index;
  for (const value::Value& name : pieces(targets)) {
    const NodeId target = graph::resolve(system_, where, name);
    if (!target.valid()) {
      doubt_ = "it is not known what the " + std::string(what) + " " +
               quoted(shown_name(system_.node(policy))) + " is for";
      continue;
    }
    for (const Leave& leave : leaves) note(leaves_[target], kept_.emplace_back(leave));
  }
}

Leave Leaves::from_source(Leave leave) const {
  const value::Value source = leave.value.get("SourceArn");
  if (!source.is_present()) return leave;
  const graph::Match match = system_.index->match(system_.node(leave.policy).template_index, source);
  if (!match.vague) leave.sources = match.nodes;
  leave.any = Tri::unknown;
  return leave;
}

void Leaves::note(OfTarget& all, const Leave& leave) const {
  if (leave.sources.empty()) all.general.push_back(&leave);
  for (const NodeId source : leave.sources) {
    all.by_source[source].push_back(&leave);
    all.kinds.try_emplace({system_.node(source).type, leave.value.get("Principal").display(),
                           leave.value.get("Action").display()},
                          &leave);
  }
}

/// What may let a call in: each that is for any source or for its own, and one of each kind of the others.
std::vector<const Leave*> Leaves::leaves_for(const OfTarget& all, const graph::Edge& edge) {
  std::vector<const Leave*> result = all.general;
  for (const NodeId source : {edge.from, edge.via}) {
    const auto own = source.valid() ? all.by_source.find(source) : all.by_source.end();
    if (own != all.by_source.end()) result.insert(result.end(), own->second.begin(), own->second.end());
  }
  for (const auto& kind : all.kinds) result.push_back(kind.second);
  return result;
}

// --- Questions ---

/// Whether the source that a permission names is the caller. Only another resource of its type is surely
/// none.
Tri Leaves::names_source(const Leave& leave, const graph::Edge& edge) const {
  if (leave.sources.empty()) return leave.any;
  const auto is = [&](NodeId node) { return node == edge.from || node == edge.via; };
  if (std::ranges::any_of(leave.sources, is)) return Tri::yes;
  const std::string& type = system_.node(edge.from).type;
  const auto is_other = [&](NodeId node) { return system_.node(node).type == type; };
  const bool others = std::ranges::all_of(leave.sources, is_other);
  return others && system_.node(edge.from).resource != nullptr ? Tri::no : Tri::unknown;
}

Admittance Leaves::ask(const graph::Edge& edge, std::string_view action, std::string_view principal) const {
  Admittance result;
  const auto found = leaves_.find(edge.to);
  if (found == leaves_.end()) return result;
  for (const Leave* leave : leaves_for(found->second, edge)) {
    const Tri service = leave->value.is_absent()
                            ? Tri::unknown
                            : both(names_action(*leave, action), names_principal(*leave, principal));
    const Tri all = both(service, names_source(*leave, edge));
    if (all != Tri::no) result.policies.push_back(leave->policy);
    if (all > result.admitted || result.closest == nullptr ||
        (result.admitted == Tri::no && service != Tri::no)) {
      result.closest = leave;
      result.cause = service != Tri::no ? "other-source" : "other-service";
    }
    result.admitted = either(result.admitted, all);
  }
  return result;
}

const std::string& Leaves::doubt(NodeId target) {
  if (!doubt_.empty()) return doubt_;
  const auto [entry, is_new] = doubts_.try_emplace(target);
  if (is_new) entry->second = doubt_about(target);
  return entry->second;
}

std::string Leaves::doubt_about(NodeId target) const {
  for (const graph::EdgeId id : system_.incoming[target.index()]) {
    const graph::Node& from = system_.node(system_.edge(id).from);
    if (from.resource == nullptr) continue;
    if (from.type == "AWS::CloudFormation::Stack")
      return "the stack " + quoted(shown_name(from)) + " may let it in";
    const bool custom =
        from.type.starts_with("Custom::") || from.type == "AWS::CloudFormation::CustomResource";
    const value::Value token = property(from, "ServiceToken");
    if (custom && graph::resolve(system_, from.template_index, token) != target)
      return "the custom resource " + quoted(shown_name(from)) + " may let it in";
  }
  return {};
}

} // namespace slsaudit::analysis
