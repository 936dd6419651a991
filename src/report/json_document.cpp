// SPDX-License-Identifier: Apache-2.0
#include "report/json_document.hpp"

namespace slsaudit::report {

void JsonDocument::begin_member(std::string_view key) {
  out_ << (has_members_ ? ",\n" : "{\n") << "  ";
  has_members_ = true;
  write_json_piece(Json(std::string(key)), 1, out_);
  out_ << ": ";
}

void JsonDocument::member(std::string_view key, const Json& value) {
  begin_member(key);
  write_json_piece(value, 1, out_);
}

void JsonDocument::begin_list(std::string_view key) {
  begin_member(key);
  out_ << '[';
  has_items_ = false;
}

void JsonDocument::add_item(const Json& item) {
  out_ << (has_items_ ? ",\n" : "\n") << "    ";
  has_items_ = true;
  write_json_piece(item, 2, out_);
}

void JsonDocument::end_list() {
  out_ << (has_items_ ? "\n  ]" : "]");
}

void JsonDocument::finish() {
  out_ << (has_members_ ? "\n}\n" : "{}\n");
}

} // namespace slsaudit::report
