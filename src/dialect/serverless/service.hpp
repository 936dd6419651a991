// SPDX-License-Identifier: Apache-2.0
// A service while it is being lowered: what the author configured, and the resources made of it so far.
#pragma once

#include "dialect/limits.hpp"
#include "dialect/serverless/lower.hpp"
#include "dialect/serverless/make.hpp"

#include <deque>
#include <map>
#include <string>

namespace slsaudit::dialect::serverless {

struct Event {
  std::string_view type;      ///< "http", "sqs" …
  text::Span span;            ///< The type's key, or the event when it is a bare word.
  const Node* body = nullptr; ///< What stands behind the key; never null.
};

struct Function {
  std::string_view key;
  text::Span key_span;
  const Node* body = nullptr; ///< A mapping.
  std::string normalized;     ///< First part of every logical id: "HelloDashworld".
  std::string logical_id;     ///< Of the AWS::Lambda::Function.
  const Node* name = nullptr; ///< Physical name: a string, or a join where a part is unknown.
  std::string alias;          ///< Name of the alias that events shall invoke; empty when there is none.
  std::string alias_id;
  bool shifted = false;       ///< A plugin made the alias, to shift traffic to new versions.
  const Node* role = nullptr; ///< What the author gives as its role; null: a role of the framework.
  std::string role_id;        ///< Logical id of the framework's role; empty when the author gives one.
  bool plugin_role = false;   ///< A plugin puts that role in the place of the shared one.
  std::vector<Event> events;
  std::string_view plugin; ///< What it is called in the plugin that makes it; empty: the author's own.
};

/// A permission that a function's or event's settings make the framework add to the execution role. Those
/// with the same group become one statement with several resources.
struct Grant {
  const Function* function = nullptr;
  std::string group;
  std::vector<std::string_view> actions;
  const Node* resource = nullptr;
  bool any_resource = false; ///< Resource: "*", as text.
};

/// A resource that is still being put together.
struct Draft {
  std::string id;
  Author author;
  std::string_view type;
  Properties properties;
  std::vector<std::string> depends_on;
  const Node* condition = nullptr;
  std::string_view deletion_policy;
  const Node* update_policy = nullptr;

  [[nodiscard]] const Node* get(std::string_view key) const;
  void set(std::string_view key, const Node* value); ///< Replaces, or appends.
};

class Service {
public:
  Service(const Make& maker, const Node* tree, text::Problems& sink)
      : make(maker), root(tree), problems(sink) {}
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  Make make;                      ///< With the span of the service file's `provider`.
  const Node* root;               ///< Top-level mapping, variables worked out.
  const Node* provider = nullptr; ///< A mapping, maybe an empty one.
  const Node* name = nullptr;     ///< Name, stage and region: strings, or unknown.
  const Node* stage = nullptr;
  const Node* region = nullptr;
  Limits limits;
  std::deque<Function> functions; ///< A deque: functions are pointed at.
  std::vector<Grant> grants;
  Properties outputs;
  std::map<std::string, const Node*> managed_policies; ///< What plugins attach, by the role's id.
  text::Problems& problems;

  /// Adds a resource. Where there is one of that id, it is replaced in its place, as in the framework.
  Draft& add(std::string id, std::string_view type, const Author& author, Properties properties);
  [[nodiscard]] Draft* find(std::string_view id);
  [[nodiscard]] std::deque<Draft>& drafts() { return drafts_; }
  [[nodiscard]] const std::deque<Draft>& drafts() const { return drafts_; }

  [[nodiscard]] const Node* from_provider(std::initializer_list<std::string_view> path) const {
    return dig(provider, path);
  }
  [[nodiscard]] const Function* function(std::string_view key) const;
  [[nodiscard]] bool has_plugin(std::string_view plugin) const;
  /// Whether a plugin's name contains this, in whatever letter case, or isn't known.
  [[nodiscard]] bool has_plugin_named_with(std::string_view part) const;
  /// `<service>-<stage>` and what more is given, joined by dashes.
  [[nodiscard]] const Node* dashed(const Make& at, std::vector<const Node*> rest = {}) const;
  /// What events invoke: the function, or its alias.
  [[nodiscard]] const Node* target(const Make& at, const Function& function) const;

  void grant(const Function& function, std::string group, std::vector<std::string_view> actions,
             const Node* resource);
  void problem(text::ProblemLevel level, std::string name, std::string message, text::Span at,
               std::string help);
  /// Tells of a route that another function's event has declared, before it is added under the same id.
  void tell_repeated_route(std::string_view id, const std::string& route, const Function& function,
                           const Event& event);
  void wrong_shape(std::string_view what, const Node& found, std::string_view expected);

private:
  std::deque<Draft> drafts_;
  std::map<std::string, Draft*, std::less<>> by_id_;
};

/// Authors of what a function and its events make.
[[nodiscard]] Author author_of(const Function& function);
[[nodiscard]] Author author_of(const Function& function, const Event& event);
/// Of what the author declares by naming it in an event, and may set up in `resources` under its id.
[[nodiscard]] Author declared_by(const Event& event, std::string_view id);
[[nodiscard]] Author generated_by(const Function& function, text::Span span, std::string_view feature);

/// Lets a service invoke the function: an AWS::Lambda::Permission. `source` null: no SourceArn.
Draft& add_permission(Service& service, const Function& function, const Event& event, std::string id,
                      std::string_view principal, const Node* source);
/// Adds DependsOn the function's alias, where it has one.
void depend_on_alias(Draft& draft, const Function& function);

// The parts of lowering, in the order in which lower() calls them.
void read_functions(Service& service);
/// One entry of `functions`; what isn't a function, or has a key that is taken, is told or left out.
void add_function(Service& service, const syntax::Entry& entry);
void lower_deployment_bucket(Service& service);
void lower_roles(Service& service); ///< Drafts of roles; their statements follow.
/// What gives a function a role of its own: "framework" from version 4 on, or "plugin"; empty where nothing
/// does.
[[nodiscard]] std::string_view own_roles(const Service& service);
void lower_functions(Service& service);
void lower_layers(Service& service);
/// Tells of settings of the provider and of functions that the framework doesn't know.
void check_setting_names(Service& service);
void lower_events(Service& service);
void lower_plugins(Service& service);
void add_plugin_functions(Service& service); ///< What plugins add to `functions`.
void finish_roles(Service& service);         ///< Writes the grants into the roles.
void merge_resources(Service& service, Lowered& lowered, text::Arena& arena, const Inputs& inputs);
/// The resources made so far, in order; merge_resources() begins with it.
void add_drafts(const Service& service, Lowered& lowered);
/// Instead of all these, for a platform other than AWS.
void lower_other_provider(Service& service, std::string_view platform, Lowered& lowered);

/// What the transforms that `resources` (its `sections`) names make of the author's own `resources`, as far
/// as known: loops are run. Sets lowered.macro; `lowered` must have its parameters and mappings.
[[nodiscard]] const Node* run_transforms(Service& service, const Node* sections, const Node* resources,
                                         Lowered& lowered, text::Arena& arena, const Inputs& inputs);

} // namespace slsaudit::dialect::serverless
