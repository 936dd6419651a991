// SPDX-License-Identifier: Apache-2.0
// Any text as YAML: what the reader of usual YAML takes, the library takes and says the same of.
#include "support/yaml_readers.hpp"

#include "fuzz/checks.hpp"
#include "fuzz/targets.hpp"
#include "text/encoding.hpp"

#include <string>

namespace slsaudit::fuzz {

void run_yaml_readers(std::string_view bytes) {
  const std::string text = text::to_utf8(std::string(bytes)).text;
  require_none(test::compare_readers(text, small_limits()).difference);
}

} // namespace slsaudit::fuzz
