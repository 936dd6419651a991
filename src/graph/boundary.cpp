// SPDX-License-Identifier: Apache-2.0
#include "graph/boundary.hpp"

#include "graph/extract.hpp"
#include "graph/index.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <utility>

namespace slsaudit::graph {

namespace {

constexpr std::string_view refers = "refers";

std::string author_of(const dialect::Resource& resource) {
  return std::string(resource.author.id.empty() ? resource.logical_id : resource.author.id);
}

std::string_view without_slash(std::string_view name) {
  if (name.starts_with('/')) name.remove_prefix(1);
  return name;
}

/// A name that is the same in every template; empty where it isn't, or can't be known.
std::string shared_name(const value::Value& value) {
  const auto spelling = spell(value);
  return spelling && !spelling->local && !spelling->opaque ? unspell(spelling->text) : std::string();
}

/// As spelled; empty where a part of it can't be known.
std::string literal(std::string_view text) {
  const bool open = text.empty() || has_token(text) || text.find_first_of("*?") != std::string_view::npos;
  return open ? std::string() : std::string(text);
}

/// "resolve:ssm:/orders/queue:3" → "orders/queue"; empty for what is no stored parameter.
std::string parameter_of(std::string_view dynamic) {
  for (const std::string_view service : {"resolve:ssm:", "resolve:ssm-secure:"}) {
    if (!dynamic.starts_with(service)) continue;
    dynamic.remove_prefix(service.size());
    return std::string(without_slash(dynamic.substr(0, dynamic.find(':'))));
  }
  return {};
}

class Surveyor {
public:
  explicit Surveyor(const System& system) : system_(system), index_(*system.index) {}

  Boundary run() {
    for (std::size_t i = 0; i < index_.size(); ++i) offer_resource(NodeId(i));
    for (std::size_t t = 0; t < system_.templates.size(); ++t) offer_outputs(t);
    for (const Edge& edge : system_.edges) take_by_edge(edge);
    for (std::size_t i = 0; i < index_.size(); ++i) {
      const NodeId self(i);
      for_each_string(index_.resource(self).properties,
                      [&](const value::Value& text) { take_by_text(self, text); });
    }
    return finish();
  }

private:
  void offer_resource(NodeId id) {
    const dialect::Resource& resource = index_.resource(id);
    const TypeInfo* info = type_info(resource.type);
    if (info == nullptr || info->name_property.empty()) return;
    for (const value::Value& written : resource.properties.get(info->name_property).alternatives()) {
      const std::string name = shared_name(written);
      if (name.empty() || !written.is_present()) continue;
      Offer offer{.kind = LinkKind::arn,
                  .name = std::string(info->service) + ":" + std::string(info->prefix) + name,
                  .physical = name,
                  .type = resource.type,
                  .resource = author_of(resource),
                  .span = written.span()};
      if (resource.type == "AWS::SSM::Parameter") {
        offer.kind = LinkKind::parameter;
        offer.name = without_slash(name);
        offer.physical.clear();
      }
      boundary_.offers.push_back(std::move(offer));
    }
  }

  void offer_outputs(std::size_t where) {
    const dialect::Template& source = system_.templates[where];
    for (const dialect::Output& output : source.outputs) {
      Offer offer{.span = output.name_span};
      if (const NodeId node = index_.resolve(where, output.value); node.valid()) {
        offer.type = index_.resource(node).type;
        offer.resource = author_of(index_.resource(node));
      }
      if (output.export_name.is_present()) {
        offer.name = shared_name(output.export_name);
        if (!offer.name.empty()) boundary_.offers.push_back(offer);
      }
      offer.kind = LinkKind::output;
      for (const std::string_view stack : source.stack_names) {
        offer.name = std::string(stack) + "." + std::string(output.name);
        boundary_.offers.push_back(offer);
      }
    }
  }

  /// What flows to or from an outside party: the relation is the edge's.
  void take_by_edge(const Edge& edge) {
    for (const auto& [party, other] : {std::pair(edge.to, edge.from), std::pair(edge.from, edge.to)}) {
      const Node& outside = system_.node(party);
      const Node& inside = system_.node(other);
      if (outside.kind != NodeKind::outside || inside.resource == nullptr) continue;
      relations_.try_emplace(std::pair(author_of(*inside.resource), outside.label), name(edge.kind));
      if (outside.type != "outside::name" || outside.label.find("${") != std::string::npos) continue;
      add({.kind = LinkKind::name,
           .name = outside.label,
           .by = author_of(*inside.resource),
           .relation = name(edge.kind),
           .span = edge.evidence.empty() ? text::Span{} : edge.evidence.front().span});
    }
  }

  void take_by_text(NodeId self, const value::Value& text) {
    const std::size_t where = index_.template_of(self);
    Want want{.by = author_of(index_.resource(self)), .span = text.span()};
    for (const value::Part& part : text.parts()) {
      if (part.is_reference) take_reference(where, part, want);
    }
    const auto spelling = spell(text);
    if (spelling && !spelling->opaque && spelling->text.starts_with("arn:")) take_arn(where, text, want);
  }

