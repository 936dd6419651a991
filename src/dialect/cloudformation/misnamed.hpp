// SPDX-License-Identifier: Apache-2.0
// Names below Properties, and those of Fn::GetAtt, that a type doesn't have. The rows of types are dated, and
// AWS adds names all the time: an unknown name is told only where another one is surely meant.
#pragma once

#include "knowledge/resource_types.hpp"
#include "syntax/node.hpp"
#include "text/problem.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace slsaudit::dialect::cloudformation {

/// A name as messages show it: what is too long is cut.
[[nodiscard]] std::string quoted(std::string_view text);

/// The type whose name that is but for letter case, or for a slip in its service or its kind. Empty where the
/// name is that of a type, may be that of one without a row (AWS adds types all the time), or where several
/// are as near.
[[nodiscard]] std::string_view closest_type(std::string_view written);

/// Tells of a type of AWS's that can't be one, `AWS::Lambda:Function`, or surely is another one,
/// `AWS::DynamoDb::Table`.
void check_type_name(const syntax::Node& type, text::Problems& problems);

/// Tells of the properties of a resource, as its author wrote it, that its type doesn't take. `type` may be
/// one of AWS::Serverless.
void check_property_names(const syntax::Node& body, std::string_view type, text::Problems& problems);

/// What Fn::GetAtt can't give of the resource, if another name is surely meant.
[[nodiscard]] std::optional<text::Problem> misnamed_attribute(std::string_view resource,
                                                              std::string_view type,
                                                              std::string_view attribute, text::Span span);

/// How one name came of another.
enum class Likeness : std::uint8_t {
  none,
  form,     ///< Singular and plural, `Enable` and `Enabled`: AWS has types with both.
  spelling, ///< Letter case, or a letter that is wrong, missing, superfluous or at its neighbour's place.
};
[[nodiscard]] Likeness likeness(std::string_view written, std::string_view known);

} // namespace slsaudit::dialect::cloudformation
