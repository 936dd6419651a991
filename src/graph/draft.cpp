// SPDX-License-Identifier: Apache-2.0
#include "graph/draft.hpp"

#include "graph/hosts.hpp"
#include "text/in_order.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

namespace slsaudit::graph {

namespace {

constexpr std::size_t any_template = static_cast<std::size_t>(-1);

std::uint64_t pair_key(NodeId from, NodeId to) {
  return (std::uint64_t{from.value} << 32U) | to.value;
}

std::uint32_t kind_bit(EdgeKind kind) {
  return 1U << static_cast<unsigned>(kind);
}
constexpr std::uint32_t helper_bit = 1U << 31U;

/// What an outside ARN is called: up to the end of the resource's name, so that a table and its indexes are
/// one party.
std::string_view arn_label(std::string_view spelled) {
  std::size_t end = 0;
  for (const NamedArn& named : name_arn(spelled)) end = std::max(end, named.end);
  return end > 0 ? spelled.substr(0, end) : spelled;
}

} // namespace

std::size_t Draft::EdgeKeyHash::operator()(const EdgeKey& key) const noexcept {
  const auto [from, to, kind, via] = key;
  std::uint64_t hash = pair_key(from, to) * 0x9E3779B97F4A7C15ULL;
  hash ^= (std::uint64_t{via.value} << 8U | static_cast<std::uint64_t>(kind)) + (hash >> 29U);
  return static_cast<std::size_t>(hash * 0xBF58476D1CE4E5B9ULL);
}

Draft::Draft(System& system, const Index& index, text::Arena& arena)
    : system_(system), index_(index), make_(arena) {
  system_.nodes.reserve(index.size() + index.size() / 4); // some for outside parties
  system_.edges.reserve(2 * index.size());
  pairs_.reserve(2 * index.size());
  for (std::size_t i = 0; i < index.size(); ++i) {
    const dialect::Resource& resource = index.resource(NodeId(i));
    system_.nodes.push_back({.kind = NodeKind::resource,
                             .label = std::string(resource.logical_id),
                             .type = std::string(resource.type),
                             .template_index = index.template_of(NodeId(i)),
                             .resource = &resource});
  }
}

NodeId Draft::outside(std::size_t template_index, std::string_view type, std::string label, bool local) {
  const auto key = std::tuple(std::move(label), std::string(type), local ? template_index : any_template);
  const auto [place, added] = outside_.try_emplace(key, NodeId(system_.nodes.size()));
  if (added) {
    system_.nodes.push_back({.kind = NodeKind::outside,
                             .label = std::get<0>(key),
                             .type = std::get<1>(key),
                             .template_index = template_index,
                             .resource = nullptr});
  }
  return place->second;
}

NodeId Draft::host(std::size_t template_index, const value::Value& url) {
  const auto spelling = spell(url);
  if (!spelling) return {};
  return third_party(template_index, host_of(spelling->text));
}

NodeId Draft::bare_host(std::size_t template_index, const value::Value& name) {
  const auto known = name.as_string();
  if (!known || known->find('/') != std::string_view::npos) return {};
  const std::string_view host = known->substr(0, known->find(':'));
  // A file's name has a dot too.
  constexpr std::string_view files[] = {".js", ".json", ".pem", ".py", ".ts", ".yaml", ".yml"};
  const auto is_file = [&](std::string_view end) { return host.ends_with(end); };
  if (std::ranges::any_of(files, is_file)) return {};
  return third_party(template_index, host);
}

NodeId Draft::third_party(std::size_t template_index, std::string_view host) {
  if (!is_third_party(host)) return {};
  return outside(template_index, "outside::host", std::string(host));
}

NodeId Draft::imported(std::size_t template_index, std::string_view name) {
  if (name.empty() || name.find("${?}") != std::string_view::npos) return {};
  const bool local = name.find("${") != std::string_view::npos;
  return outside(template_index, "outside::import", "imported " + std::string(name), local);
}

NodeId Draft::output(std::size_t template_index, const value::Part& reference) {
  return outside(template_index, "outside::import",
                 "output " + std::string(reference.attribute) + " of " + std::string(reference.name));
}

NodeId Draft::outside_for(std::size_t template_index, const value::Value& value) {
  using value::ReferenceKind;
  if (const value::Part* reference = value.sole_reference()) {
    const std::string name(reference->name);
    switch (reference->kind) {
    case ReferenceKind::import_value:
      return imported(template_index, name);
    case ReferenceKind::output:
      return output(template_index, *reference);
    case ReferenceKind::parameter:
      return outside(template_index, "outside::parameter", "parameter " + name, true);
    case ReferenceKind::dynamic:
      return outside(template_index, "outside::parameter", "{{" + name + "}}");
    default:
      return {};
    }
  }
  const auto spelling = spell(value);
  if (!spelling || spelling->opaque || spelling->text.empty()) return {};
  const std::string_view text = spelling->text;
  if (const auto arn = parse_arn(text)) {
    const bool own_account = has_token(arn->account);
    if (arn->service == "events" && arn->resource == "event-bus/default" && own_account)
      return outside(template_index, "outside::event-bus", "default event bus");
    const std::string_view label = arn_label(text);
    if (label.find_first_of("*?") != std::string_view::npos) return {};
    return outside(template_index, "outside::arn", unspell(label), spelling->local);
  }
  if (text.find("://") != std::string_view::npos) return host(template_index, value);
  return outside(template_index, "outside::name", unspell(text), spelling->local);
}

std::vector<Target> Draft::targets(std::size_t template_index, const value::Value& value) {
  std::vector<Target> result;
  for (const value::Value& alternative : value.alternatives()) {
    if (!alternative.is_present()) continue;
    NodeId node = index_.resolve(template_index, alternative);
    if (!node.valid()) node = outside_for(template_index, alternative);
    if (node.valid()) result.push_back({node, alternative});
  }
  return result;
}

std::vector<Target> Draft::known_targets(std::size_t template_index, const value::Value& value) const {
  std::vector<Target> result;
  for (const value::Value& alternative : value.alternatives()) {
    if (!alternative.is_present()) continue;
    const NodeId node = index_.resolve(template_index, alternative);
    if (node.valid()) result.push_back({node, alternative});
  }
  return result;
}

/// What is posted to connections goes to whoever is connected: it starts no route of the API.
bool Draft::leave_by_connections(Link& link) {
  const Node& to = node(link.to);
  const bool posts = link.kind == EdgeKind::sends || link.kind == EdgeKind::invokes;
  const bool compute = category(link.from) == Category::function || category(link.from) == Category::task;
  if (!posts || !compute || to.type != "AWS::ApiGatewayV2::Api" || to.resource == nullptr) return true;
  if (to.resource->properties.get("ProtocolType").as_string() != "WEBSOCKET")
    return link.kind != EdgeKind::sends;
  link.kind = EdgeKind::sends;
  link.mode = Mode::synchronous;
  link.via = link.to;
  link.to = outside(to.template_index, "outside::contact", "websocket clients");
  return true;
}

void Draft::add(Link link) {
  if (!link.from.valid() || !link.to.valid() || !leave_by_connections(link)) return;
  const auto [place, added] =
      edges_.try_emplace({link.from, link.to, link.kind, link.via}, system_.edges.size());
  if (added) {
    declarations_.emplace_back();
    system_.edges.push_back(
        {.kind = link.kind, .from = link.from, .to = link.to, .mode = link.mode, .via = link.via});
    pairs_[pair_key(link.from, link.to)] |= kind_bit(link.kind);
    if (link.via.valid()) {
      pairs_[pair_key(link.via, link.from)] |= helper_bit;
      pairs_[pair_key(link.via, link.to)] |= helper_bit;
    }
  }
  Edge& edge = system_.edges[place->second];
  if (edge.mode == Mode::none) edge.mode = link.mode;
  Declarations& declarations = declarations_[place->second];
  if (link.settings.is_present()) declarations.settings.push_back(link.settings);
  if (link.filter.is_present()) declarations.filters.push_back(link.filter);
  declarations.unfiltered =
      declarations.unfiltered || (link.basis == Basis::declared && !link.filter.is_present());
  const bool known = std::ranges::any_of(edge.evidence, [&](const Evidence& evidence) {
    return evidence.basis == link.basis && evidence.span == link.span && evidence.text == link.text;
  });
  if (!known) edge.evidence.push_back({link.basis, link.span, std::move(link.text)});
}

void Draft::add_reference(NodeId from, NodeId to, text::Span span) {
  Edge& edge = system_.edges.emplace_back();
  edge.from = from;
  edge.to = to;
  edge.evidence.push_back({Basis::declared, span, "reference to `" + node(to).label + "`"});
  pairs_[pair_key(from, to)] |= kind_bit(EdgeKind::refers);
}

bool Draft::has(EdgeKind kind, NodeId from, NodeId to) const {
  const auto found = pairs_.find(pair_key(from, to));
  return found != pairs_.end() && (found->second & kind_bit(kind)) != 0;
}

bool Draft::related(NodeId left, NodeId right) const {
  return pairs_.contains(pair_key(left, right)) || pairs_.contains(pair_key(right, left));
}

/// Sorts outside parties by label, type and template; the result gives each node's final id.
std::vector<NodeId> Draft::order_outside() {
  std::vector<NodeId> final_ids(system_.nodes.size());
  for (std::size_t i = 0; i < index_.size(); ++i) final_ids[i] = NodeId(i);
  std::vector<Node> sorted;
  sorted.reserve(system_.nodes.size());
  std::move(system_.nodes.begin(), system_.nodes.begin() + static_cast<std::ptrdiff_t>(index_.size()),
            std::back_inserter(sorted));
  for (const auto& party : outside_) {
    final_ids[party.second.index()] = NodeId(sorted.size());
    sorted.push_back(std::move(system_.nodes[party.second.index()]));
  }
  system_.nodes = std::move(sorted);
  return final_ids;
}

/// One value, or a list where several declarations make one edge.
value::Value Draft::combined(const std::vector<value::Value>& values) const {
  std::vector<value::Value> different;
  for (const value::Value& value : values) {
    const auto same = [&](const value::Value& other) { return other.equals(value); };
    if (std::ranges::none_of(different, same)) different.push_back(value);
  }
  if (different.empty()) return {};
  return different.size() == 1 ? different.front() : make_.list(different, different.front().span());
}

/// A declaration speaks of one edge; what a policy or an environment says may be said of many functions.
void Draft::mark_shared() {
  using Place = std::pair<NodeId, text::Span>;
  std::map<Place, NodeId> first;
  std::set<Place> several;
  for (const Edge& edge : system_.edges) {
    if (edge.kind == EdgeKind::refers) continue; // The policy's own, at the same place where SAM writes it.
    for (const Evidence& evidence : edge.evidence) {
      const Place place{edge.to, evidence.span};
      if (first.emplace(place, edge.from).first->second != edge.from) several.insert(place);
    }
  }
  for (Edge& edge : system_.edges) {
    edge.shared = std::ranges::all_of(edge.evidence, [&](const Evidence& evidence) {
      return evidence.basis != Basis::declared && evidence.span.valid() &&
             several.contains({edge.to, evidence.span});
    });
  }
}

namespace {

/// What Lambda itself does with what a function made, or failed on.
bool is_after_the_call(const Edge& edge) {
  return edge.kind == EdgeKind::dead_letters || edge.kind == EdgeKind::sends ||
         edge.kind == EdgeKind::invokes;
}
bool is_granted_alone(const Edge& edge) {
  return std::ranges::all_of(edge.evidence,
                             [](const Evidence& evidence) { return evidence.basis == Basis::granted; });
}

} // namespace

/// A function's role has to allow what Lambda sends to its destinations: that the function's code sends there
/// as well is known only where something else says so. Edges are in their final order.
void Draft::absorb_grants() {
  std::vector<Edge>& edges = system_.edges;
  const auto has_same_ends = [](const Edge& edge) {
    return [&edge](const Edge& other) { return other.from != edge.from || other.to != edge.to; };
  };
  for (auto begin = edges.begin(); begin != edges.end();) {
    const auto end = std::find_if(begin, edges.end(), has_same_ends(*begin));
    const auto declared = std::find_if(begin, end, [](const Edge& edge) {
      return is_after_the_call(edge) && edge.evidence.front().basis == Basis::declared;
    });
    const bool by_lambda = declared != end && category(begin->from) == Category::function;
    for (auto edge = begin; by_lambda && edge != end; ++edge) {
      if (!is_after_the_call(*edge) || !is_granted_alone(*edge)) continue;
      declared->evidence.insert(declared->evidence.end(), edge->evidence.begin(), edge->evidence.end());
      edge->evidence.clear();
    }
    begin = end;
  }
  std::erase_if(edges, [](const Edge& edge) { return edge.evidence.empty(); });
}

void Draft::finish() {
  for (std::size_t i = 0; i < declarations_.size(); ++i) {
    system_.edges[i].settings = combined(declarations_[i].settings);
    if (!declarations_[i].unfiltered) system_.edges[i].filter = combined(declarations_[i].filters);
  }
  const std::vector<NodeId> final_ids = order_outside();
  for (Edge& edge : system_.edges) {
    edge.from = final_ids[edge.from.index()];
    edge.to = final_ids[edge.to.index()];
    std::ranges::sort(edge.evidence, [](const Evidence& left, const Evidence& right) {
      return std::tie(left.basis, left.span, left.text) < std::tie(right.basis, right.span, right.text);
    });
  }
  system_.edges = text::in_order(std::move(system_.edges), [](const Edge& left, const Edge& right) {
    return std::tie(left.from, left.to, left.kind, left.via) <
           std::tie(right.from, right.to, right.kind, right.via);
  });
  absorb_grants();
  mark_shared();
  for (Statement& statement : system_.statements) {
    if (statement.role.valid()) statement.role = final_ids[statement.role.index()];
    if (statement.resource.valid()) statement.resource = final_ids[statement.resource.index()];
  }
  system_.edges.shrink_to_fit(); // the graph stays as it is for the rest of the run
  system_.statements.shrink_to_fit();
  system_.outgoing.resize(system_.nodes.size());
  system_.incoming.resize(system_.nodes.size());
  for (std::size_t i = 0; i < system_.edges.size(); ++i) {
    system_.outgoing[system_.edges[i].from.index()].push_back(EdgeId(i));
    system_.incoming[system_.edges[i].to.index()].push_back(EdgeId(i));
  }
}

} // namespace slsaudit::graph
