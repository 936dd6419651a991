// SPDX-License-Identifier: Apache-2.0
// `.env` files, from which the framework fills the environment.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace slsaudit::dialect::serverless {

using Environment = std::map<std::string, std::string, std::less<>>;

/// `NAME=value`, one a line, as the dotenv library reads them: `export`, comments, quotes of three kinds,
/// text over several lines in quotes, and `${OTHER}` of names that stand above or in `known`. Of a name that
/// is written twice, the last counts.
[[nodiscard]] Environment read_dotenv(std::string_view text, const Environment& known);

/// Whether a value may be shown: one that is surely a setting, by its name and its look. Everything else may
/// be a secret.
[[nodiscard]] bool is_plain_setting(std::string_view name, std::string_view value);

} // namespace slsaudit::dialect::serverless
