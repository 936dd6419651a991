// SPDX-License-Identifier: Apache-2.0
#include "report/json_document.hpp"

namespace slsaudit::report {

void JsonDocument::begin_entry() {
  Level& level = levels_.back();
  out_ << (level.has_entries ? ",\n" : "\n") << std::string(levels_.size() * 2, ' ');
  level.has_entries = true;
}

void JsonDocument::begin_member(std::string_view key) {
  begin_entry();
  write_json_piece(Json(std::string(key)), levels_.size(), out_);
  out_ << ": ";
}

void JsonDocument::begin(char open, char close) {
  out_ << open;
  levels_.push_back({close});
}

void JsonDocument::end() {
  const Level level = levels_.back();
  levels_.pop_back();
  if (level.has_entries) out_ << '\n' << std::string(levels_.size() * 2, ' ');
  out_ << level.close;
}

void JsonDocument::member(std::string_view key, const Json& value) {
  begin_member(key);
  write_json_piece(value, levels_.size(), out_);
}

void JsonDocument::begin_list(std::string_view key) {
  begin_member(key);
  begin('[', ']');
}

void JsonDocument::add_item(const Json& item) {
  begin_entry();
  write_json_piece(item, levels_.size(), out_);
}

void JsonDocument::begin_object() {
  begin_entry();
  begin('{', '}');
}

void JsonDocument::finish() {
  end();
  out_ << '\n';
}

} // namespace slsaudit::report
