// SPDX-License-Identifier: Apache-2.0
// A CloudFormation document's sections.
#include "dialect/cloudformation/call.hpp"
#include "dialect/cloudformation/evaluate.hpp"
#include "dialect/cloudformation/for_each.hpp"
#include "dialect/cloudformation/misnamed.hpp"
#include "dialect/cloudformation/required.hpp"
#include "dialect/cloudformation/shape.hpp"
#include "text/encoding.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <unordered_set>

namespace slsaudit::dialect::cloudformation {

using syntax::Entry;
using syntax::Node;
using syntax::NodeKind;
using text::ProblemLevel;

namespace {

constexpr std::string_view language_extensions = "AWS::LanguageExtensions";

/// Transforms that add or change nothing that other parts of a template can name.
bool is_known_transform(std::string_view name) {
  return name == language_extensions || name.starts_with("AWS::Serverless-") ||
         name == "AWS::CodeDeployBlueGreen" || name.starts_with("AWS::SecretsManager-") ||
         name == "AWS::ServiceCatalog";
}

/// Which of a mapping's values others of it take by alias: what an alias gives stands where it was written.
std::vector<bool> taken_by_alias(const Node& root) {
  std::map<std::uint32_t, std::size_t> values; // By where they begin.
  for (std::size_t i = 0; i < root.children.size(); ++i)
    values.emplace(root.children[i].value->span.begin, i);
  std::vector<bool> taken(root.children.size(), false);
  std::unordered_set<const Node*> seen;
  std::vector<std::pair<const Node*, std::size_t>> left;
  for (std::size_t i = 0; i < root.children.size(); ++i) left.emplace_back(root.children[i].value, i);
  while (!left.empty()) {
    const auto [node, user] = left.back();
    left.pop_back();
    const auto after = values.upper_bound(node->span.begin);
    if (node->span.valid() && node->span.file == root.span.file && after != values.begin()) {
      const std::size_t holder = std::prev(after)->second;
      const text::Span& held = root.children[holder].value->span;
      if (holder != user && node->span.end <= held.end) taken[holder] = true;
    }
    if (!seen.insert(node).second) continue;
    for (const Entry& entry : node->children) left.emplace_back(entry.value, user);
  }
  return taken;
}

class SectionReader {
public:
  SectionReader(const syntax::Document& document, text::Arena& arena, const Inputs& inputs,
                const Limits& limits)
      : root_(document.root), arena_(arena), inputs_(inputs), limits_(limits) {
    lowered_.dialect = Dialect::cloudformation;
    lowered_.file = document.file;
  }

  Lowered read() {
    if (root_ == nullptr) return std::move(lowered_); // the reader said why
    if (!root_->is_mapping()) {
      tell(ProblemLevel::error, "not-a-template",
           "the document is " + std::string(syntax::describe(*root_)) +
               "; expected a mapping with `Resources`",
           root_->span, "write the template's sections as a mapping");
      return std::move(lowered_);
    }
    check_sections();
    read_transform();
    lowered_.parameters = mapping_section("Parameters");
    lowered_.mappings = mapping_section("Mappings");
    check_mappings();
    lowered_.conditions = mapping_section("Conditions");
    lowered_.outputs = mapping_section("Outputs");
    lowered_.metadata = mapping_section("Metadata");
    const Node* resources = resources_section();
    expand_loops(resources);
    add_resources(resources);
    check_properties();
    return std::move(lowered_);
  }

private:
  void tell(ProblemLevel level, std::string_view name, std::string message, text::Span span,
            std::string help) {
    lowered_.problems.push_back({level, std::string(name), std::move(message), span, std::move(help), {}});
  }

