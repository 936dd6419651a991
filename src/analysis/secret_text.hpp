// SPDX-License-Identifier: Apache-2.0
// Whether a text is a secret, by its own looks and by the name it stands under. The text itself is never
// handed on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace slsaudit::analysis {

enum class Strength : std::uint8_t {
  word,     ///< Something that a person would type: a password that is no placeholder.
  deployed, ///< Whatever stands where a service takes a password, and isn't there to be filled in.
  random,   ///< Looks generated, under a telling name; or a key that is often meant to be seen by clients.
  key,      ///< The format of a key that opens an account.
};
[[nodiscard]] std::string_view name(Strength strength); ///< "word", "deployed", "random", "key"

struct SecretText {
  Strength strength = Strength::word;
  std::string what;  ///< "a GitHub token", "a password"
  std::string shown; ///< The first characters at most: "AKIA… (20 characters)".
};

/// What a name promises.
enum class NameHint : std::uint8_t { nothing, key, password };

/// `DB_PASSWORD`, `githubToken`, `api-key`; nothing of names for names, places and sizes (`TOKEN_TABLE`).
[[nodiscard]] NameHint hint_of(std::string_view name);

/// Keys of a secret whose values are no secret: who, where and which.
[[nodiscard]] bool tells_where(std::string_view key);

/// Keys that are known by their format, and passwords in addresses, anywhere in a text.
[[nodiscard]] std::optional<SecretText> find_known_key(std::string_view text);

/// Any of the above, or a text that is all of a value under a telling name. None of placeholders, names,
/// paths.
[[nodiscard]] std::optional<SecretText> judge_secret(std::string_view name, std::string_view text);

/// A text that a service takes as a password as it stands: one that everybody uses (`changeme`) is one too.
/// None of what is to be filled in (`<password>`, `REPLACE_ME`, `***`).
[[nodiscard]] std::optional<SecretText> judge_password(std::string_view text);

} // namespace slsaudit::analysis
