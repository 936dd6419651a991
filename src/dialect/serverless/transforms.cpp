// SPDX-License-Identifier: Apache-2.0
// Transforms in a service's `resources`: loops are run, macros are named, and what needs a transform asks for
// it.
#include "dialect/cloudformation/for_each.hpp"
#include "dialect/serverless/service.hpp"

#include <algorithm>

namespace slsaudit::dialect::serverless {

namespace {

constexpr std::string_view language_extensions = "AWS::LanguageExtensions";
constexpr std::string_view sam = "AWS::Serverless-2016-10-31";

struct Transforms {
  bool loops = false;
  bool sam = false;
  std::string_view macro; ///< The first of another kind; it may bring anything about.
  bool certain = true;    ///< Whether all of them are known.
};

bool is_unknown(const Node& node) {
  return node.kind == syntax::NodeKind::unknown;
}

/// Whether all of `resources` is here: a part may come from a file that isn't.
bool is_whole(const Node& resources) {
  return !is_unknown(resources) &&
         std::none_of(resources.children.begin(), resources.children.end(),
                      [](const syntax::Entry& part) { return is_unknown(*part.value); });
}

Transforms read_transforms(const Service& service, const Node* sections) {
  Transforms found;
  // A plugin that isn't known may name one.
  found.certain = is_whole(*service.root->get("resources")) &&
                  std::none_of(service.problems.begin(), service.problems.end(),
                               [](const text::Problem& problem) { return problem.name == "unknown-plugin"; });
  const Node* written = sections->get("Transform");
  if (written == nullptr) return found;
  std::vector<const Node*> names = {written};
  if (written->is_sequence()) {
    names.clear();
    for (const syntax::Entry& item : written->children) names.push_back(item.value);
  }
  for (const Node* node : names) {
    const auto name = known_text(node->is_mapping() ? node->get("Name") : node);
    found.certain = found.certain && name.has_value();
    if (!name) continue;
    found.loops = found.loops || *name == language_extensions;
    found.sam = found.sam || *name == sam;
    const bool changes_anything = !name->starts_with("AWS::") || *name == "AWS::Include";
    if (changes_anything && found.macro.empty()) found.macro = *name;
  }
  return found;
}

void ask_for(Service& service, std::string_view what, std::string_view transform, text::Span place) {
  service.problem(text::ProblemLevel::finding, "missing-transform",
                  "`" + std::string(what) + "` needs the transform `" + std::string(transform) +
                      "`, which `resources` does not name",
                  place, "add `Transform: " + std::string(transform) + "` to `resources`");
}

/// One finding for each transform: the first thing that needs it.
void check_needs(Service& service, const Node* resources, const Transforms& found) {
  if (!found.certain || !found.macro.empty()) return;
  bool loops = found.loops;
  bool sam_types = found.sam;
  for (const syntax::Entry& entry : resources->children) {
    if (!loops && entry.key.starts_with("Fn::ForEach::")) {
      ask_for(service, "Fn::ForEach", language_extensions, entry.key_span);
      loops = true;
    }
    const Node* type = dig(entry.value, {"Type"});
    const auto name = known_text(type);
    if (!sam_types && name && name->starts_with("AWS::Serverless::")) {
      ask_for(service, *name, sam, type->span);
      sam_types = true;
    }
  }
}

} // namespace

const Node* run_transforms(Service& service, const Node* sections, const Node* resources, Lowered& lowered,
                           text::Arena& arena, const Inputs& inputs) {
  if (resources == nullptr) return nullptr;
  const Transforms found = read_transforms(service, sections);
  lowered.macro = found.macro;
  if (!found.macro.empty()) {
    service.problem(text::ProblemLevel::note, "macro-not-run",
                    "`" + std::string(found.macro) +
                        "` may add or change anything in `resources`; what is written is audited",
                    resources->span, "");
  }
  check_needs(service, resources, found);
  if (!cloudformation::has_for_each(*resources)) return resources;
  // Collections may refer to parameters and mappings only.
  const Lowered known{.file = lowered.file,
                      .service = {},
                      .sections = {},
                      .parameters = lowered.parameters,
                      .mappings = lowered.mappings};
  cloudformation::Evaluator evaluator(known, arena, inputs);
  cloudformation::ForEachExpander expander(arena, evaluator, service.limits, lowered.problems);
  const Node* expanded = expander.expand(*resources);
  lowered.loops = expander.bodies();
  if (expander.incomplete() && lowered.macro.empty()) lowered.macro = "Fn::ForEach";
  return expanded;
}

} // namespace slsaudit::dialect::serverless