  void check_sections() {
    static constexpr std::array<std::string_view, 13> known{"AWSTemplateFormatVersion",
                                                            "Description",
                                                            "Metadata",
                                                            "Parameters",
                                                            "Rules",
                                                            "Mappings",
                                                            "Conditions",
                                                            "Transform",
                                                            "Resources",
                                                            "Outputs",
                                                            "Hooks",
                                                            "Globals",
                                                            "Fn::Transform"};
    std::optional<std::vector<bool>> taken; // Asked where a section is unknown.
    for (std::size_t i = 0; i < root_->children.size(); ++i) {
      const Entry& entry = root_->children[i];
      if (entry.key == "Fn::Transform") note_macro("AWS::Include", entry.key_span);
      const bool text = entry.key == "AWSTemplateFormatVersion" || entry.key == "Description";
      if (text && !entry.value->is_scalar())
        lowered_.problems.push_back(wrong_shape("wrong-section-shape", entry, "text"));
      const bool mapping = entry.key == "Rules" || entry.key == "Hooks";
      if (mapping) (void)mapping_section(entry.key);
      if (std::ranges::find(known, entry.key) != known.end() || entry.key.starts_with("Fn::ForEach"))
        continue;
      if (entry.value->is_mapping()) {
        for (const Entry& name : entry.value->children) lowered_.misplaced.push_back(name.key);
      }
      if (!taken) taken = taken_by_alias(*root_);
      tell(ProblemLevel::finding, "unknown-section",
           "`" + std::string(text::beginning(entry.key, 60)) +
               "` is no section of a template; CloudFormation refuses it",
           entry.key_span,
           (*taken)[i] ? "move it below `Metadata`, above what takes it by alias"
                       : "correct the name, or remove the section");
    }
  }

  void read_transform() {
    const Entry* entry = root_->find("Transform");
    if (entry == nullptr) return;
    if (!entry->value->is_sequence()) {
      read_transform_name(*entry, *entry->value);
      return;
    }
    for (const Entry& item : entry->value->children) read_transform_name(*entry, *item.value);
  }

  void read_transform_name(const Entry& entry, const Node& node) {
    const Node* name = &node;
    if (node.is_mapping()) {
      const Node* inner = node.get("Fn::Transform");
      name = (inner != nullptr ? inner : &node)->get("Name");
    }
    if (name == nullptr || !name->is_scalar() || syntax::is_null(*name)) {
      if (node.kind == NodeKind::unknown) return;
      const Entry place{entry.key, entry.key_span, &node, false};
      lowered_.problems.push_back(
          wrong_shape("wrong-section-shape", place, "the name of a transform, or a mapping with `Name`"));
    } else if (name->text == language_extensions) {
      extended_ = true;
    } else if (!is_known_transform(name->text)) {
      note_macro(name->text, name->span);
      lowered_.sections.emplace(arena_.copy("transforms." + std::string(name->text)), name->span);
    }
  }

  void note_macro(std::string_view name, text::Span span) {
    if (lowered_.macro.empty()) lowered_.macro = name;
    tell(ProblemLevel::note, "macro-not-run",
         "`" + std::string(text::beginning(name, 60)) +
             "` may add or change anything in this template; what is written is audited",
         span, "");
  }

  const Node* mapping_section(std::string_view name) {
    const Entry* entry = root_->find(name);
    if (entry == nullptr || entry->value->kind == NodeKind::unknown) return nullptr;
    if (entry->value->is_mapping()) {
      if (const Entry* include = entry->value->find("Fn::Transform"))
        note_macro("AWS::Include", include->key_span);
      if (as_call(*entry->value)) return nullptr;
      return entry->value;
    }
    text::Problem problem = wrong_shape("wrong-section-shape", *entry, "a mapping");
    if (syntax::is_null(*entry->value))
      problem.level = ProblemLevel::finding; // CloudFormation refuses it; nothing is lost
    lowered_.problems.push_back(std::move(problem));
    return nullptr;
  }

  void check_mappings() {
    if (lowered_.mappings == nullptr) return;
    for (const Entry& top : lowered_.mappings->children) {
      if (top.key == "Fn::Transform" || top.value->kind == NodeKind::unknown) continue;
      if (!top.value->is_mapping()) {
        lowered_.problems.push_back(wrong_shape("wrong-mapping-shape", top, "a mapping of mappings"));
        continue;
      }
      for (const Entry& second : top.value->children) {
        if (second.key == "Fn::Transform" || is_mapping_or_unknown(*second.value)) continue;
        lowered_.problems.push_back(
            wrong_shape("wrong-mapping-shape", second, "a mapping of keys to values"));
      }
    }
  }

