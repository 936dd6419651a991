// SPDX-License-Identifier: Apache-2.0
// Bytes as templates of one system, with what must hold of every stage.
#pragma once

#include "dialect/template.hpp"
#include "fuzz/checks.hpp"
#include "graph/system.hpp"
#include "text/file_system.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::fuzz {

/// One run's memory, and what is read into it.
class Reading {
public:
  /// `others`: files that the template may name.
  explicit Reading(text::MemoryFileSystem others = text::MemoryFileSystem({})) : files_(std::move(others)) {}

  /// Reads and lowers as `dialect` does, and prints: what is printed is JSON that says the same again.
  [[nodiscard]] dialect::Lowered lower(dialect::Dialect dialect, std::string_view bytes);
  /// Lowers and evaluates, as what it looks like.
  void add(std::string_view bytes);
  /// The graph of what was added: always sound.
  [[nodiscard]] graph::System build();
  /// Every table of facts of the graph; nothing is done with them.
  static void compute_facts(const graph::System& system);

  [[nodiscard]] dialect::Template evaluate(const dialect::Lowered& lowered);
  [[nodiscard]] text::SourceMap& sources() { return sources_; }

private:
  [[nodiscard]] dialect::Lowered lower(dialect::Dialect dialect, const syntax::Document& document);
  void check(const dialect::Lowered& lowered);

  text::MemoryFileSystem files_;
  text::SourceMap sources_;
  text::Arena arena_;
  std::vector<dialect::Template> templates_;
  int count_ = 0;
};

/// A text that is put into a template below a key: each line indented by so many blanks.
[[nodiscard]] std::string indented(std::string_view text, std::size_t blanks);
/// As a scalar in double quotes.
[[nodiscard]] std::string quoted(std::string_view text);

} // namespace slsaudit::fuzz
