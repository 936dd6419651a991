// SPDX-License-Identifier: Apache-2.0
// `resources`: the author's own CloudFormation, merged over what the framework made.
#include "dialect/cloudformation/misnamed.hpp"
#include "dialect/cloudformation/required.hpp"
#include "dialect/serverless/service.hpp"

#include <algorithm>
#include <set>

namespace slsaudit::dialect::serverless {

namespace {

/// All parts of `resources` as one mapping of sections; null when there is none.
const Node* written_sections(Service& service) {
  const Node* resources = service.root->get("resources");
  if (resources == nullptr || syntax::is_null(*resources)) return nullptr;
  std::vector<const Node*> parts = {resources};
  if (resources->is_sequence()) {
    parts.clear();
    for (const syntax::Entry& item : resources->children) parts.push_back(item.value);
  }
  const Node* merged = nullptr;
  for (const Node* part : parts) {
    if (syntax::is_null(*part)) continue;
    if (part->is_mapping())
      merged = merge_deep(service.make, merged, part);
    else
      service.wrong_shape("resources", *part, "a mapping with `Resources`, `Outputs` …");
  }
  return merged;
}

const Node* section(Service& service, const Node* sections, std::string_view name) {
  const Node* node = dig(sections, {name});
  if (node == nullptr || node->is_mapping()) return node;
  service.wrong_shape("resources." + std::string(name), *node, "a mapping");
  return nullptr;
}

/// What the resolver makes of a text of which only a part is known; nobody writes a key where its value
/// stands.
bool is_partly_known(const Node* node) {
  return node != nullptr && node->is_mapping() && node->tag.empty() && node->children.size() == 1 &&
         node->children.front().key == "Fn::Join" && node->children.front().key_span == node->span;
}

/// A parameter's default takes no function: one that is partly known is a text that is not known.
const Node* with_readable_defaults(const Service& service, const Node* parameters) {
  if (parameters == nullptr) return nullptr;
  Properties all;
  for (const syntax::Entry& entry : parameters->children) {
    const Node* body = entry.value;
    const Node* standard = body->get("Default");
    if (is_partly_known(standard)) {
      const Node* open = service.make.at(standard->span).unknown("a variable in it can't be resolved");
      const Make at = service.make.at(body->span);
      body = merge_shallow(at, body, at.map({{"Default", open, body->find("Default")->key_span}}));
    }
    all.push_back({entry.key, body, entry.key_span});
  }
  return service.make.at(parameters->span).map(all);
}

const Node* body_of(const Service& service, const Draft& draft) {
  const Make at = service.make.at(draft.author.span);
  std::vector<const Node*> depends_on;
  for (auto it = draft.depends_on.begin(); it != draft.depends_on.end(); ++it) {
    if (std::find(draft.depends_on.begin(), it, *it) == it) depends_on.push_back(at.text(*it));
  }
  return at.map(
      {{"Type", at.text(draft.type), {}},
       {"Properties", at.map(draft.properties), {}},
       {"DependsOn", depends_on.empty() ? nullptr : at.list(depends_on), {}},
       {"Condition", draft.condition, {}},
       {"UpdatePolicy", draft.update_policy, {}},
       {"DeletionPolicy", draft.deletion_policy.empty() ? nullptr : at.text(draft.deletion_policy), {}}});
}

/// As the framework extends: named properties are replaced whole, dependencies added, other attributes
/// replaced.
const Node* extended(const Make& make, const Node* body, const Node* extension) {
  const Node* result = merge_shallow(make, body, extension);
  for (const std::string_view key : {"Properties", "Metadata"}) {
    if (extension->get(key) == nullptr) continue;
    const Node* merged = merge_shallow(make, body->get(key), extension->get(key));
    result = merge_shallow(make, result, make.map({{key, merged, extension->find(key)->key_span}}));
  }
  const Node* more = extension->get("DependsOn");
  const Node* before = body->get("DependsOn");
  if (more == nullptr || before == nullptr) return result;
  std::vector<const Node*> all;
  for (const Node* list : {before, more}) {
    if (!list->is_sequence()) all.push_back(list);
    for (const syntax::Entry& item : list->children) all.push_back(item.value);
  }
  return merge_shallow(make, result, make.map({{"DependsOn", make.at(more->span).list(all), {}}}));
}

void extend(Service& service, const Node* sections, Lowered& lowered) {
  const Node* extensions = section(service, sections, "extensions");
  if (extensions == nullptr) return;
  for (const syntax::Entry& entry : extensions->children) {
    const auto it =
        std::find_if(lowered.resources.begin(), lowered.resources.end(),
                     [&](const LoweredResource& resource) { return resource.logical_id == entry.key; });
    if (it == lowered.resources.end()) {
      service.problem(text::ProblemLevel::finding, "unknown-extension",
                      "`resources.extensions` names `" + std::string(entry.key) +
                          "`, which the service doesn't make",
                      entry.key_span, "name a resource that the framework generates");
    } else if (!entry.value->is_mapping()) {
      service.wrong_shape("resources.extensions." + std::string(entry.key), *entry.value, "a mapping");
    } else {
      it->body = extended(service.make.at(entry.key_span), it->body, entry.value);
    }
  }
}

void add_written(Service& service, const Node* written, Lowered& lowered) {
  if (written == nullptr) return;
  for (const syntax::Entry& entry : written->children) {
    if (written->find(entry.key) != &entry || syntax::is_null(*entry.value)) continue;
    // Loops that could not be run, and transforms of a part, are no resources.
    if (entry.key.starts_with("Fn::")) continue;
    if (!entry.value->is_mapping()) {
      service.wrong_shape("resources.Resources." + std::string(entry.key), *entry.value,
                          "a mapping with a `Type`");
      continue;
    }
    const Draft* draft = service.find(entry.key);
    if (draft != nullptr) {
      const auto it =
          std::find_if(lowered.resources.begin(), lowered.resources.end(),
                       [&](const LoweredResource& resource) { return resource.logical_id == entry.key; });
      it->body = merge_deep(service.make, it->body, entry.value);
      it->id_span = entry.key_span;
      continue;
    }
    lowered.resources.push_back(
        {.logical_id = entry.key,
         .id_span = entry.key_span,
         .body = entry.value,
         .author = {.id = entry.key, .type = {}, .span = entry.key_span, .generated = false, .feature = {}}});
  }
}

/// Of what is written, some is merged into what the framework makes.
void check_written(const Node* written, Lowered& lowered) {
  if (written == nullptr || !lowered.macro.empty()) return;
  std::set<std::string_view> ids;
  for (const syntax::Entry& entry : written->children) ids.insert(entry.key);
  for (const LoweredResource& resource : lowered.resources) {
    if (!ids.contains(resource.logical_id) || !resource.body->is_mapping()) continue;
    const Node* type = resource.body->get("Type");
    if (type == nullptr || !type->is_scalar()) continue;
    cloudformation::check_type_name(*type, lowered.problems);
    cloudformation::check_property_names(*resource.body, type->text, lowered.problems);
    cloudformation::check_required_properties(resource, type->text, lowered.problems);
  }
}

} // namespace

void add_drafts(const Service& service, Lowered& lowered) {
  for (const Draft& draft : service.drafts()) {
    lowered.resources.push_back({.logical_id = service.make.keep(draft.id),
                                 .id_span = draft.author.span,
                                 .body = body_of(service, draft),
                                 .author = draft.author});
  }
}

void merge_resources(Service& service, Lowered& lowered, text::Arena& arena, const Inputs& inputs) {
  add_drafts(service, lowered);
  const Node* sections = written_sections(service);
  lowered.parameters = with_readable_defaults(service, section(service, sections, "Parameters"));
  lowered.mappings = section(service, sections, "Mappings");
  const Node* resources = section(service, sections, "Resources");
  const Node* written = run_transforms(service, sections, resources, lowered, arena, inputs);
  add_written(service, written, lowered);
  extend(service, sections, lowered);
  check_written(written, lowered);
  lowered.conditions = section(service, sections, "Conditions");
  lowered.metadata = section(service, sections, "Metadata");
  const Make nowhere = service.make.at({}); // nobody wrote those outputs
  lowered.outputs =
      merge_deep(service.make, nowhere.map(service.outputs), section(service, sections, "Outputs"));
}

} // namespace slsaudit::dialect::serverless
