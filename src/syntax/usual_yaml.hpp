// SPDX-License-Identifier: Apache-2.0
// Reads YAML that is written as most templates are, ten times as fast as the library does: block mappings
// and sequences, one-line keys, scalars of all styles, flow collections, tags without a handle, anchors and
// aliases. It refuses all else, and all that might be a mistake, so that what is rare or wrong is read, and
// told, by the library alone: what this class takes, the library takes too, and says the same of it, which
// tests and a fuzz target compare. Internal to this folder.
#pragma once

#include "syntax/yaml_events.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace slsaudit::syntax {

class UsualYaml {
public:
  /// `text`: UTF-8 without characters that YAML forbids.
  UsualYaml(std::string_view text, YamlListener& listener) : text_(text), listener_(listener) {}

  /// False where something isn't usual: then what was told until there is to be forgotten.
  [[nodiscard]] bool run();

  /// Where a comment stands, from '#' to the end of its line.
  struct Comment {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    bool own_line = false;
  };
  /// In the order of the text, as far as it was read.
  [[nodiscard]] const std::vector<Comment>& comments() const { return comments_; }

private:
  enum class BlockKind : std::uint8_t {
    mapping,
    sequence,
    level_sequence ///< Its dashes stand below the key that it is the value of.
  };
  struct Block {
    BlockKind kind = BlockKind::mapping;
    std::int64_t column = 0;
    bool waits = false;           ///< A key, or a dash, has no value yet.
    std::uint32_t waits_from = 0; ///< Where one that is missing stands.
  };
  /// Tag and anchor before a value.
  struct Properties {
    bool any = false;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::string_view tag;
    std::string_view anchor;
  };
  struct Scalar {
    Style style = Style::plain;
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string_view text;
  };
  struct Flow {
    enum class Expects : std::uint8_t { item, key, value, separator };
    bool is_mapping = false;
    Expects expects = Expects::item;
  };

  // Each of those that return a truth value: false where something isn't usual.

  // Lines and blocks, in usual_yaml.cpp.
  [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  [[nodiscard]] bool ends_line(std::size_t at) const { return at >= text_.size() || is_break(at); }
  /// At a line break: LF, or CR and LF.
  [[nodiscard]] bool is_break(std::size_t at) const { return text_[at] == '\n' || text_[at] == '\r'; }
  /// Blank, line break or end.
  [[nodiscard]] bool is_apart(std::size_t at) const { return ends_line(at) || text_[at] == ' '; }
  [[nodiscard]] bool at_dash() const { return peek() == '-' && is_apart(at_ + 1); }
  [[nodiscard]] std::int64_t column() const { return static_cast<std::int64_t>(at_ - line_); }
  [[nodiscard]] std::int64_t indent() const { return blocks_.empty() ? -1 : blocks_.back().column; }
  void pass_blanks();
  void pass_break();
  void pass_comment();
  [[nodiscard]] bool pass_rest_of_line();
  /// To the first character that says something; false, too, at the end of the text.
  [[nodiscard]] bool find_line();
  [[nodiscard]] bool at_document_mark() const;
  [[nodiscard]] bool begin_document();
  [[nodiscard]] bool read_line();
  [[nodiscard]] bool read_key();
  [[nodiscard]] bool read_key(const Scalar& key);
  [[nodiscard]] bool read_dash();
  /// Whether a value stands behind it.
  [[nodiscard]] bool pass_dash();
  [[nodiscard]] bool read_value(bool may_be_key);
  [[nodiscard]] bool read_undashed_value(bool may_be_key);
  [[nodiscard]] bool read_properties(bool& here);
  [[nodiscard]] bool read_scalar_value(bool may_be_key);
  [[nodiscard]] bool at_colon_of_key(const Scalar& scalar);
  void add_missing_value();
  void close_block();
  void open_block(BlockKind kind);
  void begin_value();

  // Scalars, in usual_yaml_scalars.cpp.
  [[nodiscard]] bool begins_plain() const;
  [[nodiscard]] bool read_plain(Scalar& scalar);
  [[nodiscard]] bool read_more_plain(Scalar& scalar);
  [[nodiscard]] bool read_quoted(Scalar& scalar);
  [[nodiscard]] bool read_escape();
  [[nodiscard]] bool fold_quoted_lines();
  [[nodiscard]] bool read_block_scalar(Scalar& scalar);
  [[nodiscard]] bool read_block_header(std::int64_t& indent, char& chomping);
  [[nodiscard]] bool pass_block_breaks(std::int64_t& indent, std::size_t& breaks, std::size_t& end);

  // Flow collections, in usual_yaml_flow.cpp.
  [[nodiscard]] bool read_flow();
  [[nodiscard]] bool read_in_flow(Flow& flow);
  [[nodiscard]] bool read_flow_plain(Scalar& scalar);
  [[nodiscard]] bool pass_flow_blanks();
  void open_flow();

  [[nodiscard]] bool read_tag();
  [[nodiscard]] bool read_anchor(std::string_view& name);
  [[nodiscard]] bool read_alias();
  void tell(const YamlEvent& event) { is_enough_ = is_enough_ || !listener_.take(event); }
  void add(const Scalar& scalar);
  void add_collection(bool is_mapping, bool is_flow, std::size_t end);

  std::string_view text_;
  YamlListener& listener_;
  bool is_enough_ = false; ///< Nobody wants to know more.
  std::size_t at_ = 0;
  std::size_t line_ = 0; ///< Where the line begins that `at_` stands in.
  std::vector<Comment> comments_;
  std::vector<Block> blocks_;
  std::vector<Flow> flows_;
  Properties properties_;   ///< Of the value that comes.
  std::string buffer_;      ///< Of a scalar that isn't its text.
  std::size_t escaped_ = 0; ///< Of the buffer, what is kept though it may end in blanks.
};

} // namespace slsaudit::syntax
