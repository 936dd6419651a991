// SPDX-License-Identifier: Apache-2.0
// A fix's text and tree. Internal to this folder.
#pragma once

#include "syntax/reader.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace slsaudit::rules {

class Snippet {
public:
  explicit Snippet(std::string text) {
    document_ = syntax::read(sources_, arena_, "fix.yaml", std::move(text));
  }
  /// Null for what is no mapping of YAML.
  [[nodiscard]] const syntax::Node* root() const {
    return document_.root != nullptr && document_.root->is_mapping() ? document_.root : nullptr;
  }
  [[nodiscard]] const syntax::Document& document() const { return document_; }
  [[nodiscard]] std::string_view text() const { return sources_.text(document_.file); }
  /// Where the line of a place begins.
  [[nodiscard]] std::size_t line_of(text::Span place) const {
    return text().substr(0, place.begin).rfind('\n') + 1; // npos + 1 is 0
  }
  /// Where the line behind the last of a place begins.
  [[nodiscard]] std::size_t line_behind(text::Span place) const {
    return std::min(text().find('\n', place.end), text().size() - 1) + 1;
  }

private:
  text::SourceMap sources_;
  text::Arena arena_;
  syntax::Document document_;
};

} // namespace slsaudit::rules
