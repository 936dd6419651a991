// SPDX-License-Identifier: Apache-2.0
#include "knowledge/rows/reader.hpp"

#include "syntax/reader.hpp"
#include "text/json_escape.hpp"
#include "text/words.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace slsaudit::knowledge::rows {

namespace {

using syntax::Node;

constexpr std::string_view documents_key = "documents";
constexpr std::string_view note_key = "note";

std::string quoted(std::string_view text) {
  return "`" + std::string(text) + "`";
}

/// "`a`, `b` and `c`", with "or" for "and".
std::string one_of(const std::vector<std::string_view>& words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i != 0) out += i + 1 == words.size() ? " or " : ", ";
    out += quoted(words[i]);
  }
  return out;
}

/// YYYY, YYYY-MM or YYYY-MM-DD.
bool is_date(std::string_view text) {
  constexpr std::string_view shape = "0000-00-00";
  if (text.size() != 4 && text.size() != 7 && text.size() != 10) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (shape[i] == '0' ? !digit : text[i] != shape[i]) return false;
  }
  return (text.size() < 7 || (text.substr(5, 2) >= "01" && text.substr(5, 2) <= "12")) &&
         (text.size() < 10 || (text.substr(8) >= "01" && text.substr(8) <= "31"));
}

struct Origin {
  std::string_view source;
  std::string_view as_of;
  bool verified = true;
};

class FileReader {
public:
  FileReader(std::string_view file, text::Arena& arena, text::Problems& problems)
      : file_(file), arena_(arena), problems_(problems) {}

  std::vector<Table> run(const Node& root);

private:
  void report(text::Span span, std::string message, std::string help = {}) {
    problems_.push_back(
        {text::ProblemLevel::error, "knowledge-row", std::move(message), span, std::move(help), {}});
  }
  void unexpected(const Node& found, const std::string& what, std::string_view expected) {
    report(found.span,
           what + " is " + std::string(syntax::describe(found)) + "; expected " + std::string(expected));
  }
  void check_keys(const Node& mapping, std::string_view what, const std::vector<std::string_view>& known);

  void read_documents(const Node& root);
  [[nodiscard]] Table read_table(const Layout& layout, const Node& list);
  [[nodiscard]] std::optional<Row> read_row(const Layout& layout, const Node& node);
  [[nodiscard]] bool read_cell(const Field& field, const Node& node, Cell& cell);
  [[nodiscard]] bool read_number(const Field& field, const Node& node, Cell& cell);
  [[nodiscard]] bool read_list(const Field& field, const Node& node, Cell& cell);
  [[nodiscard]] bool read_origin(const Node& row, Origin& origin);
  [[nodiscard]] bool read_date(std::string_view name, const Node& node, std::string_view& date);
  [[nodiscard]] bool read_flag(std::string_view name, const Node& node, bool& value);
  void sort(const Layout& layout, Table& table, const std::vector<text::Span>& spans);

  std::string_view file_;
  text::Arena& arena_;
  text::Problems& problems_;
  std::map<std::string_view, Origin> documents_;
};

void FileReader::check_keys(const Node& mapping, std::string_view what,
                            const std::vector<std::string_view>& known) {
  std::map<std::string_view, int> seen;
  for (const syntax::Entry& entry : mapping.children) {
    if (++seen[entry.key] == 2) report(entry.key_span, quoted(entry.key) + " is given twice");
    if (std::find(known.begin(), known.end(), entry.key) != known.end()) continue;
    const auto nearest =
        std::min_element(known.begin(), known.end(), [&](std::string_view a, std::string_view b) {
          return text::edit_distance(a, entry.key) < text::edit_distance(b, entry.key);
        });
    const bool near = text::edit_distance(*nearest, entry.key) <= 2;
    report(entry.key_span, std::string(what) + " has no " + quoted(entry.key) + "; expected " + one_of(known),
           near ? "did you mean " + quoted(*nearest) + "?" : "");
  }
}

std::vector<Table> FileReader::run(const Node& root) {
  std::vector<Table> tables;
  if (!root.is_mapping()) {
    unexpected(root, "the file", "a mapping with `documents` and lists of rows");
    return tables;
  }
  std::vector<std::string_view> known{documents_key};
  for (const Layout& layout : layouts()) {
    if (layout.file == file_) known.push_back(layout.list);
  }
  check_keys(root, "the file", known);
  read_documents(root);
  for (const Layout& layout : layouts()) {
    if (layout.file != file_) continue;
    const Node* list = root.get(layout.list);
    if (list == nullptr) {
      report(root.span, "the file has no list " + quoted(layout.list));
    } else if (!list->is_sequence()) {
      unexpected(*list, quoted(layout.list), "a list of rows");
    } else {
      tables.push_back(read_table(layout, *list));
    }
  }
  return tables;
}

