// SPDX-License-Identifier: Apache-2.0
#include "rules/names.hpp"
#include "rules/suppression.hpp"

#include <array>
#include <set>

namespace slsaudit::rules {
namespace {

using syntax::Node;

std::string text_of(const Node* node) {
  return node != nullptr && node->is_scalar() ? std::string(node->text) : std::string();
}

/// The scalars of a list, or one scalar.
std::vector<std::string> texts_of(const Node* node) {
  std::vector<std::string> texts;
  if (node == nullptr) return texts;
  if (node->is_scalar() && !syntax::is_null(*node)) texts.emplace_back(node->text);
  if (!node->is_sequence()) return texts;
  for (const syntax::Entry& item : node->children) {
    if (item.value->is_scalar()) texts.emplace_back(item.value->text);
  }
  return texts;
}

/// What a list of suppressions covers.
struct Cover {
  text::Span scope;
  std::vector<text::FileId> files;
};

class OwnReader {
public:
  OwnReader(std::string_view where, Cover cover, std::vector<Suppression>& target)
      : where_(where), cover_(std::move(cover)), target_(target) {}

  /// The value of `slsaudit`: {ignore: […]}.
  void read(const Node& section) {
    if (!section.is_mapping()) return fault(section, "`slsaudit` is a map with `ignore`");
    for (const syntax::Entry& entry : section.children) {
      if (entry.key != "ignore") {
        fault(entry.key_span, "`slsaudit` has no key `" + std::string(entry.key) + "`; there is `ignore`");
      } else if (entry.value->is_sequence()) {
        for (const syntax::Entry& item : entry.value->children) read_item(*item.value);
      } else {
        read_item(*entry.value);
      }
    }
  }

private:
  void read_item(const Node& item) {
    Suppression made = start(item.span);
    if (item.is_scalar() && !syntax::is_null(item)) {
      made.terms = {std::string(item.text)};
    } else if (!item.is_mapping()) {
      return fault(item, "`ignore` is a list of rules, or of maps with `rules`, `until` and `reason`");
    }
    for (const syntax::Entry& entry : item.children) read_key(entry, made);
    if (made.fault.empty() && made.terms.empty()) made.fault = "`rules` names no rule";
    if (made.fault.empty() && !made.until.empty() && !is_date(made.until))
      made.fault = "`until` wants a date like 2027-03-31, not `" + made.until + "`";
    std::string listed;
    for (const std::string& term : made.terms) listed += (listed.empty() ? "" : ", ") + term;
    made.origin = std::string(where_) + ": ignore[" + listed + "]";
    target_.push_back(std::move(made));
  }

  static void read_key(const syntax::Entry& entry, Suppression& made) {
    static constexpr std::array<std::string_view, 4> keys{"rules", "until", "reason", "resource"};
    if (entry.key == "rules") {
      made.terms = texts_of(entry.value);
    } else if (entry.key == "until") {
      made.until = text_of(entry.value);
    } else if (entry.key == "reason") {
      made.reason = text_of(entry.value);
    } else if (entry.key == "resource") {
      made.resource = text_of(entry.value);
    } else {
      const std::string_view near = nearest(entry.key, {keys.begin(), keys.end()});
      made.fault = "there is no key `" + std::string(entry.key) + "`" +
                   (near.empty() ? "" : "; did you mean `" + std::string(near) + "`?");
    }
  }

  [[nodiscard]] Suppression start(text::Span span) const {
    Suppression made;
    made.span = span;
    made.origin = where_;
    made.scope = cover_.scope;
    made.files = cover_.files;
    return made;
  }
  void fault(text::Span span, std::string message) {
    Suppression made = start(span);
    made.fault = std::move(message);
    target_.push_back(std::move(made));
  }
  void fault(const Node& node, const std::string& expected) {
    fault(node.span, expected + ", not " + std::string(syntax::describe(node)));
  }

