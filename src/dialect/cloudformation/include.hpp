// SPDX-License-Identifier: Apache-2.0
// AWS::Include of files beside the template: what they hold stands in the tree where the transform stood,
// with its places in the included file. So does the definition of a workflow that SAM takes from a file.
#pragma once

#include "dialect/project.hpp"
#include "dialect/template.hpp"
#include "syntax/node.hpp"

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace slsaudit::dialect::cloudformation {

/// Reads the includes of one template. What is no local file, or can't be read, stays as it is written, with
/// a note. An include within an included file is not followed: CloudFormation does not do so either.
class Includer {
public:
  Includer(const Project& project, text::Arena& arena, text::Problems& problems)
      : project_(project), arena_(arena), problems_(problems) {}

  /// The node itself where nothing is included.
  [[nodiscard]] const syntax::Node* expand(const syntax::Node& root);

  /// The files that were read, and where they are named.
  [[nodiscard]] const std::vector<Passage>& passages() const { return passages_; }

private:
  [[nodiscard]] const syntax::Node* expand_root(const syntax::Node& root);
  [[nodiscard]] const syntax::Node* expand_node(const syntax::Node& node);
  [[nodiscard]] const syntax::Node* expand_container(const syntax::Node& node);
  [[nodiscard]] const syntax::Node* with_children(const syntax::Node& node,
                                                  const std::vector<syntax::Entry>& children) const;
  [[nodiscard]] const syntax::Node* with_definition(const syntax::Node& body);
  [[nodiscard]] const syntax::Node* definition_in(std::string_view location, text::Span at);
  [[nodiscard]] const syntax::Node* included_by(const syntax::Node& transform);
  [[nodiscard]] const syntax::Node* read(std::string_view location, text::Span at);
  [[nodiscard]] const syntax::Node* refuse(std::string reason, text::Span at);
  void add_sections(std::vector<syntax::Entry>& sections, const syntax::Node& included);

  const Project& project_;
  text::Arena& arena_;
  text::Problems& problems_;
  std::vector<Passage> passages_;
  std::unordered_map<const syntax::Node*, const syntax::Node*> done_; ///< Aliases share nodes.
  std::map<std::string, const syntax::Node*> files_; ///< By canonical path; null: unreadable.
};

} // namespace slsaudit::dialect::cloudformation
