// SPDX-License-Identifier: Apache-2.0
// Templates given as text, as the facts that rules see.
#pragma once

#include "analysis/table.hpp"
#include "dialect/cloudformation/evaluate.hpp"
#include "dialect/detect.hpp"
#include "dialect/sam/lower.hpp"
#include "syntax/reader.hpp"
#include "text/arena.hpp"
#include "text/source_map.hpp"

#include <string>
#include <vector>

namespace slsaudit::support {

/// One system of CloudFormation and SAM templates.
class Model {
public:
  explicit Model(const std::vector<std::string>& texts, analysis::Settings settings = {})
      : system_(graph::build(read(texts), arena_)), facts_(system_, std::move(settings)) {}
  explicit Model(const std::string& text, analysis::Settings settings = {})
      : Model(std::vector<std::string>{text}, std::move(settings)) {}

  const graph::System& system() const { return system_; }
  const analysis::Facts& facts() const { return facts_; }
  const text::SourceMap& sources() const { return sources_; }

  /// Rows as lines of "value | value", of the named columns; lists as [a, b], unknown as "?".
  std::string rows(std::string_view table, const std::vector<std::string>& columns) const {
    std::string text;
    const analysis::Table* found = facts_.table(table);
    if (found == nullptr) return "no such table";
    for (const analysis::Row& row : found->rows) {
      std::string line;
      for (const std::string& column : columns) line += (line.empty() ? "" : " | ") + show(row.field(column));
      text += line + "\n";
    }
    return text;
  }

  static std::string show(const cel::Value& value) {
    if (value.unknown() != nullptr) return "?";
    if (value.is_null()) return "null";
    if (value.error() != nullptr) return "error: " + value.error()->message;
    if (value.list() == nullptr) return value.display();
    std::string text;
    for (const cel::Value& item : *value.list()) text += (text.empty() ? "" : ", ") + show(item);
    return "[" + text + "]";
  }

private:
  std::vector<dialect::Template> read(const std::vector<std::string>& texts) {
    std::vector<dialect::Template> templates;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const std::string path = "template" + std::to_string(i) + ".yaml";
      const syntax::Document document = syntax::read(sources_, arena_, path, texts[i]);
      const bool sam = dialect::detect(document).dialect == dialect::Dialect::sam;
      const dialect::Lowered lowered = sam ? dialect::sam::lower(document, arena_, {})
                                           : dialect::cloudformation::lower(document, arena_, {});
      templates.push_back(dialect::cloudformation::evaluate(lowered, arena_, {}));
      templates.back().problems.insert(templates.back().problems.end(), document.problems.begin(),
                                       document.problems.end());
    }
    return templates;
  }

  text::Arena arena_;
  text::SourceMap sources_;
  graph::System system_;
  analysis::Facts facts_;
};

} // namespace slsaudit::support
