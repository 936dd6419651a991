// SPDX-License-Identifier: Apache-2.0
// What may be given where a command's definition says FILE, RULE or TABLE: for the completions of shells.
#pragma once

#include "cli/definition.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::cli {

struct Offer {
  std::vector<std::string> words{}; ///< Choices in their order; others sorted.
  bool several = false;             ///< Words, with commas between.
  bool files = false;
  bool directories = false;
};

/// By what stands for the value: "PATH", "RULE", "TABLE" …
[[nodiscard]] Offer offer(std::string_view placeholder);
/// For the value of an option.
[[nodiscard]] Offer offer(const OptionDefinition& option);

/// "a b c"
[[nodiscard]] std::string spaced(const std::vector<std::string>& words);
/// "-o,--output" as {"-o", "--output"}.
[[nodiscard]] std::vector<std::string> spellings(const OptionDefinition& option);
/// Between single quotes as sh, bash and zsh read them.
[[nodiscard]] std::string quoted(std::string_view text);

[[nodiscard]] std::string bash_completions(const std::vector<Definition>& commands);
[[nodiscard]] std::string zsh_completions(const std::vector<Definition>& commands);
[[nodiscard]] std::string fish_completions(const std::vector<Definition>& commands);
[[nodiscard]] std::string manual_page(const std::vector<Definition>& commands);

} // namespace slsaudit::cli
