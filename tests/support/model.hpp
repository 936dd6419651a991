// SPDX-License-Identifier: Apache-2.0
// Templates given as text, as the facts that rules see.
#pragma once

#include "analysis/table.hpp"
#include "dialect/cloudformation/evaluate.hpp"
#include "dialect/detect.hpp"
#include "dialect/json_properties.hpp"
#include "dialect/sam/lower.hpp"
#include "dialect/serverless/lower.hpp"
#include "support/table_cases.hpp"
#include "syntax/reader.hpp"
#include "text/arena.hpp"
#include "text/file_system.hpp"
#include "text/source_map.hpp"

#include <string>
#include <vector>

namespace slsaudit::support {

/// One system of templates of any dialect; a service of the Serverless Framework sees no other files.
class Model {
public:
  explicit Model(const std::vector<std::string>& texts, analysis::Settings settings = {})
      : system_(graph::build(read(texts), arena_)), facts_(system_, std::move(settings)) {}
  explicit Model(const std::string& text, analysis::Settings settings = {})
      : Model(std::vector<std::string>{text}, std::move(settings)) {}

  const graph::System& system() const { return system_; }
  const analysis::Facts& facts() const { return facts_; }
  const text::SourceMap& sources() const { return sources_; }

  /// Counted as one system whose rows a test knows; properties of any system look at `facts` instead.
  const analysis::Table* table(std::string_view name) const {
    TableCases::all().add(name, texts_);
    return facts_.table(name);
  }

  /// Rows as lines of "value | value", of the named columns; lists as [a, b], unknown as "?".
  std::string rows(std::string_view table, const std::vector<std::string>& columns) const {
    std::string text;
    const analysis::Table* found = this->table(table);
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
      templates.push_back(dialect::cloudformation::evaluate(lower(document), arena_, {}));
      dialect::read_json_properties(templates.back(), sources_, arena_);
      texts_ += texts[i] + '\0';
      templates.back().problems.insert(templates.back().problems.end(), document.problems.begin(),
                                       document.problems.end());
    }
    return templates;
  }

  dialect::Lowered lower(const syntax::Document& document) {
    const auto dialect = dialect::detect(document).dialect;
    if (dialect == dialect::Dialect::sam) return dialect::sam::lower(document, arena_, {});
    if (dialect != dialect::Dialect::serverless) return dialect::cloudformation::lower(document, arena_, {});
    const dialect::Project project{
        .files = no_files_, .sources = sources_, .directory = "", .root = "", .limits = {}};
    return dialect::serverless::lower(document, arena_, {}, project);
  }

  std::string texts_; ///< All of them, each ended by a NUL.
  text::Arena arena_;
  text::SourceMap sources_;
  text::MemoryFileSystem no_files_{{}};
  graph::System system_;
  analysis::Facts facts_;
};

} // namespace slsaudit::support
