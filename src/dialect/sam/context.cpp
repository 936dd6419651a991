// SPDX-License-Identifier: Apache-2.0
#include "dialect/sam/context.hpp"

#include "dialect/print.hpp"

#include <algorithm>

namespace slsaudit::dialect::sam {

std::string_view Source::condition() const {
  return text_of(sam::get(body, "Condition"));
}

const Source* Context::find(std::string_view id) const {
  const auto found =
      std::find_if(sources.begin(), sources.end(), [&](const Source& source) { return source.id == id; });
  return found == sources.end() ? nullptr : &*found;
}

Draft* Context::find_draft(std::string_view id) {
  for (auto& group : drafts_) {
    for (Draft& draft : group.second) {
      if (draft.id == id) return &draft;
    }
  }
  return nullptr;
}

Draft& Context::add(const Source& source, std::string_view id, std::string_view type) {
  Draft& draft = drafts_[source.id].emplace_back();
  draft.id = keep(id);
  draft.type = type;
  return draft;
}

Draft& Context::emit_main(const Source& source, std::string_view type, const Map& properties) {
  static constexpr std::string_view kept[] = {"Condition",    "DeletionPolicy", "UpdateReplacePolicy",
                                              "UpdatePolicy", "CreationPolicy", "Metadata"};
  Draft& draft = add(source, source.id, type);
  draft.span = source.body->span;
  draft.properties =
      &forest.plant(properties.node(source.properties != nullptr ? source.properties->span : draft.span));
  for (const Entry& entry : source.body->children) {
    if (std::find(std::begin(kept), std::end(kept), entry.key) != std::end(kept))
      draft.attributes.push_back(entry);
  }
  const Node* depends_on = sam::get(source.body, "DependsOn");
  draft.written_dependencies = depends_on;
  draft.one_dependency = is_text(depends_on);
  if (is_text(depends_on)) draft.depends_on.push_back(depends_on->text);
  if (depends_on != nullptr && depends_on->is_sequence()) {
    for (const Entry& entry : depends_on->children) {
      if (is_text(entry.value)) draft.depends_on.push_back(entry.value->text);
    }
  }
  draft.author = {source.id, source.type, source.id_span, source.implicit, source.implicit ? "Events" : ""};
  return draft;
}

Draft& Context::emit(const Source& source, std::string_view id, std::string_view type, const Node* properties,
                     Span span, std::string_view feature) {
  Draft& draft = add(source, id, type);
  draft.span = span;
  draft.properties = &forest.plant(properties != nullptr ? properties : make(span).map({}));
  draft.attributes = source.attributes;
  draft.author = {source.id, source.type, span, true, feature};
  return draft;
}

Draft& Context::pass_on(const Source& source) {
  Draft& draft = add(source, source.id, source.type);
  draft.span = source.body->span;
  draft.untouched = source.body;
  draft.author = {source.id, {}, source.id_span, false, {}};
  if (source.body->get("Connectors") != nullptr) (void)edit(draft);
  return draft;
}

void Context::replace_dependency(std::string_view id, const std::vector<std::string_view>& ids) {
  each_draft([&](Draft& draft) {
    const Node* written = draft.untouched != nullptr ? draft.untouched->get("DependsOn") : nullptr;
    if (written != nullptr) {
      const bool named =
          written->text == id || std::any_of(written->children.begin(), written->children.end(),
                                             [&](const Entry& entry) { return text_of(entry.value) == id; });
      if (named) (void)edit(draft);
    }
    auto& all = draft.depends_on;
    const auto found = std::find(all.begin(), all.end(), id);
    if (found == all.end()) return;
    all.erase(found);
    draft.one_dependency = false;
    for (const std::string_view other : ids) {
      if (std::find(all.begin(), all.end(), other) == all.end()) all.push_back(other);
    }
  });
}

Tree& Context::edit(Draft& draft) {
  if (draft.properties != nullptr) return *draft.properties;
  const Node* body = draft.untouched;
  draft.untouched = nullptr;
  if (body != nullptr) {
    for (const Entry& entry : body->children) {
      if (entry.key == "Properties" && !syntax::is_null(*entry.value))
        draft.properties = &forest.plant(entry.value);
      if (entry.key == "Type" || entry.key == "Properties" || entry.key == "Connectors") continue;
      if (entry.key == "DependsOn" && is_text(entry.value)) {
        draft.one_dependency = true;
        draft.depends_on.push_back(entry.value->text);
      } else if (entry.key == "DependsOn" && entry.value->is_sequence()) {
        for (const Entry& item : entry.value->children) draft.depends_on.push_back(text_of(item.value));
      } else {
        draft.attributes.push_back(entry);
      }
    }
  }
  if (draft.properties == nullptr) {
    draft.properties = &forest.plant(make(draft.span).map({}));
    draft.had_properties = false;
  }
  return *draft.properties;
}

void Context::problem(text::ProblemLevel level, std::string_view name, std::string message, Span span,
                      std::string help) {
  out.problems.push_back({level, std::string(name), std::move(message), span, std::move(help), {}});
}

void Context::wrong_shape(const Node& node, std::string_view what, std::string_view expected) {
  problem(text::ProblemLevel::error, "wrong-shape",
          "`" + std::string(what) + "` is " + std::string(syntax::describe(node)) + ", expected " +
              std::string(expected),
          node.span);
}

const Node* Context::expect_map(const Node* node, std::string_view what) {
  if (node == nullptr || is_plain_map(node)) return node;
  if (!is_intrinsic(node) && node->kind != syntax::NodeKind::unknown) wrong_shape(*node, what, "a mapping");
  return nullptr;
}

const Node* Context::expect_list(const Node* node, std::string_view what) {
  if (node == nullptr || (node->is_sequence() && !is_intrinsic(node))) return node;
  if (!is_intrinsic(node) && node->kind != syntax::NodeKind::unknown) wrong_shape(*node, what, "a list");
  return nullptr;
}

const Node* Context::resolve(const Node* node) {
  const std::string_view name = ref_of(node);
  if (!name.empty()) {
    const auto given = inputs.parameters.find(std::string(name));
    if (given != inputs.parameters.end()) return make(node->span).text(given->second);
    const Node* fallback = sam::get(sam::get(out.parameters, name), "Default");
    return fallback != nullptr ? fallback : node;
  }
  const auto arguments = arguments_of(node, "FindInMap");
  if (arguments.size() < 3) return node;
  const Node* found = out.mappings;
  for (std::size_t i = 0; i < 3 && found != nullptr; ++i) {
    const std::string_view key = text_of(resolve_deep(arguments[i].value));
    found = key.empty() ? nullptr : sam::get(found, key);
  }
  return found != nullptr ? found : node;
}

/// A Sub with the parameters in its text replaced.
const Node* Context::resolve_sub(const Node* node, std::string_view text) {
  std::string changed;
  std::string_view rest = text;
  while (true) {
    const auto begin = rest.find("${");
    const auto end = begin == std::string_view::npos ? begin : rest.find('}', begin);
    if (end == std::string_view::npos) break;
    const std::string_view name = rest.substr(begin + 2, end - begin - 2);
    const std::string_view value = text_of(resolve_deep(make(node->span).ref(name)));
    changed.append(rest.substr(0, begin));
    changed.append(value.empty() ? rest.substr(begin, end - begin + 1) : value);
    rest.remove_prefix(end + 1);
  }
  changed.append(rest);
  return changed == text ? node : make(node->span).sub(changed);
}

/// Recursion follows the tree, whose depth the readers limit; what doesn't change is shared.
const Node* Context::resolve_deep(const Node* node) {
  if (node == nullptr) return nullptr;
  if (inputs.region && ref_of(node) == "AWS::Region") return make(node->span).text(*inputs.region);
  const Node* resolved = resolve(node);
  const Call call = call_of(node);
  if (call && call.name == "Sub" && call.argument->is_scalar()) return resolve_sub(node, call.argument->text);
  if (resolved != node || node->children.empty()) return resolved;
  std::vector<Entry> entries(node->children.begin(), node->children.end());
  bool changed = false;
  for (Entry& entry : entries) {
    const Node* before = entry.value;
    entry.value = resolve_deep(before);
    changed = changed || entry.value != before;
  }
  if (!changed) return node;
  Node copy = *node;
  copy.children = arena.copy(entries);
  return arena.make<Node>(copy);
}

std::string_view Context::id_for_content(std::string_view prefix, const Node* content) {
  std::vector<std::string>& known = contents_[std::string(prefix)];
  const std::string text = content != nullptr ? to_json(*content) : std::string();
  const auto found = std::find(known.begin(), known.end(), text);
  const auto index = static_cast<std::size_t>(found - known.begin());
  if (found == known.end()) known.push_back(text);
  std::string id = index == 0 ? std::string(prefix) : std::string(prefix) + std::to_string(index + 1);
  while (find(id) != nullptr) id += '0'; // the author's own, which the hash keeps clear of
  return keep(id);
}

void Context::add_condition(std::string_view name, const Node* condition) {
  for (Entry& entry : conditions_) {
    if (entry.key != name) continue;
    entry.value = condition;
    return;
  }
  conditions_.push_back({keep(name), condition->span, condition});
}

void Context::add_any_condition(std::string_view name, std::vector<std::string_view> conditions, Span span) {
  constexpr std::size_t most = 10; // CloudFormation's limit for Fn::Or.
  const Make make(arena, span);
  std::size_t more = conditions.size() > most ? (conditions.size() - most + most - 2) / (most - 1) : 0;
  while (conditions.size() > 1) {
    const std::string_view made =
        keep(more > 0 ? std::string(name) + std::to_string(more) : std::string(name));
    if (more > 0) more -= 1;
    const std::size_t count = std::min(most, conditions.size());
    std::vector<const Node*> items;
    for (std::size_t i = 0; i < count; ++i) items.push_back(make.call("Condition", make.text(conditions[i])));
    add_condition(made, make.call("Fn::Or", make.list(items)));
    conditions.erase(conditions.begin(), conditions.begin() + static_cast<std::ptrdiff_t>(count));
    conditions.push_back(made);
  }
}

void Context::refer(std::string_view id, std::string_view property, std::string_view target) {
  references_[std::string(id) + "." + std::string(property)] = keep(target);
}

std::string Context::rewrite_sub(std::string_view text) {
  std::string result;
  while (true) {
    const auto begin = text.find("${");
    const auto end = begin == std::string_view::npos ? begin : text.find('}', begin);
    if (end == std::string_view::npos) return result.append(text);
    result.append(text.substr(0, begin));
    const std::string_view name = text.substr(begin + 2, end - begin - 2);
    const auto dot = name.find('.');
    const auto second = dot == std::string_view::npos ? dot : name.find('.', dot + 1);
    const auto found = references_.find(std::string(name.substr(0, second)));
    const std::string_view attribute =
        second == std::string_view::npos ? std::string_view{} : name.substr(second);
    result += "${";
    result += found == references_.end() ? name : found->second;
    if (found != references_.end()) result += attribute;
    result += "}";
    text = text.substr(end + 1);
  }
}

/// Recursion follows the tree, whose depth the readers limit; what doesn't change is shared.
const Node* Context::rewrite(const Node* node, std::string_view function) {
  if (node == nullptr) return nullptr;
  const Call call = call_of(node);
  if (call && call.argument->is_scalar()) {
    const std::string_view text = call.argument->text;
    std::string changed(text);
    if (call.name == "Ref") {
      const auto found = references_.find(changed);
      if (found != references_.end()) changed = found->second;
    } else if (call.name == "Sub") {
      changed = rewrite_sub(text);
    } else if (call.name == "GetAtt") {
      changed = rewrite_sub("${" + changed + "}");
      changed = changed.substr(2, changed.size() - 3);
    }
    if (changed == text) return node;
    const Make make(arena, node->span);
    if (call.name != "GetAtt") return make.call(call.name == "Ref" ? "Ref" : "Fn::Sub", make.text(changed));
    const auto dot = changed.find('.');
    return make.get_att(changed.substr(0, dot), changed.substr(dot + 1));
  }
  if (call && call.name == "GetAtt" && call.argument->is_sequence())
    return rewrite_get_att(node, *call.argument);
  if (call && call.argument->is_sequence()) function = call.name;
  return rewrite_children(node, call && call.argument == node, function);
}

/// [A, B.C] and [A.B, C] both name an attribute of what `A.B` stands for.
const Node* Context::rewrite_get_att(const Node* node, const Node& parts) {
  std::string joined;
  for (const Entry& part : parts.children) {
    if (!is_text(part.value)) return node;
    joined += (joined.empty() ? "" : ".") + std::string(part.value->text);
  }
  const std::string reference = rewrite_sub("${" + joined + "}");
  const std::string changed = reference.substr(2, reference.size() - 3);
  if (changed == joined) return node;
  const auto dot = changed.find('.');
  if (dot == std::string::npos) return node;
  return make(node->span).get_att(changed.substr(0, dot), changed.substr(dot + 1));
}

/// `own`: the list itself is the argument of `function`; else it is the argument of the parent's, or of none.
const Node* Context::rewrite_children(const Node* node, bool own, std::string_view function) {
  if (node->children.empty()) return node;
  std::vector<Entry> entries(node->children.begin(), node->children.end());
  bool changed = false;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Node* before = entries[i].value;
    const bool template_text = i == 0 && node->is_sequence() && is_text(before) && (own || !function.empty());
    if (template_text && function == "Sub") {
      const std::string text = rewrite_sub(before->text);
      if (text != before->text) entries[i].value = make(before->span).text(text);
    } else {
      entries[i].value = rewrite(before, node->is_mapping() ? function : std::string_view{});
    }
    changed = changed || entries[i].value != before;
  }
  if (!changed) return node;
  Node copy = *node;
  copy.children = arena.copy(entries);
  return arena.make<Node>(copy);
}

