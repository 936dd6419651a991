// SPDX-License-Identifier: Apache-2.0
// Values as the author wrote them: with the intrinsics, tags and variables that they were worked out from.
#pragma once

#include "cel/value.hpp"
#include "rules/texts.hpp"
#include "syntax/node.hpp"
#include "syntax/reader.hpp"
#include "text/arena.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace slsaudit::rules {

/// Reads a file again when it is first asked for something of it that nobody has read before: only fixes are.
/// Not thread-safe.
class Authored {
public:
  explicit Authored(const Texts& texts) : texts_(texts) {}

  [[nodiscard]] const text::SourceMap& sources() const { return texts_.sources; }
  /// What stands in exactly this span; null where that is no value.
  [[nodiscard]] const syntax::Node* at(text::Span span);
  /// The text of several lines, or in single quotes, that a piece of its JSON stands in.
  struct TextAround {
    const syntax::Node* node = nullptr; ///< Null where there is no such text.
    bool has_names = false;             ///< Fn::Sub replaces names in it.
  };
  [[nodiscard]] TextAround text_around(text::Span piece);
  /// Whether what stands in exactly this span is an item of a list.
  [[nodiscard]] bool is_item(text::Span span);
  /// Whether a file is written in JSON.
  [[nodiscard]] bool is_json(text::FileId file) const;
  /// A value of a template, or what is in a made one, as it is written there; a made map of one intrinsic
  /// (`{"Fn::GetAtt": "Orders.Arn"}`) with its short tag.
  [[nodiscard]] const syntax::Node* tree(const cel::Value& value);
  /// Whoever asked for trees has written them down: they may go, and blocks too.
  void forget_made();

private:
  /// A node and what it stands in.
  struct Found {
    const syntax::Node* node = nullptr;
    const syntax::Node* parent = nullptr;
  };
  [[nodiscard]] Found find(text::Span span);
  [[nodiscard]] static Found find_in(const syntax::Node* root, text::Span span);
  [[nodiscard]] const syntax::Node* root(text::FileId file);
  /// Of a large file the block that a place stands in, which is what a fix looks at; null where it can't be
  /// read alone. Of JSON that is a map or a list of nothing but what stands in the place.
  [[nodiscard]] const syntax::Node* block_around(text::Span place);
  [[nodiscard]] const syntax::Node* json_around(std::string_view text, text::Span place);
  using Reader = syntax::Document (*)(const text::SourceMap&, text::Arena&, text::FileId,
                                      const syntax::Limits&);
  /// Null where the text has faults. It is as if it stood where the place begins.
  [[nodiscard]] const syntax::Node* read_alone(Reader read, std::string_view text, text::Span place);
  /// The variable that stands at exactly this key; null where nothing or something else does.
  [[nodiscard]] const syntax::Node* variable(text::Span key);
  [[nodiscard]] const syntax::Node* written(const cel::Value& value);
  [[nodiscard]] const syntax::Node* made(const cel::Value& value);
  [[nodiscard]] const syntax::Node* made(const cel::List& items);
  [[nodiscard]] const syntax::Node* made(const cel::Map& entries);
  [[nodiscard]] const syntax::Node* made(const value::Value& property);

  [[nodiscard]] syntax::Builder builder() { return syntax::Builder(*made_); }

  static constexpr std::size_t first_bytes = 16UL * 1024; ///< Of arenas that go soon.
  /// What has been read alone, by its place.
  struct Alone {
    Alone() : arena(first_bytes) {}
    text::Arena arena;
    std::size_t bytes = 0; ///< Of its text.
    std::map<text::Span, const syntax::Node*> roots;
  };

  Texts texts_;
  text::Arena arena_; ///< Of files that are read as a whole.
  std::optional<Alone> alone_{std::in_place};
  std::optional<text::Arena> made_{std::in_place, first_bytes}; ///< Of what is made for one fix, or a few.
  std::size_t fixes_ = 0;                                       ///< Since `made_` began.
  std::map<text::FileId, const syntax::Node*> roots_;
  std::map<text::FileId, std::vector<std::uint32_t>> begins_; ///< Of blocks, see block_lines().
};

} // namespace slsaudit::rules
