// SPDX-License-Identifier: Apache-2.0
#include "graph/passes.hpp"

#include "graph/events.hpp"
#include "graph/keys.hpp"
#include "graph/service_events.hpp"

#include <algorithm>

namespace slsaudit::graph {

namespace {

bool is_bus(const System& system, NodeId node) {
  const std::string& type = system.node(node).type;
  return type == "AWS::Events::EventBus" || type == "outside::event-bus";
}
bool is_type(const System& system, NodeId node, std::string_view type) {
  return system.node(node).type == type;
}

/// Whether a notification is about new objects; unknown events may be.
bool hears_new_objects(const value::Value& settings) {
  const auto known = settings.get("Event").as_string();
  return !known || known->find("ObjectRemoved") == std::string_view::npos;
}

/// One notification against what the writer may write.
Verdict through_notification(const std::vector<KeyRange>& written, const value::Value& settings) {
  if (!hears_new_objects(settings)) return Verdict::never;
  const value::Value filter = settings.get("Filter");
  if (!filter.is_present()) return Verdict::matches;
  if (!filter.is_map() || written.empty()) return Verdict::unknown;
  const KeyRange range = filter_range(filter);
  const auto out_of_it = [&](const KeyRange& keys) { return disjoint(keys, range); };
  const auto in_it = [&](const KeyRange& keys) { return within(keys, range); };
  if (std::ranges::all_of(written, out_of_it)) return Verdict::never;
  return std::ranges::any_of(written, in_it) ? Verdict::matches : Verdict::unknown;
}

bool notifies(const Edge& edge) {
  return std::ranges::any_of(each_of(edge.settings),
                             [](const value::Value& settings) { return settings.get("Event").is_present(); });
}

Verdict through_notifications(const System& system, const Edge& in, const Edge& out) {
  if (only_deletes(system, in)) return Verdict::never;
  const std::vector<KeyRange> written = written_keys(system, in);
  Verdict best = Verdict::never;
  for (const value::Value& settings : each_of(out.settings))
    best = std::max(best, through_notification(written, settings));
  return best;
}

/// Which of an event's two places a subscription's filter looks at; nothing where that is not known.
std::optional<std::string_view> scope_of(const Edge& edge) {
  std::optional<std::string_view> scope;
  for (const value::Value& settings : each_of(edge.settings)) {
    const value::Value written = settings.get("FilterPolicyScope");
    const auto known = written.is_present() ? written.as_string() : std::string_view("MessageAttributes");
    if (!known) return std::nullopt;
    const std::string_view one = *known == "MessageBody" ? "body" : "attributes";
    if (scope && *scope != one) return std::nullopt;
    scope = one;
  }
  return scope;
}

/// What a service tells straight to a rule that names the resource.
bool is_told(const System& system, const Edge& edge) {
  return edge.kind == EdgeKind::triggers && is_type(system, edge.to, "AWS::Events::Rule") &&
         system.node(edge.from).kind == NodeKind::resource && !is_bus(system, edge.from);
}

/// An event against the filters of an edge out of where it came to.
Verdict through_filter(const System& system, const Edge& out, const Content& event) {
  const PatternPlace place = place_of(system, out);
  if (is_type(system, out.from, "AWS::SNS::Topic")) {
    const auto scope = scope_of(out);
    return scope ? match(place, out.filter, event.member(*scope)) : Verdict::unknown;
  }
  if (is_bus(system, out.from) || is_type(system, out.from, "AWS::S3::Bucket") || is_told(system, out))
    return match(place, out.filter, event);
  Verdict best = Verdict::never;
  for (const value::Value& criteria : each_of(out.filter)) {
    const value::Value filters = criteria.get("Filters");
    if (!filters.is_list()) return Verdict::unknown;
    if (filters.items().empty()) return Verdict::matches;
    for (const value::Value& filter : filters.items()) {
      const value::Value pattern = filter.get("Pattern");
      best = std::max(best, pattern.is_present() ? match(place, pattern, event) : Verdict::unknown);
    }
  }
  return best;
}

/// What a rule hears of a resource by an edge of their own doesn't come to it over the bus as well.
bool goes_straight(const System& system, const Edge& in, const Edge& out) {
  if (system.node(out.from).type != "outside::event-bus" || !is_told_of(system, in.from)) return false;
  const std::vector<EdgeId>& edges = system.outgoing[in.from.index()];
  const auto first =
      std::ranges::lower_bound(edges, out.to, {}, [&](EdgeId id) { return system.edge(id).to; });
  for (auto id = first; id != edges.end() && system.edge(*id).to == out.to; ++id) {
    if (is_told(system, system.edge(*id))) return true;
  }
  return false;
}

/// Edges whose filters are patterns in the language that `match` reads.
bool speaks_patterns(const System& system, const Edge& edge) {
  const std::string& from = system.node(edge.from).type;
  return edge.kind == EdgeKind::polls || from == "AWS::SNS::Topic" || is_bus(system, edge.from) ||
         (from == "AWS::S3::Bucket" && is_type(system, edge.to, "AWS::Events::Rule"));
}

Verdict overlap_of_notifications(const Edge& left, const Edge& right) {
  Verdict best = Verdict::never;
  for (const value::Value& one : each_of(left.settings)) {
    for (const value::Value& other : each_of(right.settings)) {
      const auto left_event = one.get("Event").as_string();
      const bool same = left_event && other.get("Event").as_string() == left_event;
      const KeyRange keys = filter_range(one.get("Filter"));
      const KeyRange others = filter_range(other.get("Filter"));
      if (disjoint(keys, others)) continue;
      best = std::max(best, same && within(keys, others) ? Verdict::matches : Verdict::unknown);
    }
  }
  // Several notifications on the left: one of them covered says nothing of the rest.
  return left.settings.is_list() ? std::min(best, Verdict::unknown) : best;
}

} // namespace

std::vector<value::Value> each_of(const value::Value& value) {
  if (value.is_absent()) return {};
  if (!value.is_list()) return {value};
  return {value.items().begin(), value.items().end()};
}

std::size_t declarations(const Edge& edge) {
  return std::max<std::size_t>(1, each_of(edge.settings).size());
}

Verdict passes(const System& system, const Edge& in, const Edge& out) {
  return Passages(system).of(in, out);
}

bool lets_all_through(const System& system, const Edge& out) {
  return !out.filter.is_present() && !(is_type(system, out.from, "AWS::S3::Bucket") && notifies(out));
}

Verdict Passages::of(const Edge& in, const Edge& out) {
  if (is_type(system_, in.to, "AWS::S3::Bucket") && notifies(out))
    return through_notifications(system_, in, out);
  if (!out.filter.is_present()) return Verdict::matches;
  if (goes_straight(system_, in, out)) return Verdict::never;
  const bool told = is_told(system_, out) && !is_type(system_, out.from, "AWS::S3::Bucket");
  if (!told && !speaks_patterns(system_, out)) return Verdict::unknown;
  Verdict best = Verdict::never;
  for (const Content& event : told ? told_of_source(out) : arriving_by(in))
    best = std::max(best, through_filter(system_, out, event));
  return best;
}

const std::vector<Content>& Passages::told_of_source(const Edge& out) {
  if (told_from_ != out.from) told_ = told_of(system_, out.from);
  told_from_ = out.from;
  return told_;
}

const std::vector<Content>& Passages::arriving_by(const Edge& in) {
  if (arriving_by_ != &in) arriving_ = contents_of(system_, in);
  arriving_by_ = &in;
  return arriving_;
}

Verdict Passages::of(EdgeId in, EdgeId out) {
  const std::uint64_t key = (std::uint64_t{in.value} << 32U) | out.value;
  const auto found = known_.find(key);
  if (found != known_.end()) return found->second;
  const Verdict verdict = of(system_.edge(in), system_.edge(out));
  known_.emplace(key, verdict);
  return verdict;
}

Verdict overlap(const System& system, const Edge& left, const Edge& right) {
  if (is_type(system, left.from, "AWS::S3::Bucket") && notifies(left) && notifies(right))
    return overlap_of_notifications(left, right);
  if (!right.filter.is_present()) return Verdict::matches;
  if (!left.filter.is_present()) return Verdict::unknown;
  if (left.filter.equals(right.filter)) return Verdict::matches;
  const bool topic = is_type(system, left.from, "AWS::SNS::Topic");
  if (topic && (!scope_of(left) || scope_of(left) != scope_of(right))) return Verdict::unknown;
  if (!topic && !is_bus(system, left.from)) return Verdict::unknown;
  return implies(place_of(system, left), left.filter, right.filter);
}

Verdict satisfiable(const System& system, const Edge& edge) {
  if (!edge.filter.is_present()) return Verdict::matches;
  const Node& from = system.node(edge.from);
  if (edge.kind == EdgeKind::polls && from.type == "AWS::DynamoDB::Table")
    return through_filter(system, edge, table_record(from));
  return Verdict::unknown;
}

} // namespace slsaudit::graph
