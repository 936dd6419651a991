// SPDX-License-Identifier: Apache-2.0
// nlohmann's parser, which the reader of JSON is compared with. Duplicate keys are kept.
#pragma once

#include "syntax/node.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::fuzz {

struct JsonValue {
  enum class Kind { word, number, string, array, object };
  Kind kind = Kind::word;
  std::string text; ///< Of a number: as it is written, or as it is printed.
  std::vector<std::string> keys;
  std::vector<JsonValue> children;
};

struct JsonReference {
  std::optional<JsonValue> value; ///< Nothing where the text is not JSON.
  /// Its numbers are larger than doubles are, or its text has marks that it passes over.
  bool goes_its_own_way = false;
};
[[nodiscard]] JsonReference read_json_reference(std::string_view text);

/// Whether our tree says the same.
[[nodiscard]] bool is_same(const syntax::Node& ours, const JsonValue& theirs);

} // namespace slsaudit::fuzz
