// SPDX-License-Identifier: Apache-2.0
// Any lines as strings of a service with variables, which may name each other as `${self:custom.v0}`.
#include "dialect/serverless/variable.hpp"
#include "fuzz/system.hpp"
#include "fuzz/targets.hpp"
#include "text/encoding.hpp"

namespace slsaudit::fuzz {

namespace {

bool is_part(std::string_view part, std::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void check_pieces(std::string_view text) {
  using namespace dialect::serverless;
  const char* last = text.data();
  for (const Piece& piece : split_pieces(text)) {
    SLSAUDIT_ASSERT(is_part(piece.text, text));
    SLSAUDIT_ASSERT(piece.text.empty() || piece.text.data() >= last);
    if (!piece.text.empty()) last = piece.text.data() + piece.text.size();
    if (!piece.variable) continue;
    SLSAUDIT_ASSERT(may_have_variables(text));
    for (const std::string_view alternative : split_alternatives(piece.text)) {
      SLSAUDIT_ASSERT(is_part(alternative, piece.text));
      (void)quoted_literal(alternative);
      const auto source = parse_source(alternative);
      if (!source) continue;
      SLSAUDIT_ASSERT(is_part(source->type, alternative) && is_part(source->address, alternative));
    }
  }
  SLSAUDIT_ASSERT(is_part(unclosed_variable(text), text));
}

} // namespace

void run_variables(std::string_view bytes) {
  constexpr int most_lines = 20;
  const std::string text = text::to_utf8(std::string(bytes)).text;
  std::string custom;
  std::size_t begin = 0;
  for (int i = 0; i < most_lines && begin <= text.size(); ++i) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = std::string_view(text).substr(begin, end - begin);
    check_pieces(line);
    custom += "  v" + std::to_string(i) + ": " + quoted(line) + "\n";
    begin = end + 1;
  }
  Reading reading(text::MemoryFileSystem({{"p/a.yml", "v: {w: [1, '${self:custom.v0}']}\n"},
                                          {"p/b.json", "{\"c\": \"${self:custom.v1}\"}"},
                                          {"p/c.env", "A=b\n"}}));
  (void)reading.evaluate(
      reading.lower(dialect::Dialect::serverless, "service: s\n"
                                                  "provider: {name: aws, stage: \"${opt:stage, 'dev'}\"}\n"
                                                  "params: {default: {k: l}}\n"
                                                  "functions:\n"
                                                  "  f: {handler: a.b, environment: \"${self:custom}\"}\n"
                                                  "custom:\n" +
                                                      custom));
}

} // namespace slsaudit::fuzz
