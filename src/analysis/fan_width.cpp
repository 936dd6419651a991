// SPDX-License-Identifier: Apache-2.0
#include "analysis/fan_width.hpp"

#include "analysis/analyses.hpp"
#include "analysis/flow.hpp"
#include "analysis/reach.hpp"
#include "graph/types.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

namespace slsaudit::analysis {
namespace {

constexpr std::int64_t most = 1'000'000'000; ///< Sums stop here.

constexpr std::array<std::string_view, 8> handing_to_all{
    "AWS::SNS::Topic",     "AWS::Events::Rule",    "AWS::Events::EventBus",      "outside::event-bus",
    "AWS::IoT::TopicRule", "AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable", "AWS::Kinesis::Stream"};

Width operator+(Width a, Width b) {
  return {std::min(most, a.consumers + b.consumers), std::min(most, a.unbounded + b.unbounded),
          a.open_ended || b.open_ended, a.distributed || b.distributed, a.reads_items || b.reads_items};
}
/// The wider, each number for itself.
Width widest(Width a, Width b) {
  return {std::max(a.consumers, b.consumers), std::max(a.unbounded, b.unbounded),
          a.open_ended || b.open_ended, a.distributed || b.distributed, a.reads_items || b.reads_items};
}
auto rank(const Width& width) {
  return std::tuple(width.open_ended, width.unbounded, width.consumers);
}

bool is_unlimited(const value::Value& map) {
  const bool known_items = map.get("Items").is_list();
  const value::Value limit = map.get("MaxConcurrency");
  const bool limited =
      (limit.is_present() && limit.as_integer() != 0) || map.get("MaxConcurrencyPath").is_present();
  return map.is_map() && !known_items && !limited;
}
bool is_distributed(const value::Value& map) {
  return map.get("Mode").as_string() == "DISTRIBUTED";
}
bool reads_items(const value::Value& map) {
  return is_distributed(map) && map.get("ItemReader").is_present();
}

using MapTest = bool (*)(const value::Value&);

/// A state within a Map whose iterations run at once without a limit. `Maps` is what the graph knows around
/// it.
bool iterates(const graph::Edge& edge, MapTest also = nullptr) {
  const std::vector<value::Value> all = each_of(edge.settings);
  return std::any_of(all.begin(), all.end(), [&](const value::Value& settings) {
    const value::Value maps = settings.get("Maps");
    return std::any_of(maps.items().begin(), maps.items().end(), [&](const value::Value& map) {
      return is_unlimited(map) && (also == nullptr || also(map));
    });
  });
}
using FilterKeys = std::map<std::string, std::vector<graph::EdgeId>>;

/// The same text for equal filters, and no other's. Unknown ones equal none.
std::string key_of_filter(const graph::System& system, graph::EdgeId id, FilterKeys& known) {
  const value::Value& filter = system.edge(id).filter;
  if (!filter.is_present()) return {};
  // What is written in another order is equal too, and has the same letters.
  constexpr std::size_t enough = 1'000'000;
  std::string text = filter.display(enough);
  std::sort(text.begin(), text.end());
  auto& alike = known[text];
  const auto same = std::ranges::find_if(
      alike, [&](graph::EdgeId other) { return system.edge(other).filter.equals(filter); });
  const std::size_t number = static_cast<std::size_t>(same - alike.begin());
  if (same == alike.end()) alike.push_back(id);
  return text + "#" + std::to_string(number);
}

/// Whether a name is the same wherever its template is deployed, as far as the templates say.
bool is_settled(const value::Value& name) {
  using Kind = value::Origin::Kind;
  if (!name.as_string()) return false;
  for (const value::Origin* origin = name.origin(); origin != nullptr; origin = origin->next) {
    const bool settled = origin->kind == Kind::globals || origin->kind == Kind::include ||
                         origin->kind == Kind::variable || origin->kind == Kind::platform_default;
    if (!settled) return false;
  }
  return true;
}

/// Of each template, whether another one declares a resource with the same id, type and name: only one of the
/// two can be deployed in an account and region, so they are variants of one.
std::vector<bool> variants_of(const graph::System& system) {
  std::vector<bool> variants(system.templates.size());
  if (variants.size() < 2) return variants;
  std::map<std::tuple<std::string_view, std::string_view, std::string_view>, std::size_t> first;
  for (const graph::Node& node : system.nodes) {
    const graph::TypeInfo* info = node.resource != nullptr ? graph::type_info(node.type) : nullptr;
    if (info == nullptr || info->name_property.empty() || !node.resource->condition.empty()) continue;
    const value::Value name = property(node, info->name_property);
    if (!is_settled(name)) continue;
    const auto [known, is_new] =
        first.try_emplace({node.type, node.label, *name.as_string()}, node.template_index);
    if (is_new || known->second == node.template_index) continue;
    variants[known->second] = variants[node.template_index] = true;
  }
  return variants;
}

} // namespace

bool iterates_without_limit(const graph::Edge& edge) {
  return iterates(edge);
}

bool reserves_concurrency(const graph::System& system, graph::NodeId function) {
  return property(system.node(function), "ReservedConcurrentExecutions").is_present();
}

FanWidths::FanWidths(const Facts& facts)
    : system_(facts.system()), components_(event_components(facts)), widths_(system_.nodes.size()),
      onward_(system_.nodes.size()), together_(system_.nodes.size()), variants_(variants_of(system_)) {
  find_onward();
  for (const std::size_t component : components_.targets_first) {
    for (const graph::NodeId node : components_.members[component]) widths_[node.index()] = width_of(node);
  }
}

void FanWidths::find_onward() {
  for (std::size_t i = 0; i < system_.edges.size(); ++i) {
    const graph::Edge& edge = system_.edges[i];
    // What hands an event to all hands it to those that it will come back from, too.
    const bool ends_here = hands_to_all(edge.from) && !hands_to_all(edge.to);
    if (carries_event(edge) && (!leads_back(edge) || ends_here)) onward_[edge.from.index()].emplace_back(i);
  }
}

/// Within a loop: what lies behind is not counted, or it would never end.
bool FanWidths::leads_back(const graph::Edge& edge) const {
  return components_.of[edge.from.index()] == components_.of[edge.to.index()];
}

bool FanWidths::hands_to_all(graph::NodeId node) const {
  return std::find(handing_to_all.begin(), handing_to_all.end(), system_.node(node).type) !=
         handing_to_all.end();
}

/// A node without all that lies behind it.
Width FanWidths::alone(graph::NodeId node) const {
  Width result;
  result.unbounded = is_type(system_, node, function_type) && !reserves_concurrency(system_, node) ? 1 : 0;
  return result;
}

Width FanWidths::behind(const graph::Edge& edge) const {
  Width result = leads_back(edge) ? alone(edge.to) : of(edge.to);
  if (!hands_to_all(edge.to) || result.consumers == 0) result.consumers = 1;
  if (edge.mode == graph::Mode::polled) { // The queue, stream or feed holds events back.
    result.unbounded = 0;
    result.open_ended = result.distributed = result.reads_items = false;
  } else if (result.unbounded > 0) {
    result.open_ended = result.open_ended || iterates(edge);
    result.distributed = result.distributed || iterates(edge, is_distributed);
    result.reads_items = result.reads_items || iterates(edge, reads_items);
  }
  return result;
}

Width FanWidths::sum_of(const Edges& edges) const {
  Width total;
  for (const graph::EdgeId id : edges) total = total + behind(system_.edge(id));
  return total;
}

/// The edges without a key, and of the others the widest group of one key.
template <typename Key> FanWidths::Edges FanWidths::widest_group(const Edges& edges, Key key_of) const {
  Edges result;
  std::vector<Edges> groups;
  std::map<std::string, std::size_t> numbers; // By key; in the order of their first edges.
  for (const graph::EdgeId id : edges) {
    const std::string key = key_of(id);
    if (key.empty()) {
      result.push_back(id);
      continue;
    }
    const auto [entry, is_new] = numbers.try_emplace(key, groups.size());
    if (is_new) groups.emplace_back();
    groups[entry->second].push_back(id);
  }
  const Edges* best = nullptr;
  Width widest_sum;
  for (const Edges& group : groups) {
    const Width sum = sum_of(group);
    if (best != nullptr && !(rank(widest_sum) < rank(sum))) continue;
    best = &group;
    widest_sum = sum;
  }
  if (best != nullptr) result.insert(result.end(), best->begin(), best->end());
  return result;
}

/// The template of an edge's target, where it is one of several variants and the node that the edge leaves is
/// in none of them; else empty.
std::string FanWidths::variant_of(graph::EdgeId id) const {
  const graph::Edge& edge = system_.edge(id);
  const graph::Node& from = system_.node(edge.from);
  const graph::Node& to = system_.node(edge.to);
  if (to.resource == nullptr || !variants_[to.template_index]) return {};
  const bool inside = from.resource != nullptr && from.template_index == to.template_index;
  return inside ? std::string() : std::to_string(to.template_index);
}

/// The conditions on which an edge depends more than the node that it leaves; empty when there are none.
std::string FanWidths::conditions_of(graph::EdgeId id) const {
  const graph::Edge& edge = system_.edge(id);
  const auto name_of = [&](graph::NodeId node) {
    const dialect::Resource* resource = node.valid() ? system_.node(node).resource : nullptr;
    if (resource == nullptr || resource->condition.empty()) return std::string();
    return std::to_string(system_.node(node).template_index) + ":" + std::string(resource->condition) + " ";
  };
  const std::string own = name_of(edge.from);
  std::string result;
  for (const graph::NodeId node : {edge.via, edge.to}) {
    const std::string name = name_of(node);
    if (name != own && result.find(name) == std::string::npos) result += name;
  }
  return result;
}

/// Of edges that filter, the widest group whose filters all let the events of one of them through; where
/// there are too many to compare them all, of equal filters.
FanWidths::Edges FanWidths::passing_together(const Edges& edges) const {
  constexpr std::size_t most_compared = 64;
  if (edges.size() > most_compared) {
    FilterKeys known;
    return widest_group(edges, [&](graph::EdgeId id) { return key_of_filter(system_, id, known); });
  }
  Edges result;
  Edges filtering;
  for (const graph::EdgeId id : edges)
    (system_.edge(id).filter.is_present() ? filtering : result).push_back(id);
  Edges best;
  for (const graph::EdgeId narrow : filtering) {
    Edges group;
    std::copy_if(filtering.begin(), filtering.end(), std::back_inserter(group), [&](graph::EdgeId id) {
      return id == narrow ||
             graph::overlap(system_, system_.edge(narrow), system_.edge(id)) == graph::Verdict::matches;
    });
    if (best.empty() || rank(sum_of(best)) < rank(sum_of(group))) best = std::move(group);
  }
  result.insert(result.end(), best.begin(), best.end());
  return result;
}

/// Edges that surely carry the same event: those without a filter and the widest group of filters that let
/// the same events through. Of these, those that always exist and the widest group that depends on the same
/// condition: two conditions may exclude each other, and so do variants
/// of one template.
FanWidths::Edges FanWidths::find_together(graph::NodeId node) const {
  const Edges passing = passing_together(onward(node));
  const Edges deployed = widest_group(passing, [&](graph::EdgeId id) { return variant_of(id); });
  return widest_group(deployed, [&](graph::EdgeId id) { return conditions_of(id); });
}

const FanWidths::Edges& FanWidths::taken(graph::NodeId node) const {
  if (!hands_to_all(node)) return onward(node);
  std::optional<Edges>& known = together_[node.index()];
  if (!known) known = find_together(node);
  return *known;
}

Width FanWidths::width_of(graph::NodeId node) const {
  Width result;
  if (hands_to_all(node)) {
    for (const graph::EdgeId id : taken(node)) result = result + behind(system_.edge(id));
    return result;
  }
  for (const graph::EdgeId id : onward(node)) result = widest(result, behind(system_.edge(id)));
  result.unbounded = std::max(result.unbounded, alone(node).unbounded);
  return result;
}

bool FanWidths::multiplies(graph::NodeId node) const {
  Width single;
  bool opens = false;
  for (const graph::EdgeId id : onward(node)) {
    const Width one = behind(system_.edge(id));
    opens = opens || (one.open_ended && !of(system_.edge(id).to).open_ended);
    single = widest(single, one);
  }
  if (opens) return true;
  if (!hands_to_all(node)) return false;
  const Width& all = of(node);
  return all.consumers > std::max<std::int64_t>(single.consumers, 1) ||
         all.unbounded > std::max<std::int64_t>(single.unbounded, 1);
}

} // namespace slsaudit::analysis
