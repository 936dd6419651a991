// SPDX-License-Identifier: Apache-2.0
// What a YAML text says, one thing after the other: what the tree is made of, whoever has read the text.
// Internal to this folder.
#pragma once

#include "syntax/node.hpp"

#include <cstdint>
#include <string_view>

namespace slsaudit::syntax {

enum class YamlEventKind : std::uint8_t {
  document,  ///< One begins.
  scalar,    ///< Also an empty one, where a value is missing.
  alias,     ///< `anchor` is the name.
  mapping,   ///< One begins.
  sequence,  ///< One begins.
  close,     ///< The innermost mapping or sequence ends.
  stream_end ///< The last one.
};

struct YamlEvent {
  YamlEventKind kind = YamlEventKind::scalar;
  Style style = Style::plain;
  bool flow = false;        ///< mapping, sequence: begins with a bracket.
  std::uint32_t begin = 0;  ///< Byte offset, of the tag or anchor where there is one.
  std::uint32_t end = 0;    ///< Byte offset. Of a block scalar, up to the next line that is not its own;
                            ///< without meaning where a block collection closes.
  std::uint32_t column = 0; ///< Of what begins a block collection, from 0.
  std::string_view tag;     ///< As written, or empty.
  std::string_view anchor;
  std::string_view text; ///< Decoded.
};

/// Who wants to know.
class YamlListener {
public:
  YamlListener() = default;
  virtual ~YamlListener() = default;
  YamlListener(const YamlListener&) = delete;
  YamlListener& operator=(const YamlListener&) = delete;
  /// The event's texts stay until it returns. False: nothing more is wanted.
  virtual bool take(const YamlEvent& event) = 0;
};

} // namespace slsaudit::syntax
