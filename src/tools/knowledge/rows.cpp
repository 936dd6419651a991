// SPDX-License-Identifier: Apache-2.0
#include "knowledge/rows/reader.hpp"
#include "syntax/reader.hpp"
#include "text/file_system.hpp"
#include "tools/knowledge/text.hpp"
#include "tools/knowledge/write.hpp"

#include <map>
#include <sstream>
#include <vector>

namespace slsaudit::tools {

namespace {

namespace rows = knowledge::rows;

constexpr std::size_t max_bytes = 8U << 20U;

std::string slurp(const std::string& path) {
  auto bytes = text::DiskFileSystem().read(path, max_bytes);
  if (!bytes) throw std::runtime_error(bytes.error());
  return std::move(bytes).value();
}

/// Throws the first one, with its place.
void check(const text::SourceMap& sources, const text::Problems& problems, const std::string& path) {
  if (problems.empty()) return;
  const text::Problem& first = problems.front();
  const std::size_t line =
      first.span.valid() ? sources.position(first.span.file, first.span.begin).line : std::size_t{0};
  fail(path, line, first.message);
}

void write_table(const rows::Table& table, std::ostream& out) {
  const rows::Layout& layout = rows::layout(table.id);
  Pool pool;
  std::ostringstream cells;
  for (const rows::Row& row : table.rows) {
    cells << "   ";
    for (const rows::Cell& cell : row) {
      cells << " {" << slice(pool, cell.text) << ", " << number(cell.number) << "},";
    }
    cells << '\n';
  }
  out << "constexpr char " << layout.name << "_text[] =\n    " << literal(pool.text()) << ";\n"
      << "constexpr PackedCell " << layout.name << "_cells[] = {\n"
      << cells.str() << "};\n\n";
}

} // namespace

void write_policy_templates(const std::string& directory, std::ostream& out) {
  const std::string path = directory + "/sam-policy-templates.yaml";
  text::SourceMap sources;
  text::Arena arena;
  const syntax::Document document = syntax::read(sources, arena, path, slurp(path));
  check(sources, document.problems, path);
  const syntax::Node* templates = document.root->get("templates");
  if (templates == nullptr) fail(path, 1, "there is no mapping `templates`");
  std::map<std::string_view, const syntax::Node*> sorted;
  for (const syntax::Entry& entry : templates->children) sorted.emplace(entry.key, entry.value);
  Pool pool;
  std::ostringstream table;
  std::ostringstream parameters;
  std::size_t first = 0;
  for (const auto& [name, row] : sorted) {
    const syntax::Node* names = row->get("parameters");
    const syntax::Node* statements = row->get("statements");
    if (statements == nullptr) fail(path, 1, "`" + std::string(name) + "` has no statements");
    const std::size_t count = names == nullptr ? 0 : names->children.size();
    for (std::size_t i = 0; i < count; ++i) {
      parameters << "    " << slice(pool, names->children[i].value->text) << ",\n";
    }
    table << "    {" << slice(pool, name) << ", " << slice(pool, rows::json(*statements)) << ", " << first
          << ", " << count << "},\n";
    first += count;
  }
  out << "constexpr char template_text[] =\n    " << literal(pool.text()) << ";\n"
      << "constexpr Slice template_parameters[] = {\n"
      << parameters.str() << "};\n"
      << "constexpr TemplateRow template_rows[] = {\n"
      << table.str() << "};\n\n";
}

void write_rows(const std::string& directory, std::ostream& out) {
  std::string_view last;
  for (const rows::Layout& layout : rows::layouts()) {
    if (layout.file == last) continue; // its tables have been written together
    last = layout.file;
    const std::string path = directory + "/" + std::string(layout.file);
    text::SourceMap sources;
    text::Arena arena;
    text::Problems problems;
    const auto tables = rows::read(layout.file, path, slurp(path), sources, arena, problems);
    check(sources, problems, path);
    for (const rows::Table& table : tables) write_table(table, out);
  }
  out << "constexpr Rows row_tables[] = {\n";
  for (const rows::Layout& layout : rows::layouts()) {
    const std::string name(layout.name);
    out << "    {{" << name << "_text, sizeof " << name << "_text - 1}, " << name << "_cells},\n";
  }
  out << "};\n";
}

} // namespace slsaudit::tools
