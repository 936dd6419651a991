// SPDX-License-Identifier: Apache-2.0
#include "analysis/describe.hpp"

#include "analysis/table.hpp"

namespace slsaudit::analysis {

std::string tables_as_markdown() {
  std::string text =
      "# Tables of facts\n\nWhat rules judge and `for:` names, made from the schemas in `src/analysis/`. "
      "A cell may be unknown.\n";
  for (const Schema* schema : Facts::schemas()) {
    text += "\n## " + std::string(schema->name) + "\n\n" + std::string(schema->summary) +
            ".\n\n| column | type | unit | meaning |\n|---|---|---|---|\n";
    for (const Column& column : schema->columns) {
      text += "| `" + std::string(column.name) + "` | " + std::string(column.type) + " | " +
              std::string(column.unit) + " | " + std::string(column.meaning) + " |\n";
    }
  }
  return text;
}

} // namespace slsaudit::analysis
