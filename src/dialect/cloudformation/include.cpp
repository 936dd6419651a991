// SPDX-License-Identifier: Apache-2.0
#include "dialect/cloudformation/include.hpp"

#include <algorithm>
#include <utility>

namespace slsaudit::dialect::cloudformation {

using syntax::Entry;
using syntax::Node;

namespace {

constexpr std::string_view transform_key = "Fn::Transform";

/// `{Name: AWS::Include, Parameters: {Location: …}}`
bool is_include(const Node& transform) {
  const Node* name = transform.get("Name");
  return name != nullptr && name->is_scalar() && name->text == "AWS::Include";
}

const Node* without_key(const Node& node) {
  const Node* inner = node.get(transform_key);
  return inner != nullptr && node.children.size() == 1 ? inner : &node;
}

} // namespace

const Node* Includer::expand(const Node& root) {
  return root.is_mapping() ? expand_root(root) : &root;
}

/// `Transform` of the template itself may include sections.
const Node* Includer::expand_root(const Node& root) {
  const Entry* written = root.find("Transform");
  if (written == nullptr) return expand_node(root);
  std::vector<const Node*> included;
  std::vector<Entry> kept;
  const auto take = [&](const Entry& item) {
    const Node& transform = *without_key(*item.value);
    const Node* content = is_include(transform) ? included_by(transform) : nullptr;
    if (content != nullptr && content->is_mapping())
      included.push_back(content);
    else
      kept.push_back(item);
  };
  if (written->value->is_sequence()) {
    for (const Entry& item : written->value->children) take(item);
  } else {
    take(*written);
  }
  if (included.empty()) return expand_node(root);
  std::vector<Entry> sections;
  for (const Entry& entry : root.children) {
    if (entry.key != "Transform") {
      sections.push_back(entry);
    } else if (written->value->is_sequence() && !kept.empty()) {
      sections.push_back(entry);
      sections.back().value = with_children(*entry.value, kept);
    }
  }
  for (const Node* content : included) add_sections(sections, *content);
  return expand_node(*with_children(root, sections));
}

/// What the template has itself counts.
void Includer::add_sections(std::vector<Entry>& sections, const Node& included) {
  for (const Entry& entry : included.children) {
    const auto known = std::ranges::find(sections, entry.key, &Entry::key);
    if (known == sections.end()) {
      sections.push_back(entry);
      continue;
    }
    if (!known->value->is_mapping() || !entry.value->is_mapping()) continue;
    std::vector<Entry> children(known->value->children.begin(), known->value->children.end());
    for (const Entry& child : entry.value->children) {
      if (known->value->find(child.key) == nullptr) children.push_back(child);
    }
    known->value = with_children(*known->value, children);
  }
}

// Recursion: over the nesting of the author's tree, which the reader limits.
const Node* Includer::expand_node(const Node& node) {
  if (node.children.empty()) return &node;
  const auto known = done_.find(&node);
  if (known != done_.end()) return known->second;
  const Node* result = &node;
  if ((node.tag == "!Transform" || node.tag == "!Fn::Transform") && is_include(node)) {
    if (const Node* content = included_by(node)) result = content;
  } else {
    result = expand_container(node);
  }
  done_.emplace(&node, result);
  return result;
}

const Node* Includer::expand_container(const Node& node) {
  std::vector<Entry> children; // made with the first that differs
  bool changed = false;
  for (const Entry& entry : node.children) {
    const Node* content = nullptr;
    if (entry.key == transform_key && is_include(*entry.value)) content = included_by(*entry.value);
    if (content != nullptr && node.children.size() == 1) return content;
    const bool is_merged = content != nullptr && content->is_mapping();
    const Node* expanded = is_merged ? nullptr : expand_node(*entry.value);
    if (!changed && expanded != entry.value) {
      changed = true;
      children.assign(node.children.data(), &entry);
    }
    if (!changed) continue;
    if (is_merged) {
      for (const Entry& added : content->children) {
        if (node.find(added.key) == nullptr) children.push_back(added);
      }
    } else {
      children.push_back(entry);
      children.back().value = expanded;
    }
  }
  return with_definition(changed ? *with_children(node, children) : node);
}

/// A workflow of SAM whose definition is a file beside the template.
const Node* Includer::with_definition(const Node& body) {
  const Node* type = body.get("Type");
  const Entry* properties = body.find("Properties");
  if (type == nullptr || type->text != "AWS::Serverless::StateMachine" || properties == nullptr) return &body;
  const Node& written = *properties->value;
  const Entry* uri = written.is_mapping() ? written.find("DefinitionUri") : nullptr;
  if (uri == nullptr || written.find("Definition") != nullptr) return &body;
  const Node& path = *uri->value;
  if (!path.is_scalar() || !path.tag.empty() || !is_local(path.text)) return &body;
  const Node* definition = definition_in(path.text, path.span);
  if (definition == nullptr) return &body;
  std::vector<Entry> inner(written.children.begin(), written.children.end());
  inner[static_cast<std::size_t>(uri - &written.children.front())].value = definition;
  std::vector<Entry> outer(body.children.begin(), body.children.end());
  outer[static_cast<std::size_t>(properties - &body.children.front())].value = with_children(written, inner);
  return with_children(body, outer);
}

/// What can't be read, or is no workflow, stays as it is: SAM tells of that when it builds.
const Node* Includer::definition_in(std::string_view location, text::Span at) {
  const auto found = find_local(project_, location);
  if (!found.ok()) {
    problems_.push_back({text::ProblemLevel::note,
                         "definition-not-read",
                         "the definition of the workflow is not known: " + found.error(),
                         at,
                         "",
                         {}});
    return nullptr;
  }
  const auto [known, is_new] = files_.try_emplace(found.value().canonical, nullptr);
  if (!is_new || files_.size() > project_.limits.max_includes) return known->second;
  auto bytes = project_.files.read(found.value().path, project_.limits.max_bytes);
  if (!bytes.ok()) return nullptr;
  const syntax::Document document =
      syntax::read(project_.sources, arena_, found.value().path, std::move(bytes).value(), project_.limits);
  const bool whole = std::ranges::none_of(document.problems, [](const text::Problem& problem) {
    return problem.level == text::ProblemLevel::error;
  });
  const bool workflow = whole && document.root != nullptr && document.root->is_mapping() &&
                        document.root->get("States") != nullptr;
  if (!workflow) return nullptr;
  known->second = document.root;
  passages_.push_back(
      {document.root->span, {value::Origin::Kind::include, at, arena_.copy(location), nullptr}});
  return document.root;
}

const Node* Includer::with_children(const Node& node, const std::vector<Entry>& children) const {
  Node copy = node;
  copy.children = arena_.copy(children);
  return arena_.make<Node>(copy);
}

const Node* Includer::included_by(const Node& transform) {
  const Node* parameters = transform.get("Parameters");
  const Node* location = parameters != nullptr ? parameters->get("Location") : nullptr;
  if (location == nullptr || !location->is_scalar() || !location->tag.empty()) return nullptr;
  if (!is_local(location->text)) return nullptr; // in a bucket
  return read(location->text, location->span);
}

const Node* Includer::refuse(std::string reason, text::Span at) {
  problems_.push_back({text::ProblemLevel::note,
                       "include-not-read",
                       "what `AWS::Include` puts here is not known: " + std::move(reason),
                       at,
                       "",
                       {}});
  return nullptr;
}

const Node* Includer::read(std::string_view location, text::Span at) {
  const auto found = find_local(project_, location);
  if (!found.ok()) return refuse(found.error(), at);
  const LocalFile& file = found.value();
  const auto [known, is_new] = files_.try_emplace(file.canonical, nullptr);
  if (!is_new) return known->second;
  if (files_.size() > project_.limits.max_includes) {
    problems_.push_back({text::ProblemLevel::error,
                         "too-many-includes",
                         "`" + file.path + "` is not read: it is one file more than the limit of " +
                             std::to_string(project_.limits.max_includes) + " (includes)",
                         at,
                         "take fewer files in",
                         {}});
    return nullptr;
  }
  auto bytes = project_.files.read(file.path, project_.limits.max_bytes);
  if (!bytes.ok()) return refuse("`" + file.path + "` can't be read", at);
  syntax::Document document =
      syntax::read(project_.sources, arena_, file.path, std::move(bytes).value(), project_.limits);
  problems_.insert(problems_.end(), document.problems.begin(), document.problems.end());
  known->second = document.root;
  if (document.root != nullptr)
    passages_.push_back(
        {document.root->span, {value::Origin::Kind::include, at, arena_.copy(location), nullptr}});
  return document.root;
}

} // namespace slsaudit::dialect::cloudformation
