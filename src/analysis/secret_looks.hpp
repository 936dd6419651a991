// SPDX-License-Identifier: Apache-2.0
// How a text looks that may be a secret: to be filled in, typed by a person, or made by a generator.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace slsaudit::analysis {

/// What stands for a secret, or for its name: "changeme", "password", "xxx…", anything with a reference in
/// it.
[[nodiscard]] bool is_placeholder(std::string_view text);
/// What nobody deploys: it is to be filled in before.
[[nodiscard]] bool is_to_be_filled_in(std::string_view text);
/// "abcdef", "123456": ascending runs are typed by people.
[[nodiscard]] bool is_sequence(std::string_view text);
/// Bits a character.
[[nodiscard]] double entropy(std::string_view text);
/// A person's "shopPassword123" changes between kinds of characters seldom, a generator's text all the time.
[[nodiscard]] bool looks_generated(std::string_view text);
/// Words and short numbers with separators between: the name of something.
[[nodiscard]] bool looks_like_a_name(std::string_view text);
/// Of letters alone, and more consonants in a row than people speak: "KJHGSDIOKJOHDF".
[[nodiscard]] bool is_mash(std::string_view text);
/// Four groups of four small letters, as Google gives them for mail: "qhrt wxbe mzcl vnta".
[[nodiscard]] bool is_app_password(std::string_view text);

/// As it is shown: the first `clear` characters at most, and how many there are.
[[nodiscard]] std::string masked(std::string_view text, std::size_t clear);

} // namespace slsaudit::analysis
