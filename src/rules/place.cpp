// SPDX-License-Identifier: Apache-2.0
#include "rules/place.hpp"

#include "analysis/objects.hpp"

#include <algorithm>

namespace slsaudit::rules {
namespace {

/// Values looked at for one finding: far more than any resource has, few enough to never be felt.
constexpr std::size_t search_limit = 50'000;

struct Found {
  std::string path;
  bool shared = false;
  const value::Origin* origin = nullptr;
};

bool comes_from_shared_text(const value::Value& value) {
  for (const value::Origin* origin = value.origin(); origin != nullptr; origin = origin->next) {
    if (origin->kind == value::Origin::Kind::globals) return true;
  }
  return false;
}

/// Goes through all properties, each before what is in it, and knows the path to the one it is at.
class PropertySearch {
public:
  explicit PropertySearch(const value::Value& properties) : open_{{.value = properties}} {}

  [[nodiscard]] bool done() const { return open_.empty(); }
  /// The next one, which is where the search is then.
  value::Value take() {
    const Step step = open_.back();
    open_.pop_back();
    way_.resize(step.depth);
    if (step.depth > 0) way_.back() = step;
    return step.value;
  }
  void go_into(const value::Value& value) {
    const std::size_t below = way_.size() + 1;
    const auto members = value.members();
    for (std::size_t i = members.size(); i-- > 0;)
      open_.push_back({.value = members[i].value, .depth = below, .key = members[i].key});
    const auto items = value.items();
    for (std::size_t i = items.size(); i-- > 0;)
      open_.push_back({.value = items[i], .depth = below, .item = i});
    if (!value.is(value::Kind::conditional)) return;
    Step side = at_root() ? Step{} : way_.back();
    for (const value::Value& each : {value.when_false(), value.when_true()}) {
      side.value = each;
      open_.push_back(side);
    }
  }
  [[nodiscard]] bool at_root() const { return way_.empty(); }
  /// "Policies.0.PolicyName"
  [[nodiscard]] std::string path() const {
    std::string path;
    for (const Step& step : way_) {
      if (!path.empty()) path += '.';
      path += step.item ? std::to_string(*step.item) : std::string(step.key);
    }
    return path;
  }

private:
  struct Step {
    value::Value value;
    std::size_t depth = 0; ///< 0 for all properties.
    std::string_view key{};
    std::optional<std::size_t> item{}; ///< Where it stands in a list.
  };
  std::vector<Step> open_;
  std::vector<Step> way_; ///< To where it is, without the root.
};

/// The property whose value or key has the span: the outermost such, in source order.
std::optional<Found> find_property(const value::Value& properties, text::Span span) {
  PropertySearch search(properties);
  for (std::size_t looked = 0; looked < search_limit && !search.done(); ++looked) {
    const value::Value value = search.take();
    const bool hit = value.span() == span || value.key_span() == span;
    if (hit && !search.at_root()) return Found{search.path(), comes_from_shared_text(value), value.origin()};
    search.go_into(value);
  }
  return std::nullopt;
}

void add_unique(std::vector<graph::NodeId>& nodes, graph::NodeId node) {
  if (node.valid() && std::find(nodes.begin(), nodes.end(), node) == nodes.end()) nodes.push_back(node);
}

} // namespace

std::vector<graph::NodeId> resources_of(const analysis::Facts& facts, const cel::Object& subject) {
  std::vector<graph::NodeId> nodes;
  add_unique(nodes, facts.node_of(&subject));
  if (const auto* edge = dynamic_cast<const analysis::EdgeObject*>(&subject)) {
    const graph::Edge& data = facts.system().edge(edge->edge());
    for (const graph::NodeId node : {data.via, data.to, data.from}) add_unique(nodes, node);
  }
  if (const analysis::Row* row = facts.row_of(&subject)) {
    for (std::size_t i = 0; i < row->size(); ++i) {
      if (const cel::Object* object = row->cell(i).object()) {
        for (const graph::NodeId node : resources_of(facts, *object)) add_unique(nodes, node);
      }
    }
  }
  const auto is_outside = [&](graph::NodeId node) { return facts.system().node(node).resource == nullptr; };
  nodes.erase(std::remove_if(nodes.begin(), nodes.end(), is_outside), nodes.end());
  return nodes;
}

text::Span first_line(const text::SourceMap& sources, text::Span span) {
  if (!span.valid()) return span;
  const std::string_view text = sources.text(span);
  std::size_t end = text.find_first_of("\r\n");
  if (end == std::string_view::npos) return span;
  while (end > 0 && (text[end - 1] == ' ' || text[end - 1] == '\t')) --end;
  return {span.file, span.begin, span.begin + static_cast<std::uint32_t>(end)};
}

namespace {

/// Which property of which of the resources stands at the place.
void find_property_of(const analysis::Facts& facts, const std::vector<graph::NodeId>& resources,
                      Place& place) {
  for (const graph::NodeId node : resources) {
    const dialect::Resource& resource = *facts.system().node(node).resource;
    // A resource that points at its own name is meant as a whole, though what was generated stands there too.
    if (place.span == resource.id_span || place.span == resource.author.span) continue;
    const auto found = find_property(resource.properties, place.span);
    if (!found) continue;
    place.resource = node;
    place.property = found->path;
    place.shared = found->shared;
    place.origin = found->origin;
    return;
  }
}

} // namespace

Place locate(const analysis::Facts& facts, const text::SourceMap& sources, const cel::Object& subject,
             const cel::Value& at) {
  Place place;
  const std::vector<graph::NodeId> resources = resources_of(facts, subject);
  if (!resources.empty()) place.resource = resources.front();
  place.span = at.object() != nullptr ? at.object()->span() : at.span();
  const auto property = at.property();
  // A map or list is shown by its key: its own text may go on for pages.
  const bool is_block = property && (property->is_map() || property->is_list());
  if (is_block && property->key_span().valid()) place.span = property->key_span();
  if (!place.span.valid()) place.span = subject.span();
  // What the framework makes for all of a service stands at the same place as what all of it lacks.
  const auto named = std::ranges::find_if(resources, [&](graph::NodeId node) {
    const dialect::Resource& resource = *facts.system().node(node).resource;
    return place.span == resource.id_span && (node == resources.front() || !resource.author.generated);
  });
  // What a resource lacks stands at its name, and so does what is generated for it: no property is meant.
  const bool at_name = named != resources.end();
  if (at_name) place.resource = *named;
  if (!at_name) find_property_of(facts, resources, place);
  place.span = first_line(sources, place.span);
  return place;
}

const dialect::Template* template_of(const graph::System& system, text::Span span, graph::NodeId resource) {
  const auto found = std::find_if(system.templates.begin(), system.templates.end(),
                                  [&](const dialect::Template& source) { return source.file == span.file; });
  if (found != system.templates.end()) return &*found;
  if (resource.valid()) return &system.templates[system.node(resource).template_index];
  return system.templates.empty() ? nullptr : &system.templates.front();
}

} // namespace slsaudit::rules
