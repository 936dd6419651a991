// SPDX-License-Identifier: Apache-2.0
// One function a command, each in a file of its own.
#pragma once

#include "cli/exit_code.hpp"
#include "cli/world.hpp"

#include <string>
#include <vector>

namespace slsaudit::cli {

using Arguments = std::vector<std::string>;

[[nodiscard]] ExitCode baseline(const Arguments& arguments, World& world);
[[nodiscard]] ExitCode check(const Arguments& arguments, World& world);
[[nodiscard]] ExitCode completions(const Arguments& arguments, World& world);
[[nodiscard]] ExitCode config(const Arguments& arguments, World& world);
[[nodiscard]] ExitCode diff(const Arguments& arguments, World& world);
[[nodiscard]] ExitCode dump(const Arguments& arguments, World& world);
[[nodiscard]] ExitCode expand(const Arguments& arguments, World& world);
[[nodiscard]] ExitCode explain(const Arguments& arguments, World& world);
[[nodiscard]] ExitCode facts(const Arguments& arguments, World& world);
[[nodiscard]] ExitCode graph(const Arguments& arguments, World& world);
[[nodiscard]] ExitCode init(const Arguments& arguments, World& world);
[[nodiscard]] ExitCode load(const Arguments& arguments, World& world);
[[nodiscard]] ExitCode man(const Arguments& arguments, World& world);
[[nodiscard]] ExitCode merge(const Arguments& arguments, World& world);
[[nodiscard]] ExitCode query(const Arguments& arguments, World& world);
[[nodiscard]] ExitCode rules(const Arguments& arguments, World& world);
/// `rules new`, `rules schema` and `rules test`, with what follows those words.
[[nodiscard]] ExitCode rules_new(const Arguments& arguments, World& world);
[[nodiscard]] ExitCode rules_schema(const Arguments& arguments, World& world);
[[nodiscard]] ExitCode rules_test(const Arguments& arguments, World& world);

[[nodiscard]] ExitCode what_if(const Arguments& arguments, World& world);

} // namespace slsaudit::cli
