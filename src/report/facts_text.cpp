// SPDX-License-Identifier: Apache-2.0
#include "report/facts_text.hpp"

#include "report/redact.hpp"
#include "report/screen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace slsaudit::report {

namespace {

constexpr std::size_t gap = 2;               ///< Blanks between columns.
constexpr std::uint32_t max_cell_width = 60; ///< Longer text makes a table hard to read: blocks then.

std::uint32_t width_of(std::string_view text) {
  return screen_line(text).columns.back();
}

std::string padded(const std::string& text, std::uint32_t width) {
  return text + std::string(width - std::min(width, width_of(text)), ' ');
}

struct Sheet {
  std::vector<std::string> head;
  std::vector<std::vector<std::string>> rows;
  std::vector<std::uint32_t> widths;
};

/// What only marks a place, for `at`: shown as text it says nothing.
bool is_place(const analysis::Column& column) {
  return column.meaning.ends_with("for `at`");
}

/// Columns in which no row has anything are left out.
Sheet sheet_of(const analysis::Table& table) {
  Sheet sheet;
  std::vector<std::size_t> columns;
  for (std::size_t i = 0; i < table.schema->columns.size(); ++i) {
    const bool used =
        std::ranges::any_of(table.rows, [&](const auto& row) { return !row.cell(i).is_null(); });
    if ((used && !is_place(table.schema->columns[i])) || i == 0) columns.push_back(i);
  }
  for (const std::size_t i : columns) {
    sheet.head.emplace_back(table.schema->columns[i].name);
    sheet.widths.push_back(width_of(sheet.head.back()));
  }
  for (const analysis::Row& row : table.rows) {
    std::vector<std::string>& cells = sheet.rows.emplace_back();
    for (std::size_t i = 0; i < columns.size(); ++i) {
      cells.push_back(line_of(row.cell(columns[i])));
      sheet.widths[i] = std::max(sheet.widths[i], width_of(cells.back()));
    }
  }
  return sheet;
}

bool fits(const Sheet& sheet, std::uint32_t width) {
  std::size_t total = 0;
  for (const std::uint32_t column : sheet.widths) {
    if (column > max_cell_width) return false;
    total += column + gap;
  }
  return total <= width + gap;
}

void print_columns(const Sheet& sheet, std::ostream& out) {
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string text = "  ";
    for (std::size_t i = 0; i < cells.size(); ++i)
      text += i + 1 == cells.size() ? cells[i] : padded(cells[i], sheet.widths[i]) + std::string(gap, ' ');
    out << text << '\n';
  };
  line(sheet.head);
  for (const auto& row : sheet.rows) line(row);
}

void print_blocks(const Sheet& sheet, std::ostream& out) {
  std::uint32_t names = 0;
  for (const std::string& name : sheet.head) names = std::max(names, width_of(name));
  bool first = true;
  for (const auto& row : sheet.rows) {
    if (!first) out << '\n';
    first = false;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (row[i] != "-") out << "  " << padded(sheet.head[i], names) << "  " << row[i] << '\n';
    }
  }
}

std::string joined(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ", ") + item;
  return text;
}

/// "`Orders`" as a message shows it is a name between marks.
std::string unquoted(std::string text) {
  if (text.size() > 2 && text.front() == '`' && text.find('`', 1) == text.size() - 1)
    return text.substr(1, text.size() - 2);
  return text;
}

} // namespace

std::string shown(const cel::Value& value) {
  if (const auto* unknown = value.unknown()) return "unknown (" + joined(unknown->reasons) + ")";
  if (value.is_null()) return "-";
  if (const auto* list = value.list()) {
    std::vector<std::string> items;
    std::ranges::transform(*list, std::back_inserter(items),
                           shown); // as deep as the value nests: a few levels
    return "[" + joined(items) + "]";
  }
  return unquoted(value.display());
}

std::string line_of(const cel::Value& value) {
  std::string text;
  if (const auto* row = dynamic_cast<const analysis::Row*>(value.object())) {
    for (std::size_t i = 0; i < row->size(); ++i) {
      if (row->cell(i).is_null()) continue;
      text +=
          fmt::format("{}{}={}", text.empty() ? "" : " ", row->schema().columns[i].name, shown(row->cell(i)));
    }
  } else {
    text = shown(value);
  }
  std::ranges::replace(text, '\n', ' ');
  return printable(redact(text));
}

void print_table(const analysis::Table& table, std::uint32_t width, std::ostream& out) {
  out << table.schema->name << ": " << table.schema->summary << '\n';
  if (table.rows.empty()) {
    out << "  (no rows)\n\n";
    return;
  }
  const Sheet sheet = sheet_of(table);
  if (fits(sheet, width)) {
    print_columns(sheet, out);
  } else {
    print_blocks(sheet, out);
  }
  out << '\n';
}

} // namespace slsaudit::report
