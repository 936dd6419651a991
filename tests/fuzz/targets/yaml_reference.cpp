// SPDX-License-Identifier: Apache-2.0
// Any bytes as YAML: what both readers accept, they read alike.
#include "support/yaml_reference.hpp"

#include "fuzz/checks.hpp"
#include "fuzz/targets.hpp"

#include <algorithm>

namespace slsaudit::fuzz {

namespace {

/// Where yaml-cpp follows neither the standard's letter nor libyaml: tabs, carriage returns and other line
/// ends alone, directives and documents' ends, keys of `?`, names of anchors with punctuation in them,
/// blanks at the end; and merge keys, which it leaves alone.
bool goes_its_own_way(std::string_view text) {
  if (text.find_first_of("\t\r%?") != std::string_view::npos || text.ends_with(' ')) return true;
  for (const std::string_view odd :
       {"\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9", "\xEF\xBB\xBF", "---", "...", "<<"}) {
    if (text.find(odd) != std::string_view::npos) return true;
  }
  for (std::size_t at = text.find_first_of("&*!"); at != std::string_view::npos;
       at = text.find_first_of("&*!", at + 1)) {
    const std::size_t end = std::min(text.find_first_of(" \n", at), text.size());
    for (const char c : text.substr(at + 1, end - at - 1)) {
      const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!plain) return true;
    }
  }
  return false;
}

} // namespace

void run_yaml_reference(std::string_view bytes) {
  const test::Read read(std::string(bytes), "fuzz.yaml", small_limits());
  if (!read.document.problems.empty() || test::has_merge(*read.document.root)) return;
  // No template is one scalar, and yaml-cpp ends such a one at a line that begins as other nodes do.
  if (read.document.root->is_scalar()) return;
  const std::string text(read.sources.text(read.document.file));
  if (goes_its_own_way(text)) return;
  const auto expected = test::yaml_reference(text);
  if (!expected) return;
  require_none(test::difference(*read.document.root, *expected, "").value_or(""));
}

} // namespace slsaudit::fuzz