  std::string_view where_;
  Cover cover_;
  std::vector<Suppression>& target_;
};

/// How another tool writes its list in Metadata.
struct ForeignList {
  std::string_view tool;                ///< As in the `equivalents` of rules.
  std::array<std::string_view, 3> path; ///< Below Metadata.
  std::string_view id;                  ///< Key of an item's id; empty where items are ids.
  std::string_view reason;              ///< Key of its reason.
};

constexpr std::array<ForeignList, 7> foreign_lists{{
    {"checkov", {"checkov", "skip", ""}, "id", "comment"},
    {"checkov", {"bridgecrew", "skip", ""}, "id", "comment"},
    {"cfn-lint", {"cfn-lint", "config", "ignore_checks"}, "", ""},
    {"serverless-rules", {"cfn-lint", "config", "ignore_checks"}, "", ""}, // it runs inside cfn-lint
    {"cfn-nag", {"cfn_nag", "rules_to_suppress", ""}, "id", "reason"},
    {"guard", {"guard", "SuppressedRules", ""}, "", ""},
    {"cdk-nag", {"cdk_nag", "rules_to_suppress", ""}, "id", "reason"},
}};

const Node* follow(const Node& metadata, const ForeignList& list) {
  const Node* node = &metadata;
  for (const std::string_view key : list.path) {
    if (node == nullptr || key.empty()) break;
    node = node->get(key);
  }
  return node;
}

/// Every Metadata of the document, with what it stands on. Depth is bounded by the reader.
class Walk {
public:
  Walk(const syntax::Document& document, std::vector<Suppression>& target)
      : document_(document), target_(target) {}

  void visit(const Node& node, text::Span whole) {
    const bool may_share = document_.format == syntax::Format::yaml; // JSON has no aliases
    if (node.children.empty() || (may_share && !seen_.insert(&node).second)) return;
    const bool root = &node == document_.root;
    if (const Node* metadata = node.get("Metadata"); metadata != nullptr && metadata->is_mapping()) {
      const Cover cover = root ? Cover{{}, {document_.file}} : Cover{whole, {}};
      if (const Node* own = metadata->get("slsaudit"))
        OwnReader("Metadata.slsaudit", cover, target_).read(*own);
      read_foreign_metadata(*metadata, cover.scope, cover.files, target_);
    }
    for (const syntax::Entry& entry : node.children) {
      const text::Span span = entry.value->span;
      if (span.file != document_.file) continue;
      const std::uint32_t begin = entry.key_span.valid() ? entry.key_span.begin : span.begin;
      visit(*entry.value, {span.file, begin, span.end});
    }
  }

private:
  const syntax::Document& document_;
  std::vector<Suppression>& target_;
  std::set<const Node*> seen_;
};

} // namespace

void read_foreign_metadata(const Node& metadata, text::Span scope, const std::vector<text::FileId>& files,
                           std::vector<Suppression>& target) {
  for (const ForeignList& list : foreign_lists) {
    const Node* items = follow(metadata, list);
    if (items == nullptr || !items->is_sequence()) continue;
    for (const syntax::Entry& item : items->children) {
      const Node& value = *item.value;
      // cdk-nag's `applies_to` narrows to a part of what it found, which we can't tell apart.
      if (value.get("applies_to") != nullptr || value.get("appliesTo") != nullptr) continue;
      Suppression made;
      made.span = value.span;
      made.tool = list.tool;
      const std::string id =
          list.id.empty() || value.is_scalar() ? text_of(&value) : text_of(value.get(list.id));
      if (id.empty()) continue;
      made.origin = "Metadata." + std::string(list.path[0]) + " " + id;
      made.terms = {id};
      made.reason = list.reason.empty() ? std::string() : text_of(value.get(list.reason));
      made.scope = scope;
      made.files = files;
      target.push_back(std::move(made));
    }
  }
}

void read_metadata(const syntax::Document& document, std::vector<Suppression>& target) {
  if (document.root == nullptr) return;
  Walk(document, target).visit(*document.root, document.root->span);
  const Node* custom = document.root->get("custom");
  const Node* own =
      custom != nullptr && document.root->get("service") != nullptr ? custom->get("slsaudit") : nullptr;
  if (own != nullptr) OwnReader("custom.slsaudit", {{}, {document.file}}, target).read(*own);
}

} // namespace slsaudit::rules