namespace {
/// Where the author wrote the dependency, so that what is wrong with it is told there; else null.
const Node* written_dependency(const Node* written, std::string_view id) {
  if (written == nullptr) return nullptr;
  if (is_text(written)) return written->text == id ? written : nullptr;
  for (const Entry& entry : written->children) {
    if (is_text(entry.value) && entry.value->text == id) return entry.value;
  }
  return nullptr;
}
} // namespace

void Context::move_out(Draft& draft) {
  LoweredResource resource;
  resource.logical_id = draft.id;
  resource.id_span = draft.author.span;
  resource.author = draft.author;
  if (draft.untouched != nullptr) {
    resource.body = rewrite(draft.untouched);
    out.resources.push_back(resource);
    return;
  }
  const Make make(arena, draft.span);
  Map body(arena);
  body.set("Type", make.text(draft.type));
  for (const Entry& entry : draft.attributes) body.set(entry.key, entry.value, entry.key_span);
  std::vector<const Node*> depends_on;
  for (const std::string_view id : draft.depends_on) {
    const Node* written = written_dependency(draft.written_dependencies, id);
    depends_on.push_back(written != nullptr ? written : make.text(id));
  }
  const bool one = draft.one_dependency && depends_on.size() == 1;
  if (!depends_on.empty()) body.set("DependsOn", one ? depends_on[0] : make.list(depends_on));
  const Node* properties = draft.properties->node();
  if (draft.had_properties || !properties->children.empty()) body.set("Properties", rewrite(properties));
  resource.body = body.node(draft.span);
  out.resources.push_back(resource);
}

