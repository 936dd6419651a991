// SPDX-License-Identifier: Apache-2.0
// Any bytes as YAML: the tree is sound, and its nodes stand where their text does.
#include "fuzz/checks.hpp"
#include "fuzz/targets.hpp"
#include "support/span_check.hpp"

namespace slsaudit::fuzz {

void run_yaml(std::string_view bytes) {
  const test::Read read(std::string(bytes), "fuzz.yaml", small_limits());
  check_document(read.sources, read.document);
  if (!has_error(read.document)) require_none(test::SpanCheck(read).run());
}

} // namespace slsaudit::fuzz
