// SPDX-License-Identifier: Apache-2.0
// An edit as people are told it: what goes is said in words, and a template of JSON gets JSON. What is merged
// stays YAML with its nulls.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace slsaudit::rules {

/// A snippet to be merged, with a comment in the place of each key that goes: `Key: ~` becomes `# remove
/// Key`. What is no mapping of YAML stays as it is.
[[nodiscard]] std::string with_removals(std::string snippet);

/// What a snippet is to the template.
enum class Part : std::uint8_t {
  merged, ///< A mapping that is merged, null taking keys away.
  value,  ///< It takes a value's place.
  items,  ///< It takes the place of a list's item: of a list, its items.
};

/// What is no list behind a list's dash, for readers whose item it is to be.
[[nodiscard]] std::string as_item(const std::string& snippet);

/// A snippet as JSON that can be pasted: intrinsics in their long forms, and above it, in lines that begin
/// with
/// `//`, its comments and what goes. What is no YAML keeps its words.
[[nodiscard]] std::string as_json(const std::string& snippet, Part part);

/// What takes the place of a piece of JSON inside of a text.
struct JsonEdit {
  std::string json; ///< One value; of what takes an item's place, a list if it is several.
  std::string told; ///< For readers: its comments above it.
};

/// A snippet as JSON that stands in a text: what it refers to as names in it, `${Orders.Arn}`, which it may
/// have where the text is one of Fn::Sub (`has_names`). Nothing where it can't be said so.
[[nodiscard]] std::optional<JsonEdit> as_json_in_text(const std::string& snippet, Part part, bool has_names);

} // namespace slsaudit::rules
