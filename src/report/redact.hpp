// SPDX-License-Identifier: Apache-2.0
// Secrets in templates are found to be removed, not to be copied into logs: no report prints one whole.
#pragma once

#include <string>
#include <string_view>

namespace slsaudit::report {

/// The same number of bytes, with all but the first few of each secret as '*': keys and tokens of known
/// shape, passwords in URLs, lines of private keys, and literal values of keys named like `Password`,
/// `apiKey` or `SECRET`, line by line. References (`!Ref …`, `${…}`, `{{resolve:…}}`, ARNs) are no secrets.
[[nodiscard]] std::string redact(std::string_view text);

/// The same for a line of a file. `above` is the text before it: where the key stands on a line above
/// (`Password:` and the value below, `Name: PASSWORD` and `Value: …`, a parameter's `Default`), the value is
/// one too.
[[nodiscard]] std::string redact_below(std::string_view above, std::string_view line);

/// Whether a value says no more than where its text comes from: `!Ref Password`, `{"Fn::GetAtt": ["Key",
/// "Arn"]}`.
[[nodiscard]] bool is_mere_reference(std::string_view value);

/// What is left of one secret value: at most its first four bytes (a quarter of a short one), then '*'.
[[nodiscard]] std::string masked(std::string_view secret);

} // namespace slsaudit::report
