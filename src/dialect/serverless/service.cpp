// SPDX-License-Identifier: Apache-2.0
#include "dialect/serverless/service.hpp"

#include "text/words.hpp"

#include <algorithm>

namespace slsaudit::dialect::serverless {

const Node* Draft::get(std::string_view key) const {
  for (const Property& property : properties) {
    if (property.key == key) return property.value;
  }
  return nullptr;
}

void Draft::set(std::string_view key, const Node* value) {
  for (Property& property : properties) {
    if (property.key == key) {
      property.value = value;
      return;
    }
  }
  properties.push_back({key, value, {}});
}

Draft& Service::add(std::string id, std::string_view type, const Author& author, Properties properties) {
  Draft* draft = find(id);
  if (draft == nullptr) {
    draft = &drafts_.emplace_back();
    by_id_.emplace(id, draft);
  }
  *draft = Draft{.id = std::move(id),
                 .author = author,
                 .type = type,
                 .properties = std::move(properties),
                 .depends_on = {},
                 .condition = nullptr,
                 .deletion_policy = {},
                 .update_policy = nullptr};
  return *draft;
}

void Service::tell_repeated_route(std::string_view id, const std::string& route, const Function& function,
                                  const Event& event) {
  const Draft* first = find(id);
  if (first == nullptr || dig(function.body, {"condition"}) != nullptr) return;
  problem(text::ProblemLevel::finding, "duplicate-route",
          "the function `" + std::string(function.key) + "` asks for the route `" + route + "`, which `" +
              std::string(first->author.id) + "` has: only one of them can get its requests",
          event.span, "take one of the two away, or give it another path or method");
}

Draft* Service::find(std::string_view id) {
  const auto it = by_id_.find(id);
  return it == by_id_.end() ? nullptr : it->second;
}

const Function* Service::function(std::string_view key) const {
  for (const Function& function : functions) {
    if (function.key == key) return &function;
  }
  return nullptr;
}

bool Service::has_plugin(std::string_view plugin) const {
  const Node* plugins = root->get("plugins");
  if (plugins != nullptr && plugins->is_mapping()) plugins = plugins->get("modules");
  if (plugins == nullptr || !plugins->is_sequence()) return false;
  return std::any_of(plugins->children.begin(), plugins->children.end(),
                     [&](const syntax::Entry& entry) { return known_text(entry.value) == plugin; });
}

bool Service::has_plugin_named_with(std::string_view part) const {
  const std::string lower = text::lower(part);
  const Node* plugins = root->get("plugins");
  if (plugins != nullptr && plugins->is_mapping()) plugins = plugins->get("modules");
  if (plugins == nullptr) return false;
  return std::any_of(plugins->children.begin(), plugins->children.end(), [&](const syntax::Entry& entry) {
    const auto plugin = known_text(entry.value);
    return !plugin || text::lower(*plugin).find(lower) != std::string::npos;
  });
}

const Node* Service::dashed(const Make& at, std::vector<const Node*> rest) const {
  std::vector<const Node*> parts = {name, at.text("-"), stage};
  for (const Node* part : rest) {
    parts.push_back(at.text("-"));
    parts.push_back(part);
  }
  return at.concat(parts);
}

const Node* Service::target(const Make& at, const Function& function) const {
  const Node* arn = at.get_att(function.logical_id, "Arn");
  if (function.alias.empty()) return arn;
  return function.shifted ? at.ref(function.alias_id) : at.join(":", {arn, at.text(function.alias)});
}

void Service::grant(const Function& function, std::string group, std::vector<std::string_view> actions,
                    const Node* resource) {
  grants.push_back({.function = &function,
                    .group = std::move(group),
                    .actions = std::move(actions),
                    .resource = resource,
                    .any_resource = resource == nullptr});
}

void Service::problem(text::ProblemLevel level, std::string problem_name, std::string message, text::Span at,
                      std::string help) {
  problems.push_back({.level = level,
                      .name = std::move(problem_name),
                      .message = std::move(message),
                      .span = at,
                      .help = std::move(help),
                      .related = {}});
}

void Service::wrong_shape(std::string_view what, const Node& found, std::string_view expected) {
  if (found.kind == syntax::NodeKind::unknown) {
    problem(text::ProblemLevel::note, "unknown-part",
            "`" + std::string(what) + "` is not known: " + std::string(found.reason), found.span,
            "what it would add is not audited");
    return;
  }
  problem(text::ProblemLevel::error, "wrong-shape",
          "`" + std::string(what) + "` is " + std::string(syntax::describe(found)) + " where " +
              std::string(expected) + " is expected",
          found.span, "write " + std::string(expected));
}

Author author_of(const Function& function) {
  return {.id = function.key,
          .type = "serverless function",
          .span = function.key_span,
          .generated = !function.plugin.empty(),
          .feature = function.plugin};
}

Author author_of(const Function& function, const Event& event) {
  return {.id = function.key,
          .type = "serverless event",
          .span = event.span,
          .generated = !function.plugin.empty(),
          .feature = event.type};
}

Author declared_by(const Event& event, std::string_view id) {
  return {
      .id = id, .type = "serverless event", .span = event.span, .generated = false, .feature = event.type};
}

Author generated_by(const Function& function, text::Span span, std::string_view feature) {
  return {
      .id = function.key, .type = "serverless function", .span = span, .generated = true, .feature = feature};
}

void depend_on_alias(Draft& draft, const Function& function) {
  if (function.shifted) return; // That plugin leaves the order to the references.
  if (!function.alias_id.empty()) draft.depends_on.push_back(function.alias_id);
}

Draft& add_permission(Service& service, const Function& function, const Event& event, std::string id,
                      std::string_view principal, const Node* source) {
  const Make at = service.make.at(event.span);
  Draft& draft =
      service.add(std::move(id), "AWS::Lambda::Permission", generated_by(function, event.span, event.type),
                  {{"FunctionName", service.target(at, function), {}},
                   {"Action", at.text("lambda:InvokeFunction"), {}},
                   {"Principal", at.text(principal), {}},
                   {"SourceArn", source, {}}});
  depend_on_alias(draft, function);
  return draft;
}

} // namespace slsaudit::dialect::serverless
