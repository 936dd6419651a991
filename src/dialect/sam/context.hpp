// SPDX-License-Identifier: Apache-2.0
// What lowering knows while it runs: the author's resources with Globals merged in, the drafts of what they
// become, and what they share.
#pragma once

#include "dialect/sam/tree.hpp"
#include "dialect/template.hpp"

#include <list>
#include <map>
#include <optional>
#include <set>

namespace slsaudit::dialect::sam {

/// A resource of the author's, or an implicit API.
struct Source {
  std::string_view id;
  Span id_span;
  std::string_view type;
  const Node* body = nullptr;
  const Node* properties = nullptr; ///< Of a SAM resource: with Globals. Null when there are none.
  bool implicit = false;
  std::vector<Entry>
      attributes; ///< Condition, DeletionPolicy, UpdateReplacePolicy: what generated resources inherit.

  [[nodiscard]] const Node* get(std::string_view key) const { return sam::get(properties, key); }
  [[nodiscard]] Span span_of(std::string_view key) const { return key_span(properties, key, id_span); }
  [[nodiscard]] std::string_view condition() const;
};

/// A CloudFormation resource in the making.
struct Draft {
  std::string_view id;
  std::string_view type;
  const Node* untouched = nullptr; ///< The author's body, as long as nothing changes it.
  Tree* properties = nullptr;      ///< Else what it has.
  bool had_properties = true;      ///< Empty ones are left out where the author wrote none.
  std::vector<Entry> attributes;
  std::vector<std::string_view> depends_on;
  const Node* written_dependencies = nullptr; ///< The author's DependsOn.
  bool one_dependency = false;                ///< Written as a string, not as a list.
  Span span;
  Author author;
};

/// Routes that events add to an API's body, by path and method, and under which condition ("" for none).
using RouteConditions = std::map<std::string_view, std::map<std::string_view, std::string_view>>;

/// An API while events add their routes to it.
struct ApiState {
  Source* source = nullptr;
  Tree* body = nullptr; ///< Null with a DefinitionUri.
  bool managed = false; ///< The translator writes the body, not the author.
  bool http = false;
  RouteConditions routes;
  Tree* route_settings = nullptr; ///< HTTP APIs: the author's, with those of the events.
  const Node* tags = nullptr;     ///< Implicit APIs: those that functions pass on.
};

/// A DeploymentPreference: they share an application and a role.
struct Deployment {
  const Source* source = nullptr;
  const Node* preference = nullptr;
};

class Context {
public:
  Context(text::Arena& memory, const Inputs& given, Lowered& lowered)
      : arena(memory), forest(memory), inputs(given), out(lowered) {}

  text::Arena& arena;
  Forest forest;
  const Inputs& inputs;
  Lowered& out;
  std::list<Source> sources; ///< In source order; implicit APIs last.
  std::map<std::string_view, ApiState> apis;
  std::vector<Deployment> deployments;
  std::vector<const Source*> shared_usage_plans; ///< APIs with a usage plan that they share.
  const Node* globals = nullptr;

  [[nodiscard]] Make make(Span span) { return {arena, span}; }
  [[nodiscard]] std::string_view keep(std::string_view text) { return arena.copy(text); }
  [[nodiscard]] const Source* find(std::string_view id) const;
  [[nodiscard]] Draft* find_draft(std::string_view id);
  [[nodiscard]] std::list<Draft>& drafts_of(const Source& source) { return drafts_[source.id]; }

  /// A resource that the author wrote: keeps DependsOn, Metadata and the like.
  Draft& emit_main(const Source& source, std::string_view type, const Map& properties);
  /// One that SAM adds: `feature` is the property that made it, `span` the author's text that did. Inherits
  /// the source's condition and policies.
  Draft& emit(const Source& source, std::string_view id, std::string_view type, const Node* properties,
              Span span, std::string_view feature);
  template <class Visit> void each_draft(Visit&& visit) {
    for (auto& group : drafts_) {
      for (Draft& draft : group.second) visit(draft);
    }
  }
  /// Whoever waits for `id` waits for all of `ids` instead.
  void replace_dependency(std::string_view id, const std::vector<std::string_view>& ids);
  /// A resource of the author's that nothing has changed yet.
  Draft& pass_on(const Source& source);
  /// Opens an author's own resource for changes.
  Tree& edit(Draft& draft);

  void problem(text::ProblemLevel level, std::string_view name, std::string message, Span span,
               std::string help = {});
  /// An error: something has another shape than it must have.
  void wrong_shape(const Node& node, std::string_view what, std::string_view expected);
  /// `node` when it is a plain mapping (or null); else a problem and null.
  const Node* expect_map(const Node* node, std::string_view what);
  const Node* expect_list(const Node* node, std::string_view what);

  /// With parameters (given, or their default) and FindInMap replaced at the top; else the node itself.
  [[nodiscard]] const Node* resolve(const Node* node);
  /// The same all the way down, as the translator does for domains, authorizers and the like.
  [[nodiscard]] const Node* resolve_deep(const Node* node);
  [[nodiscard]] std::string_view resolve_text(const Node* node) { return text_of(resolve(node)); }
  void add_condition(std::string_view name, const Node* condition);
  /// Adds a condition that is true when one of several is; ten at most fit in one Or.
  void add_any_condition(std::string_view name, std::vector<std::string_view> conditions, Span span);

  /// A logical id for what has one by a hash of its content: the prefix, and a number from the second content
  /// on. None of the author's resources has it.
  [[nodiscard]] std::string_view id_for_content(std::string_view prefix, const Node* content);
  /// A logical id that ends in a hash when it is deployed: the prefix alone, which another resource may have.
  [[nodiscard]] std::string_view id_without_hash(const std::string& prefix) {
    return keep(find(prefix) == nullptr ? prefix : prefix + "0");
  }
  /// `!Ref Id.Property` shall name `target`.
  void refer(std::string_view id, std::string_view property, std::string_view target);
  /// Moves everything into `out`.
  void finish();

private:
  Draft& add(const Source& source, std::string_view id, std::string_view type);
  void move_out(Draft& draft);
  /// `function`: the call whose argument the node is.
  [[nodiscard]] const Node* rewrite(const Node* node, std::string_view function = {});
  [[nodiscard]] const Node* rewrite_get_att(const Node* node, const Node& parts);
  [[nodiscard]] const Node* rewrite_children(const Node* node, bool own, std::string_view function);
  [[nodiscard]] const Node* resolve_sub(const Node* node, std::string_view text);
  [[nodiscard]] std::string rewrite_sub(std::string_view text);

  std::map<std::string_view, std::list<Draft>> drafts_; ///< By source.
  std::map<std::string, std::string_view> references_;  ///< "Api.Stage" → logical id.
  std::vector<Entry> conditions_;
  std::map<std::string, std::vector<std::string>>
      contents_; ///< Of id_for_content: texts by prefix, in order.
};

/// What a tag list (`[{Key, Value}]`) is made from: SAM's own tag first, then the author's.
[[nodiscard]] const Node* tag_list(Context& context, const Node* tags, std::string_view sam_tag, Span span);

} // namespace slsaudit::dialect::sam