void Context::finish() {
  std::map<std::string_view, const Source*> written;
  for (const Source& source : sources) written.emplace(source.id, &source);
  for (const Source& source : sources) {
    for (Draft& draft : drafts_[source.id]) {
      const auto same = written.find(draft.id);
      if (draft.id == source.id || same == written.end()) {
        move_out(draft);
        continue;
      }
      problem(text::ProblemLevel::finding, "taken-id",
              "SAM makes a resource `" + std::string(draft.id) + "` of `" + std::string(source.id) +
                  "`, and the template has one of that name: it refuses the template",
              same->second->id_span, "give the template's resource another name");
    }
  }
  if (out.outputs != nullptr) out.outputs = rewrite(out.outputs);
  if (conditions_.empty()) return;
  Map conditions(arena);
  conditions.add(out.conditions);
  for (const Entry& entry : conditions_) conditions.set(entry.key, entry.value, entry.key_span);
  out.conditions =
      conditions.node(out.conditions != nullptr ? out.conditions->span : conditions_[0].key_span);
}

const Node* tag_list(Context& context, const Node* tags, std::string_view sam_tag, Span span) {
  const Make make(context.arena, span);
  std::vector<const Node*> items;
  if (!sam_tag.empty()) items.push_back(make.map({{"Key", make.text(sam_tag)}, {"Value", make.text("SAM")}}));
  if (is_plain_map(tags)) {
    for (const Entry& entry : tags->children) {
      const Make own(context.arena, entry.key_span.valid() ? entry.key_span : span);
      const Node* value = syntax::is_null(*entry.value) ? own.text("") : entry.value;
      items.push_back(own.map({{"Key", own.text(entry.key)}, {"Value", value}}));
    }
  }
  return items.empty() ? nullptr : make.list(items);
}

} // namespace slsaudit::dialect::sam
