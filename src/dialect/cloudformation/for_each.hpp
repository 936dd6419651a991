// SPDX-License-Identifier: Apache-2.0
// Fn::ForEach of AWS::LanguageExtensions: one mapping entry that stands for several.
#pragma once

#include "dialect/cloudformation/evaluate.hpp"

#include <cstddef>
#include <set>

namespace slsaudit::dialect::cloudformation {

/// Whether a key of the tree starts a loop.
[[nodiscard]] bool has_for_each(const syntax::Node& node);

/// Expands loops anywhere below a node. What it makes carries the spans of the loop's body.
class ForEachExpander {
public:
  /// The collections may refer to parameters and mappings, which `evaluator` knows.
  ForEachExpander(text::Arena& arena, Evaluator& evaluator, const Limits& limits, text::Problems& problems)
      : builder_(arena), evaluator_(evaluator), limits_(limits), problems_(problems) {}

  /// The node itself where there is no loop in it.
  [[nodiscard]] const syntax::Node* expand(const syntax::Node& node);

  /// A loop could not be expanded, so that the template has entries that nobody sees.
  [[nodiscard]] bool incomplete() const { return incomplete_; }
  /// The bodies of those that could, in the order in which they were met.
  [[nodiscard]] const std::vector<text::Span>& bodies() const { return bodies_; }

private:
  struct Loop {
    std::string_view variable;
    std::vector<std::string_view> values;
    const syntax::Node* body = nullptr;
  };
  struct Binding {
    std::string_view variable;
    std::string_view value;
    std::string_view compact; ///< The value's letters and digits, for `&{Variable}`.
  };

  void expand_entries(const syntax::Node& mapping, std::vector<syntax::Entry>& out,
                      std::set<std::string_view>& keys);
  void expand_loop(const syntax::Entry& entry, std::vector<syntax::Entry>& out,
                   std::set<std::string_view>& keys);
  [[nodiscard]] std::optional<Loop> read_loop(const syntax::Entry& entry);
  [[nodiscard]] bool read_collection(const syntax::Entry& entry, const syntax::Node& node, Loop& loop);
  [[nodiscard]] const syntax::Node* substitute(const syntax::Node& node, const Binding& binding);
  [[nodiscard]] std::string_view substitute_text(std::string_view text, const Binding& binding);
  [[nodiscard]] bool spend(const syntax::Entry& loop);
  void tell(text::ProblemLevel level, std::string_view name, std::string message, text::Span span,
            std::string help);

  syntax::Builder builder_;
  Evaluator& evaluator_;
  const Limits& limits_;
  text::Problems& problems_;
  std::size_t nodes_ = 0; ///< Nodes looked at while copying bodies.
  std::size_t entries_ = 0;
  std::set<std::pair<text::Span, std::string_view>> told_; ///< Names are literals.
  std::vector<text::Span> bodies_;
  bool exhausted_ = false;
  bool incomplete_ = false;
};

} // namespace slsaudit::dialect::cloudformation