void FileReader::read_documents(const Node& root) {
  const Node* documents = root.get(documents_key);
  if (documents == nullptr || !documents->is_mapping()) {
    report(documents != nullptr ? documents->span : root.span,
           "the file has no mapping `documents`; rows name what they are from in it");
    return;
  }
  for (const syntax::Entry& entry : documents->children) {
    const Node& node = *entry.value;
    Origin origin;
    const Node* source = node.get("source");
    const Node* as_of = node.get("as_of");
    if (source == nullptr || !source->is_scalar() || source->text.empty() || as_of == nullptr) {
      report(node.span, "document " + quoted(entry.key) +
                            " is incomplete; expected `source`, a text, and `as_of`, a date");
      continue;
    }
    check_keys(node, "a document", {"source", "as_of", "verified"});
    origin.source = arena_.copy(source->text);
    const Node* verified = node.get("verified");
    const bool read = read_date("as_of", *as_of, origin.as_of) &&
                      (verified == nullptr || read_flag("verified", *verified, origin.verified));
    if (read) documents_.emplace(entry.key, origin);
  }
}

Table FileReader::read_table(const Layout& layout, const Node& list) {
  Table table{layout.id, {}};
  std::vector<text::Span> spans;
  for (const syntax::Entry& item : list.children) {
    if (!item.value->is_mapping()) {
      unexpected(*item.value, "a row of " + quoted(layout.list), "a mapping");
      continue;
    }
    if (auto row = read_row(layout, *item.value)) {
      table.rows.push_back(std::move(*row));
      spans.push_back(item.value->span);
    }
  }
  sort(layout, table, spans);
  return table;
}

std::optional<Row> FileReader::read_row(const Layout& layout, const Node& node) {
  std::vector<std::string_view> known;
  for (const Field& field : layout.fields) known.push_back(field.name);
  known.insert(known.end(), {"source", "as_of", "verified", note_key});
  check_keys(node, "a row of " + quoted(layout.list), known);
  Row row;
  bool good = true;
  for (const Field& field : layout.fields) {
    Cell cell{{}, field.otherwise};
    const Node* value = node.get(field.name);
    if (value != nullptr) {
      good = read_cell(field, *value, cell) && good;
    } else if (field.required) {
      report(node.span, "a row of " + quoted(layout.list) + " lacks " + quoted(field.name));
      good = false;
    }
    row.push_back(cell);
  }
  Origin origin;
  good = read_origin(node, origin) && good;
  row.push_back({origin.source, 0});
  row.push_back({origin.as_of, 0});
  row.push_back({{}, origin.verified ? 1.0 : 0.0});
  return good ? std::optional(std::move(row)) : std::nullopt;
}

bool FileReader::read_cell(const Field& field, const Node& node, Cell& cell) {
  if (field.kind == FieldKind::list) return read_list(field, node, cell);
  if (field.kind == FieldKind::statements) {
    if (!node.is_sequence()) {
      unexpected(node, quoted(field.name), "a list of statements");
      return false;
    }
    cell.text = arena_.copy(json(node));
    return true;
  }
  if (!node.is_scalar() || node.text.empty()) {
    unexpected(node, quoted(field.name), field.kind == FieldKind::text ? "a text" : "one value");
    return false;
  }
  if (field.kind == FieldKind::number || field.kind == FieldKind::integer) {
    return read_number(field, node, cell);
  }
  if (field.kind == FieldKind::date) return read_date(field.name, node, cell.text);
  if (field.kind == FieldKind::flag) {
    bool value = false;
    if (!read_flag(field.name, node, value)) return false;
    cell.number = value ? 1 : 0;
    return true;
  }
  cell.text = arena_.copy(node.text);
  if (field.kind != FieldKind::choice) return true;
  const auto found = std::find(field.choices.begin(), field.choices.end(), node.text);
  cell.number = static_cast<double>(found - field.choices.begin());
  if (found != field.choices.end()) return true;
  report(node.span, quoted(field.name) + " is " + quoted(node.text) + "; expected " +
                        one_of({field.choices.begin(), field.choices.end()}));
  return false;
}