  void take_reference(std::size_t where, const value::Part& part, Want want) {
    std::string label;
    if (part.kind == value::ReferenceKind::import_value) {
      want.name = part.name;
      label = "imported " + want.name;
    } else if (part.kind == value::ReferenceKind::output) {
      want.kind = LinkKind::output;
      want.name = std::string(part.name) + "." + std::string(part.attribute);
      label = "output " + std::string(part.attribute) + " of " + std::string(part.name);
    } else if (part.kind == value::ReferenceKind::dynamic) {
      want.kind = LinkKind::parameter;
      want.name = parameter_of(part.name);
      label = "{{" + std::string(part.name) + "}}";
    }
    // Where a name is not known as a whole, it holds what couldn't be worked out.
    if (want.name.empty() || want.name.find("${") != std::string::npos) return;
    if (index_.template_behind(where, part)) return;
    want.relation = relation(want.by, label);
    add(std::move(want));
  }

  void take_arn(std::size_t where, const value::Value& text, Want want) {
    const auto spelling = spell(text);
    const auto arn = parse_arn(spelling->text);
    // AWS's own policies are nobody's.
    if (!arn || has_token(arn->resource) || arn->account == "aws" || index_.resolve(where, text).valid())
      return;
    const std::vector<NamedArn> all = name_arn(spelling->text);
    const auto named = std::ranges::max_element(all, {}, [](const NamedArn& one) { return one.end; });
    if (named == all.end()) return;
    const std::string name = literal(named->name);
    if (name.empty()) return;
    want.kind = LinkKind::arn;
    want.name = std::string(named->info->service) + ":" + std::string(named->info->prefix) + name;
    want.region = literal(arn->region);
    want.account = literal(arn->account);
    want.relation = relation(want.by, unspell(std::string_view(spelling->text).substr(0, named->end)));
    add(std::move(want));
  }

  [[nodiscard]] std::string_view relation(const std::string& by, const std::string& label) const {
    const auto found = relations_.find(std::pair(by, label));
    return found != relations_.end() ? found->second : refers;
  }

  void add(Want want) { boundary_.wants.push_back(std::move(want)); }

  Boundary finish() {
    const auto offer_key = [](const Offer& one) { return std::tie(one.kind, one.name, one.resource); };
    std::ranges::stable_sort(boundary_.offers, {}, offer_key);
    const auto same_offer = [&](const Offer& left, const Offer& right) {
      return offer_key(left) == offer_key(right);
    };
    auto& offers = boundary_.offers;
    offers.erase(std::unique(offers.begin(), offers.end(), same_offer), offers.end());
    // Of several relations one that says what flows comes first.
    const auto want_key = [](const Want& one) {
      return std::tuple(one.kind, std::string_view(one.name), std::string_view(one.by),
                        std::string_view(one.region), std::string_view(one.account));
    };
    auto& wants = boundary_.wants;
    std::ranges::stable_sort(wants, [&](const Want& left, const Want& right) {
      const auto a = want_key(left);
      const auto b = want_key(right);
      return a != b ? a < b : (left.relation == refers) < (right.relation == refers);
    });
    const auto same_want = [&](const Want& left, const Want& right) {
      return want_key(left) == want_key(right);
    };
    wants.erase(std::unique(wants.begin(), wants.end(), same_want), wants.end());
    return std::move(boundary_);
  }

  const System& system_;
  const Index& index_;
  Boundary boundary_;
  std::map<std::pair<std::string, std::string>, std::string_view> relations_; ///< By taker and party.
};

struct Relation {
  std::string_view name;
  std::vector<Category> categories;
};

} // namespace

std::string_view name(LinkKind kind) {
  constexpr std::array<std::string_view, 5> names{"export", "output", "parameter", "arn", "name"};
  return names[static_cast<std::size_t>(kind)];
}

Boundary boundary(const System& system) {
  return Surveyor(system).run();
}

bool may_relate(std::string_view relation, std::string_view type) {
  using enum Category;
  static const std::vector<Relation> relations{
      {"triggers", {function, workflow, task, bucket, topic, rule, bus, user_pool, log_group}},
      {"polls", {queue, stream, table, function, rule}},
      {"routes", {function, workflow, queue, stream, api}},
      {"invokes", {function, workflow, task, endpoint}},
      {"sends", {queue, topic, stream, bus, rule, endpoint, log_group}},
      {"reads", {table, bucket, store, stream}},
      {"writes", {table, bucket, store, stream}},
      {"dead_letters", {queue, topic}},
      {"assumes", {role}},
      {"logs", {log_group}},
  };
  const auto found = std::ranges::find(relations, relation, &Relation::name);
  if (found == relations.end()) return false;
  return std::ranges::find(found->categories, category_of(type)) != found->categories.end();
}

} // namespace slsaudit::graph
