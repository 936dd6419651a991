// SPDX-License-Identifier: Apache-2.0
// The account's default bus: who listens there, and what services tell it about the resources of a template.
//
// A pattern that names its resources hears them and nobody else: an edge goes from each of them straight to
// the rule. What names none is heard over the bus, so that many resources and many rules make few edges.
#include "graph/extract.hpp"
#include "graph/links.hpp"
#include "graph/service_events.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace slsaudit::graph {

namespace {

using enum Verdict;

class Services {
public:
  explicit Services(Draft& draft) : draft_(draft) {
    for (std::size_t i = 0; i < draft.index().size(); ++i)
      of_type_[draft.node(NodeId(i)).type].emplace_back(i);
    for (const Link& feed : draft.feeds()) asked_.insert(feed.from);
  }

  void run() {
    for (const Link& listener : draft_.listeners()) listen(listener);
    for (const Link& feed : draft_.feeds()) {
      const bool elsewhere = direct_.contains(feed.from) && !heard_.contains(draft_.node(feed.from).type);
      if (!elsewhere) draft_.add(feed);
    }
    for (const auto& [type, link] : heard_) tell(type, link);
  }

private:
  /// The resources that a pattern names where events of a kind name theirs.
  struct Named {
    std::vector<Target> found;
    bool others = true; ///< It names none, or some that are not known.
  };

  [[nodiscard]] static bool is_told(const dialect::Resource& resource) {
    return text_of(resource.properties.get("StateMachineType")) != "EXPRESS";
  }

  [[nodiscard]] bool tells(const ServiceEvent& event, NodeId node) const {
    if (draft_.node(node).type != event.type || !is_told(draft_.index().resource(node))) return false;
    return event.by_trail || event.type != "AWS::S3::Bucket" || asked_.contains(node);
  }

  void name(std::size_t template_index, const value::Value& names, Named& named) const {
    if (!names.is_present()) return;
    named.others = names.is_unknown();
    for (const value::Value& one : entries(names)) {
      const std::vector<Target> targets = draft_.known_targets(template_index, one);
      named.others = named.others || targets.empty();
      named.found.insert(named.found.end(), targets.begin(), targets.end());
    }
  }

  void listen(const Link& listener) {
    const std::size_t template_index = draft_.index().template_of(listener.to);
    const value::Value pattern = read_pattern(listener.filter, draft_.arena());
    const PatternPlace place{draft_.system(), template_index};
    bool others = false;
    std::set<NodeId> named_here;
    std::set<NodeId> joined;
    for (const ServiceEvent& event : service_events()) {
      if (match(place, pattern, content_of(draft_.system(), event, {})) == never) continue;
      Named named;
      if (!event.subject.empty()) name(template_index, pattern.at(event.subject), named);
      if (event.lists_resource) name(template_index, pattern.get("resources"), named);
      if (named.others && !event.by_trail) heard_.try_emplace(event.type, listener);
      others = others || named.others;
      for (const Target& target : named.found) {
        named_here.insert(target.node);
        const bool hears = tells(event, target.node) &&
                           match(place, pattern, content_of(draft_.system(), event, target.node)) != never;
        if (hears && joined.insert(target.node).second) join(listener, target);
      }
    }
    const bool all = !others && !joined.empty() && joined.size() == named_here.size();
    if (!all || !hears_services_alone(pattern)) draft_.add(listener);
  }

  void join(const Link& listener, const Target& target) {
    Link link = listener;
    link.from = target.node;
    link.span = target.value.span();
    draft_.add(link);
    direct_.insert(target.node);
  }

  /// Nobody but the services themselves may say that an event is theirs.
  [[nodiscard]] static bool hears_services_alone(const value::Value& pattern) {
    const std::vector<value::Value> sources = entries(pattern.get("source"));
    return !sources.empty() && std::ranges::all_of(sources, [](const value::Value& one) {
      return text_of(one).starts_with("aws.");
    });
  }

  /// What all resources of a type tell the bus.
  void tell(const std::string_view type, const Link& listener) {
    if (type == "AWS::S3::Bucket") return; // Those that do say so.
    for (const NodeId node : of_type_[std::string(type)]) {
      if (!is_told(draft_.index().resource(node))) continue;
      Link link = listener;
      link.kind = EdgeKind::sends;
      link.from = node;
      link.to = listener.from;
      link.settings = {};
      link.filter = {};
      link.text = "state changes of `" + std::string(draft_.index().resource(node).logical_id) + "`";
      link.span = draft_.index().resource(node).id_span;
      draft_.add(link);
    }
  }

  Draft& draft_;
  std::map<std::string, std::vector<NodeId>, std::less<>> of_type_;
  std::set<NodeId> asked_;                 ///< Buckets that send to the bus.
  std::set<NodeId> direct_;                ///< Resources that a pattern hears by name.
  std::map<std::string_view, Link> heard_; ///< Types of which a listener hears whatever resource.
};

} // namespace

void link_services(Draft& draft) {
  Services(draft).run();
}

} // namespace slsaudit::graph
