// SPDX-License-Identifier: Apache-2.0
// A tree as one compact line, for table-driven tests and `slsaudit dump syntax`.
//
// The notation, by example:
//   {Key: plain, List: [a, b], None: ~}   mapping, sequence, scalars without quotes; `~` is an empty plain
//   scalar "text"                                a scalar that was quoted or a block text, whatever its style
//   !Ref x, !Sub "a ${b}", !If [c, 1, 2]  a tag stands before its value
//   *Runtime: nodejs18.x                  an entry that came through a merge key
//   ?(text)                               an unknown node
//   `a, b`                                a plain scalar or key that would read as something else without the
//   marks
// Inside "…" and `…`: \n, \t, \xHH for other control characters, and a backslash before the closing mark or
// itself.
#pragma once

#include "syntax/node.hpp"

#include <string>

namespace slsaudit::syntax {

struct DumpOptions {
  bool spans = false;  ///< Each key and value is followed by `@begin-end` in bytes.
  bool styles = false; ///< 'x' single quotes, "x" double quotes, |"x" literal, >"x" folded.
};

/// "(nothing)" for null. Aliases are written out each time: a tree that shares nodes may give a long text.
[[nodiscard]] std::string dump(const Node* node, DumpOptions options = {});

} // namespace slsaudit::syntax
