// SPDX-License-Identifier: Apache-2.0
// How the framework makes logical ids of names.
#pragma once

#include <string>
#include <string_view>

namespace slsaudit::dialect::serverless::naming {

[[nodiscard]] std::string upper_first(std::string_view name);
/// "hello-world" → "HelloDashworld", "a_b" → "AUnderscoreb": functions, authorizers, event buses.
[[nodiscard]] std::string resource(std::string_view name);
/// Letters and digits only.
[[nodiscard]] std::string plain(std::string_view name);
/// Letters and digits only, first letter upper: buckets, topics, queues, streams.
[[nodiscard]] std::string alphanumeric(std::string_view name);
/// "notes/{id}" → "NotesIdVar".
[[nodiscard]] std::string path(std::string_view path);
/// "$connect" → "Sconnect".
[[nodiscard]] std::string websocket_route(std::string_view route);
/// A name that is too long for a rule, cut and marked by a hash: at most 64 characters. `suffix` ends it.
[[nodiscard]] std::string shortened(const std::string& name, std::string_view suffix);
/// What stands behind the last `separator`, or all of it.
[[nodiscard]] std::string_view last_part(std::string_view text, char separator);

} // namespace slsaudit::dialect::serverless::naming
