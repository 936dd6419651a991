// SPDX-License-Identifier: Apache-2.0
#include "dialect/sam/api_body.hpp"

#include <algorithm>

namespace slsaudit::dialect::sam {

std::string normal_method(std::string_view method) {
  std::string result(method);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return result == "any" ? std::string(any_method) : result;
}

std::vector<Tree*> alternatives(Tree* tree) {
  if (tree == nullptr) return {};
  Tree* sides = tree->is_map() && tree->members().size() == 1 ? tree->get("Fn::If") : nullptr;
  if (sides == nullptr || !sides->is_list()) return {tree};
  std::vector<Tree*> result;
  auto& members = sides->members();
  for (std::size_t i = 1; i < members.size(); ++i) {
    if (!is_no_value(members[i].value->node())) result.push_back(members[i].value);
  }
  return result;
}

std::string path_pattern(std::string_view path, bool greedy) {
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  std::string result;
  while (true) {
    const auto begin = path.find('{');
    const auto end = begin == std::string_view::npos ? begin : path.find('}', begin);
    if (end == std::string_view::npos) return result.append(path);
    std::string_view name = path.substr(begin + 1, end - begin - 1);
    const bool is_greedy = name.ends_with('+');
    if (is_greedy) name.remove_suffix(1);
    const bool plain = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
      return is_alphanumeric({&c, 1}) || c == '.' || c == '_' || c == '-';
    });
    result.append(path.substr(0, begin));
    if (plain && (!is_greedy || greedy || name == "proxy")) {
      result += '*';
    } else {
      result.append(path.substr(begin, end - begin + 1));
    }
    path.remove_prefix(end + 1);
  }
}

bool ApiBody::is_openapi_3() {
  Tree* version = document_.get("openapi");
  return version != nullptr && text_of(version->node()).starts_with("3");
}

bool ApiBody::is_valid() {
  Tree* paths = document_.get("paths");
  if (paths == nullptr || !paths->is_map()) return false;
  return document_.has("swagger") || is_openapi_3();
}

std::vector<std::string_view> ApiBody::paths() {
  std::vector<std::string_view> result;
  Tree* paths = document_.get("paths");
  if (paths == nullptr || !paths->is_map()) return result;
  for (const Tree::Member& member : paths->members()) {
    if (!member.key.starts_with("Fn::")) result.push_back(member.key);
  }
  return result;
}

std::vector<Tree*> ApiBody::items(std::string_view path) {
  Tree* paths = document_.get("paths");
  std::vector<Tree*> result;
  if (paths == nullptr) return result;
  for (Tree* item : alternatives(paths->get(path))) {
    if (item->is_map()) result.push_back(item);
  }
  return result;
}

bool ApiBody::has_integration(std::string_view path, std::string_view method) {
  const std::vector<Tree*> all = items(path);
  if (all.empty()) return false;
  const std::string name = normal_method(method);
  return std::all_of(all.begin(), all.end(), [&](Tree* item) {
    const auto sides = alternatives(item->get(name));
    return std::any_of(sides.begin(), sides.end(), [](Tree* side) { return side->has(integration_key); });
  });
}

void ApiBody::add_path(std::string_view path, std::string_view method, Span span) {
  document_.at("paths", span).at(path, span);
  for (Tree* item : items(path)) item->at(normal_method(method), span);
}

void ApiBody::integrate(std::string_view path, std::string_view method, const Node* integration,
                        const Node* responses, std::string_view condition, Span span) {
  add_path(path, method, span);
  for (Tree* item : items(path)) {
    Tree& definition = item->at(normal_method(method), span);
    for (Tree* side : alternatives(&definition)) {
      side->set(integration_key, integration, span);
      if (!side->has("responses")) side->set("responses", responses, span);
    }
    if (!condition.empty()) definition.make_conditional(condition, span);
  }
}

std::vector<Tree*> ApiBody::definitions(std::string_view path, std::string_view method) {
  std::vector<Tree*> result;
  for (Tree* item : items(path)) {
    for (Tree* side : alternatives(item->get(normal_method(method)))) {
      if (side->has(integration_key)) result.push_back(side);
    }
  }
  return result;
}

std::vector<ApiBody::Method> ApiBody::all_methods(std::string_view path) {
  std::vector<Method> result;
  for (Tree* item : items(path)) {
    for (const Tree::Member& member : item->members()) {
      if (member.key == "summary" || member.key == "description" || member.key == "parameters") continue;
      for (Tree* side : alternatives(member.value)) {
        if (side->has(integration_key)) result.push_back({context_.keep(normal_method(member.key)), side});
      }
    }
  }
  return result;
}

void ApiBody::set_integration(std::string_view path, std::string_view method, std::string_view key,
                              const Node* value) {
  for (Tree* definition : definitions(path, method))
    definition->get(integration_key)->set(key, value, value->span);
}

void ApiBody::add_security(Tree& definition, std::string_view name, const Node* scopes, Span span) {
  const Make make = context_.make(span);
  definition.list_at("security", span).push(make.map({{name, scopes != nullptr ? scopes : make.list({})}}));
}

} // namespace slsaudit::dialect::sam
