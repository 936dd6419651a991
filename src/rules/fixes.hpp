// SPDX-License-Identifier: Apache-2.0
// A rule's fix as an edit: its snippet merged into a template, as the test of fixes does with the failing
// examples.
//
// Maps merge key by key, everything else replaces what is there, and `~` takes a key away. Where a snippet
// goes follows from its keys: sections of a template (every Serverless Framework snippet: that dialect has no
// other root) and keys that its root has at the template's root; maps with Type or Properties at `Resources`;
// anything else at the properties of the resource that the finding stands at.
#pragma once

#include "dialect/template.hpp"
#include "rules/rule.hpp"
#include "syntax/node.hpp"
#include "text/source_map.hpp"

#include <string>
#include <string_view>

namespace slsaudit::rules {

/// A new tree that shares all that is left as it was. `resource` is the author's id of the finding's
/// resource.
[[nodiscard]] const syntax::Node* apply_fix(const syntax::Node& root, const syntax::Node& fix,
                                            dialect::Dialect dialect, std::string_view resource,
                                            const syntax::Builder& builder);

/// A new tree with an edit in the place of what stands in `replaced`; where both are lists' items, a list
/// gives one item after the other. Inside of a text that is JSON, of several the last comes first.
[[nodiscard]] const syntax::Node* replace_at(const syntax::Node& root, text::Span replaced,
                                             const syntax::Node& edit, const syntax::Builder& builder,
                                             const text::SourceMap& sources);

/// Whether a value of JSON is an item of a list.
[[nodiscard]] bool is_json_item(text::Span place, const text::SourceMap& sources);

/// Whether nothing stands before it on its line but a list's dash: then its lines go as a whole.
[[nodiscard]] bool has_own_lines(text::Span place, const text::SourceMap& sources);

/// What is told in the place of lines that are replaced as a whole, in JSON: the comma that stands behind the
/// last value goes with them, so that it has it again.
[[nodiscard]] std::string with_comma(std::string told, text::Span place, const text::SourceMap& sources);

/// A comment that says so of an edit, for readers of a finding in `file`: "# in place of lines 9 to 13:",
/// with its line end.
[[nodiscard]] std::string in_place_of(text::Span replaced, text::FileId file, const text::SourceMap& sources);

/// A snippet for a CloudFormation template as one for the Serverless Framework: where its keys belong below
/// `resources`. `resource` is the one whose properties keys may be that are neither sections nor resources.
[[nodiscard]] std::string below_resources(std::string_view snippet, std::string_view resource);

/// A filled fix without the `Type` that it says the resource has, where that has another.
[[nodiscard]] std::string with_own_type(std::string fix, std::string_view id,
                                        const dialect::Resource& resource);

} // namespace slsaudit::rules
