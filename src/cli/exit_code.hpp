// SPDX-License-Identifier: Apache-2.0
// How a run ends.
#pragma once

#include <array>
#include <string_view>
#include <utility>

namespace slsaudit::cli {

enum class ExitCode : int {
  clean = 0,
  findings = 1,
  usage = 2,
  input = 3,
};

/// For --help. Where several apply the greatest counts: an audit that is incomplete must not look like one
/// that isn't.
inline constexpr std::array<std::pair<ExitCode, std::string_view>, 4> exit_code_meanings{{
    {ExitCode::clean, "nothing found at or above --fail-on"},
    {ExitCode::findings, "findings at or above --fail-on"},
    {ExitCode::usage, "wrong usage, or a configuration or rule file that can't be used"},
    {ExitCode::input, "an input could not be read or parsed (the others are audited and reported)"},
}};

} // namespace slsaudit::cli