  const Node* resources_section() {
    const Entry* entry = root_->find("Resources");
    if (entry == nullptr) {
      if (!lowered_.macro.empty()) return nullptr; // the macro may bring them
      tell(ProblemLevel::error, "missing-resources", "the template has no section `Resources`", root_->span,
           "add `Resources` with at least one resource");
      return nullptr;
    }
    if (entry->value->is_mapping()) return mapping_section("Resources");
    if (entry->value->kind == NodeKind::unknown) return nullptr;
    lowered_.problems.push_back(
        wrong_shape("wrong-section-shape", *entry, "a mapping of logical ids to resources"));
    return nullptr;
  }

  void expand_loops(const Node*& resources) {
    const auto loops = [](const Node* section) { return section != nullptr && has_for_each(*section); };
    if (!loops(resources) && !loops(lowered_.conditions) && !loops(lowered_.outputs)) return;
    if (!extended_ && lowered_.macro.empty()) {
      tell(ProblemLevel::finding, "missing-transform",
           "`Fn::ForEach` needs the transform `AWS::LanguageExtensions`, which the template doesn't name",
           root_->span, "add `Transform: AWS::LanguageExtensions`");
    }
    // Collections may refer to parameters and mappings only, so conditions can wait.
    const Lowered sections{.file = lowered_.file,
                           .service = {},
                           .sections = {},
                           .parameters = lowered_.parameters,
                           .mappings = lowered_.mappings};
    Evaluator evaluator(sections, arena_, inputs_);
    ForEachExpander expander(arena_, evaluator, limits_, lowered_.problems);
    for (const Node** section : {&lowered_.conditions, &resources, &lowered_.outputs}) {
      if (*section != nullptr) *section = expander.expand(**section);
    }
    lowered_.loops = expander.bodies();
    if (expander.incomplete() && lowered_.macro.empty()) lowered_.macro = "Fn::ForEach";
  }

  void add_resources(const Node* resources) {
    if (resources == nullptr) return;
    std::map<std::string_view, const Entry*> last; // of the entries with one key, the last counts
    for (const Entry& entry : resources->children) last[entry.key] = &entry;
    lowered_.resources.reserve(last.size());
    for (const Entry& entry : resources->children) {
      if (entry.key == "Fn::Transform" || last[entry.key] != &entry) continue;
      note_module(*entry.value);
      lowered_.resources.push_back(
          {.logical_id = entry.key,
           .id_span = entry.key_span,
           .body = entry.value,
           .author = {.id = entry.key, .type = {}, .span = entry.key_span, .feature = {}}});
    }
  }

  void check_properties() {
    if (!lowered_.macro.empty()) return; // it may read properties of its own
    for (const LoweredResource& resource : lowered_.resources) {
      const Node* type = resource.body->is_mapping() ? resource.body->get("Type") : nullptr;
      if (type == nullptr || !type->is_scalar()) continue;
      check_type_name(*type, lowered_.problems);
      check_property_names(*resource.body, type->text, lowered_.problems);
      check_required_properties(resource, type->text, lowered_.problems);
    }
  }

  /// A preprocessor's module declares resources of its own in place of the one that is written.
  void note_module(const Node& body) {
    const Entry* type = body.is_mapping() ? body.find("Type") : nullptr;
    const auto call = type != nullptr ? as_call(*type->value) : std::nullopt;
    if (call && is_preprocessor_call(*call) && lowered_.macro.empty()) lowered_.macro = call->name;
  }

  const Node* root_;
  text::Arena& arena_;
  const Inputs& inputs_;
  const Limits& limits_;
  Lowered lowered_;
  bool extended_ = false;
};

} // namespace

Lowered lower(const syntax::Document& document, text::Arena& arena, const Inputs& inputs,
              const Limits& limits) {
  return SectionReader(document, arena, inputs, limits).read();
}

} // namespace slsaudit::dialect::cloudformation
