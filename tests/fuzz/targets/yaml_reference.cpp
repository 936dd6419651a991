// SPDX-License-Identifier: Apache-2.0
// Any bytes as YAML: what yaml-cpp accepts, too, it reads alike, or else libyaml does.
#include "support/yaml_reference.hpp"

#include "fuzz/checks.hpp"
#include "fuzz/targets.hpp"
#include "support/libyaml_reference.hpp"

namespace slsaudit::fuzz {

/// Neither of the two merges keys, which the reader does.
///
/// yaml-cpp goes its own way with what no template has: block scalars and tags that stand first on their
/// line, carriage returns alone, directives, names of anchors with punctuation in them, … and libyaml, which
/// other tools read templates with, is followed there. So a difference counts where neither of the two says
/// what the reader does.
void run_yaml_reference(std::string_view bytes) {
  const test::Read read(std::string(bytes), "fuzz.yaml", small_limits());
  const std::string text(read.sources.text(read.document.file));
  if (!read.document.problems.empty() || text.find("<<") != std::string::npos) return;
  const auto expected = test::yaml_reference(text);
  if (!expected) return;
  const auto difference = test::difference(*read.document.root, *expected, "");
  if (!difference) return;
  const auto by_libyaml = test::LibyamlReference(text).difference(*read.document.root);
  if (by_libyaml) require_none("yaml-cpp: " + *difference + "; libyaml: " + *by_libyaml);
}

} // namespace slsaudit::fuzz
