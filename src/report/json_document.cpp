// SPDX-License-Identifier: Apache-2.0
#include "report/json_document.hpp"

#include "parallel/workers.hpp"

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

namespace slsaudit::report {

void JsonDocument::begin_entry() {
  constexpr std::size_t enough = 16UL * 1024; // bytes
  if (text_.size() > enough) flush();
  Level& level = levels_.back();
  if (level.has_entries) text_ += ',';
  (text_ += '\n').append(levels_.size() * 2, ' ');
  level.has_entries = true;
}

void JsonDocument::begin_member(std::string_view key) {
  begin_entry();
  add_json_text(key, text_);
  text_ += ": ";
}

void JsonDocument::begin(char open, char close) {
  text_ += open;
  levels_.push_back({close});
}

void JsonDocument::end() {
  const Level level = levels_.back();
  levels_.pop_back();
  if (level.has_entries) (text_ += '\n').append(levels_.size() * 2, ' ');
  text_ += level.close;
}

void JsonDocument::member(std::string_view key, const Json& value) {
  begin_member(key);
  flush();
  write_json_piece(value, levels_.size(), out_);
}

void JsonDocument::text(std::string_view key, std::string_view value) {
  begin_member(key);
  add_json_text(value, text_);
}

void JsonDocument::number(std::string_view key, std::uint64_t value) {
  begin_member(key);
  text_ += std::to_string(value);
}

void JsonDocument::begin_list(std::string_view key) {
  begin_member(key);
  begin('[', ']');
}

void JsonDocument::begin_object(std::string_view key) {
  begin_member(key);
  begin('{', '}');
}

void JsonDocument::add_item(const Json& item) {
  begin_entry();
  flush();
  write_json_piece(item, levels_.size(), out_);
}

// Some pieces at a time: the text of a large report is several times its input.
void JsonDocument::add_items(std::size_t count, const std::function<void(JsonDocument&, std::size_t)>& add) {
  constexpr std::size_t piece = 32; // items
  parallel::Workers workers(count > piece ? jobs_ : 1);
  if (workers.count() == 1) {
    for (std::size_t item = 0; item < count; ++item) add(*this, item);
    return;
  }
  const std::size_t at_once = piece * 8 * workers.count();
  for (std::size_t first = 0; first < count; first += at_once) {
    const std::size_t end = std::min(count, first + at_once);
    std::vector<std::string> texts((end - first + piece - 1) / piece);
    workers.each(texts.size(), [&](std::size_t i) {
      const std::size_t begin = first + i * piece;
      std::ostringstream text;
      JsonDocument part(text, levels_);
      if (begin > 0) part.levels_.back().has_entries = true;
      for (std::size_t item = begin; item < std::min(end, begin + piece); ++item) add(part, item);
      part.flush();
      texts[i] = std::move(text).str();
    });
    flush();
    for (const std::string& text : texts) out_ << text;
  }
  levels_.back().has_entries = true;
}

void JsonDocument::begin_object() {
  begin_entry();
  begin('{', '}');
}

void JsonDocument::finish() {
  end();
  text_ += '\n';
  flush();
}

void JsonDocument::flush() {
  out_ << text_;
  text_.clear();
}

} // namespace slsaudit::report
