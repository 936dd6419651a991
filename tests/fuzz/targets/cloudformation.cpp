// SPDX-License-Identifier: Apache-2.0
// Any bytes as a template of CloudFormation.
#include "fuzz/system.hpp"
#include "fuzz/targets.hpp"

namespace slsaudit::fuzz {

void run_cloudformation(std::string_view bytes) {
  Reading reading;
  (void)reading.evaluate(reading.lower(dialect::Dialect::cloudformation, bytes));
}

} // namespace slsaudit::fuzz
