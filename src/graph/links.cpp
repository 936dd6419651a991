// SPDX-License-Identifier: Apache-2.0
#include "graph/links.hpp"

#include "graph/extract.hpp"

#include <algorithm>

namespace slsaudit::graph {

namespace {

bool is_waited_for(std::string_view principal) {
  return principal.starts_with("apigateway.") || principal.starts_with("cognito-idp.") ||
         principal.starts_with("elasticloadbalancing.") || principal.starts_with("appsync.");
}

bool is_account(std::string_view principal) {
  return principal.size() == 12 && principal.find_first_not_of("0123456789") == std::string_view::npos;
}

bool flows(const Draft& draft, NodeId from, NodeId to) {
  for (const EdgeKind kind :
       {EdgeKind::triggers, EdgeKind::polls, EdgeKind::routes, EdgeKind::invokes, EdgeKind::sends}) {
    if (draft.has(kind, from, to)) return true;
  }
  return false;
}

void link_permission(Site& site) {
  const std::string_view principal = text_of(site.get("Principal"));
  for (const Target& function : site.draft.known_targets(site.template_index, site.get("FunctionName"))) {
    Link link{.kind = EdgeKind::triggers,
              .from = {},
              .to = function.node,
              .mode = is_waited_for(principal) ? Mode::synchronous : Mode::asynchronous,
              .via = site.self,
              .settings = site.resource.properties,
              .span = site.get("Principal").span(),
              .text = site.says("permission")};
    if (is_account(principal)) {
      link.kind = EdgeKind::requests;
      link.from =
          site.draft.outside(site.template_index, "outside::account", "account " + std::string(principal));
      site.draft.add(link);
    }
    for (const Target& source : site.draft.known_targets(site.template_index, site.get("SourceArn"))) {
      if (source.node == function.node || flows(site.draft, source.node, function.node)) continue;
      link.kind = site.draft.category(source.node) == Category::api ? EdgeKind::routes : EdgeKind::triggers;
      link.from = source.node;
      link.span = source.value.span();
      site.draft.add(link);
    }
  }
}

/// A value of an environment and what it is called.
struct Variable {
  std::string name;
  value::Value value;
};

std::vector<Variable> variables(const dialect::Resource& resource) {
  std::vector<Variable> result;
  for (const value::Member& member : members(resource.properties.at("Environment.Variables"))) {
    result.push_back({std::string(member.key), member.value});
  }
  for (const value::Value& container : entries(resource.properties.get("ContainerDefinitions"))) {
    for (const value::Value& entry : entries(container.get("Environment"))) {
      result.push_back({std::string(text_of(entry.get("Name"))), entry.get("Value")});
    }
  }
  return result;
}

/// What a named target is for, where no policy says more.
EdgeKind hinted_kind(Category category) {
  switch (category) {
  case Category::queue:
  case Category::topic:
  case Category::stream:
  case Category::bus:
    return EdgeKind::sends;
  case Category::function:
  case Category::workflow:
  case Category::api:
  case Category::task:
  case Category::endpoint:
    return EdgeKind::invokes;
  default:
    return EdgeKind::refers;
  }
}

constexpr EdgeKind acting[] = {EdgeKind::reads, EdgeKind::writes, EdgeKind::sends, EdgeKind::invokes};

class Hints {
public:
  Hints(Draft& draft, const Grants& grants) : draft_(draft), grants_(grants) {}

  void add(NodeId self, const Variable& variable) {
    const std::size_t where = draft_.index().template_of(self);
    for (const value::Value& alternative : variable.value.alternatives()) {
      const NodeId known = draft_.index().resolve(where, alternative);
      Link link{.from = self,
                .to = known,
                .basis = Basis::hinted,
                .span = alternative.span(),
                .text = "environment variable `" + variable.name + "`"};
      if (known.valid()) {
        if (known != self) add_known(link);
      } else {
        add_outside(link, where, alternative);
      }
    }
  }

private:
  void add_known(Link& link) {
    if (confirm(link)) return;
    for (const auto& allowed : grants_.vaguely_allowed(link.from, link.to)) {
      const Statement statement = draft_.system().statements[allowed.first];
      add_granted(draft_, link.from, link.to, allowed.second, statement);
    }
    if (confirm(link)) return;
    const Category category = draft_.category(link.to);
    if (category == Category::none) return;
    link.kind = grants_.complete(link.from) ? EdgeKind::refers : hinted_kind(category);
    draft_.add(link);
  }

  /// Adds the hint to what is already known between the two.
  bool confirm(Link& link) {
    bool any = false;
    for (const EdgeKind kind : acting) {
      if (!draft_.has(kind, link.from, link.to)) continue;
      link.kind = kind;
      draft_.add(link);
      any = true;
    }
    return any;
  }

  void add_outside(Link& link, std::size_t where, const value::Value& value) {
    const value::Part* reference = value.sole_reference();
    if (reference != nullptr && reference->kind == value::ReferenceKind::import_value) {
      link.to = draft_.imported(where, reference->name);
      link.kind = EdgeKind::refers;
    } else if (reference != nullptr && reference->kind == value::ReferenceKind::output) {
      link.to = draft_.output(where, *reference);
      link.kind = EdgeKind::refers;
    } else {
      link.to = draft_.host(where, value);
      link.kind = EdgeKind::invokes;
      link.mode = Mode::synchronous;
    }
    if (link.to.valid() && !confirm(link)) draft_.add(link);
  }

  Draft& draft_;
  const Grants& grants_;
};

void link_references_of(Draft& draft, NodeId self) {
  const std::size_t where = draft.index().template_of(self);
  for_each_string(draft.index().resource(self).properties, [&](const value::Value& text) {
    for (const value::Part& part : text.parts()) {
      NodeId to;
      if (part.kind == value::ReferenceKind::resource || part.kind == value::ReferenceKind::attribute) {
        to = part.is_reference ? draft.index().find(where, part.name) : NodeId{};
      } else if ((part.kind == value::ReferenceKind::import_value ||
                  part.kind == value::ReferenceKind::output) &&
                 text.sole_reference() != nullptr) {
        to = draft.index().resolve(where, text);
      }
      if (!to.valid() || to == self || draft.related(self, to)) continue;
      draft.add({.kind = EdgeKind::refers,
                 .from = self,
                 .to = to,
                 .span = text.span(),
                 .text = "reference to `" + draft.node(to).label + "`"});
    }
  });
}

} // namespace

void link_permissions(Draft& draft) {
  for (std::size_t i = 0; i < draft.index().size(); ++i) {
    if (draft.index().resource(NodeId(i)).type != "AWS::Lambda::Permission") continue;
    Site site(draft, NodeId(i));
    link_permission(site);
  }
}

void link_environments(Draft& draft, const Grants& grants) {
  Hints hints(draft, grants);
  for (std::size_t i = 0; i < draft.index().size(); ++i) {
    const NodeId self(i);
    const Category category = draft.category(self);
    if (category != Category::function && category != Category::task) continue;
    for (const Variable& variable : variables(draft.index().resource(self))) hints.add(self, variable);
  }
}

void link_references(Draft& draft) {
  for (std::size_t i = 0; i < draft.index().size(); ++i) link_references_of(draft, NodeId(i));
}

} // namespace slsaudit::graph
