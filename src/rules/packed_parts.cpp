// SPDX-License-Identifier: Apache-2.0
#include "rules/packed_parts.hpp"

#include <algorithm>
#include <array>
#include <functional>

namespace slsaudit::rules {

std::size_t place_of_let(std::size_t index) {
  return 1 + index;
}
std::size_t place_of_parameter(const Rule& rule, std::size_t index) {
  return place_of_let(rule.let.size()) + index;
}

std::size_t place_of_telling(const Rule& rule) {
  return place_of_parameter(rule, rule.parameters.size());
}

std::size_t place_of_fixes(const Rule& rule, dialect::Dialect dialect) {
  constexpr std::size_t parts_of_telling = 7;
  constexpr std::size_t parts_of_evidence = 4;
  constexpr std::size_t parts_of_fix = 4;
  std::size_t place = place_of_telling(rule) + parts_of_telling + parts_of_evidence * rule.evidence.size();
  for (std::size_t i = 0; i < static_cast<std::size_t>(dialect); ++i)
    place += parts_of_fix * rule.fix[i].size();
  return place;
}

namespace {

/// Whether the very bytes of a text are some of another's.
bool lies_in(std::string_view whole, std::string_view text) {
  const std::less_equal<> before;
  return before(whole.data(), text.data()) && before(text.data() + text.size(), whole.data() + whole.size());
}

} // namespace

PackedParts::PackedParts(const PackedExpressions* packed, const Rule& rule) : packed_(packed), rule_(rule) {
  if (packed == nullptr) return;
  const auto code = [&](const PackedRule& each) { return each.code.of(packed->tables.text); };
  const auto found = std::ranges::lower_bound(packed->rules, std::string_view(rule.code), {}, code);
  if (found != packed->rules.end() && code(*found) == rule.code) first_ = found->first_part;
  is_packed_ = first_ != no_part && lies_in(packed->tables.text, rule.code) &&
               std::ranges::all_of(rule.let, [&](const auto& let) {
                 return lies_in(packed->tables.text, let.first) && lies_in(packed->tables.text, let.second);
               });
  if (is_packed_) return;
  for (std::size_t i = 0; i < rule.let.size() && same_lets_ == i; ++i) {
    const std::uint32_t let = at(place_of_let(i));
    if (let != no_part && packed->tables.source(let) == rule.let[i].second) same_lets_ += 1;
  }
}

std::optional<cel::Program> PackedParts::program(std::size_t part, std::string_view source,
                                                 std::optional<Names> names) const {
  const std::uint32_t place = at(part);
  if (place == no_part || place + 1 >= packed_->tables.expressions.size()) return std::nullopt;
  if (packed_->tables.source(place) != source || !has(place, names)) return std::nullopt;
  return cel::Program(packed_->tables, place, host_functions());
}

std::optional<Text> PackedParts::text(std::size_t part, std::string_view source, Names names) const {
  const std::uint32_t place = at(part);
  if (place >= (packed_ == nullptr ? 0 : packed_->texts.size())) return std::nullopt;
  const PackedText& text = packed_->texts[place];
  if (text.source.of(packed_->tables.text) != source) return std::nullopt;
  for (const PackedPiece& piece : packed_->pieces.subspan(text.first_piece, text.pieces)) {
    if (piece.expression != no_part && !has(piece.expression, names)) return std::nullopt;
  }
  return Text(*packed_, text);
}

std::uint32_t PackedParts::at(std::size_t part) const {
  return first_ == no_part || first_ + part >= packed_->parts.size() ? no_part
                                                                     : packed_->parts[first_ + part];
}

bool PackedParts::has(std::uint32_t place, std::optional<Names> names) const {
  if (is_packed_) return true;
  const cel::Texts variables = cel::variables_of(packed_->tables, place);
  if (!names) return variables.size() == 0;
  const std::array<std::string_view, 4> fixed = fixed_variables(rule_);
  if (variables.size() != fixed.size() + names->lets + (names->last.empty() ? 0 : 1)) return false;
  for (std::size_t i = 0; i < fixed.size(); ++i) {
    if (variables[i] != fixed[i]) return false;
  }
  if (names->lets > same_lets_) return false; // what is compiled may know what a `let` is: a pattern
  for (std::size_t i = 0; i < names->lets; ++i) {
    if (variables[fixed.size() + i] != rule_.let[i].first) return false;
  }
  return names->last.empty() || variables[variables.size() - 1] == names->last;
}

} // namespace slsaudit::rules