bool FileReader::read_number(const Field& field, const Node& node, Cell& cell) {
  const auto number = syntax::as_number(node);
  const bool whole = field.kind == FieldKind::integer;
  if (!number || (whole ? std::floor(*number) != *number : *number < 0)) {
    report(node.span, quoted(field.name) + " is " + quoted(node.text) + "; expected " +
                          (whole ? "a whole number" : "a number from 0 up"));
    return false;
  }
  cell.number = *number;
  return true;
}

bool FileReader::read_list(const Field& field, const Node& node, Cell& cell) {
  std::string lines;
  bool good = node.is_sequence() && !node.children.empty();
  for (const syntax::Entry& item : node.children) {
    const Node& value = *item.value;
    good =
        good && value.is_scalar() && !value.text.empty() && value.text.find('\n') == std::string_view::npos;
    if (!good) break;
    if (!lines.empty()) lines += '\n';
    lines += value.text;
  }
  if (!good) {
    report(node.span, quoted(field.name) + " is not a list of texts");
    return false;
  }
  cell.text = arena_.copy(lines);
  return true;
}

bool FileReader::read_date(std::string_view name, const Node& node, std::string_view& date) {
  if (!node.is_scalar() || !is_date(node.text)) {
    report(node.span, quoted(name) + " is " +
                          (node.is_scalar() ? quoted(node.text) : std::string(syntax::describe(node))) +
                          "; expected a date: YYYY, YYYY-MM or YYYY-MM-DD");
    return false;
  }
  date = arena_.copy(node.text);
  return true;
}

bool FileReader::read_flag(std::string_view name, const Node& node, bool& value) {
  const auto flag = node.is_scalar() ? syntax::as_boolean(node) : std::nullopt;
  if (!flag) {
    unexpected(node, quoted(name), "`true` or `false`");
    return false;
  }
  value = *flag;
  return true;
}

bool FileReader::read_origin(const Node& row, Origin& origin) {
  const Node* source = row.get("source");
  if (source == nullptr || !source->is_scalar()) {
    report(row.span, "the row lacks `source`, the name of one of the file's `documents`");
    return false;
  }
  const auto document = documents_.find(source->text);
  if (document == documents_.end()) {
    report(source->span, "there is no document " + quoted(source->text) + " in the file's `documents`");
    return false;
  }
  origin = document->second;
  const Node* as_of = row.get("as_of");
  const Node* verified = row.get("verified");
  return (as_of == nullptr || read_date("as_of", *as_of, origin.as_of)) &&
         (verified == nullptr || read_flag("verified", *verified, origin.verified));
}

void FileReader::sort(const Layout& layout, Table& table, const std::vector<text::Span>& spans) {
  const auto key_less = [&](const Row& a, const Row& b) {
    for (std::size_t i = 0; i < layout.key; ++i) {
      if (a[i].text != b[i].text) return a[i].text < b[i].text;
    }
    return false;
  };
  std::vector<std::size_t> order(table.rows.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return key_less(table.rows[a], table.rows[b]); });
  std::vector<Row> sorted;
  for (const std::size_t i : order) {
    if (!sorted.empty() && !key_less(sorted.back(), table.rows[i])) {
      report(spans[i], "there is a row for " + quoted(table.rows[i].front().text) + " already");
      continue;
    }
    sorted.push_back(std::move(table.rows[i]));
  }
  table.rows = std::move(sorted);
}

} // namespace

std::string json(const Node& node) {
  std::string out;
  if (node.is_mapping() || node.is_sequence()) {
    out += node.is_mapping() ? '{' : '[';
    for (const syntax::Entry& entry : node.children) {
      if (out.size() > 1) out += ',';
      if (node.is_mapping()) {
        out += '"';
        text::append_json_escaped(out, entry.key);
        out += "\":";
      }
      out += json(*entry.value);
    }
    out += node.is_mapping() ? '}' : ']';
    return out;
  }
  out += '"';
  text::append_json_escaped(out, node.text);
  return out + '"';
}

std::vector<Table> read(std::string_view file, std::string path, std::string bytes, text::SourceMap& sources,
                        text::Arena& arena, text::Problems& problems) {
  const syntax::Document document = syntax::read(sources, arena, std::move(path), std::move(bytes));
  const std::size_t before = problems.size();
  for (const text::Problem& problem : document.problems) {
    if (problem.level != text::ProblemLevel::note) problems.push_back(problem);
  }
  if (document.root == nullptr || problems.size() != before) return {};
  return FileReader(file, arena, problems).run(*document.root);
}

} // namespace slsaudit::knowledge::rows
