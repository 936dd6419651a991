// SPDX-License-Identifier: Apache-2.0
// Any bytes as a template of the SAM.
#include "fuzz/system.hpp"
#include "fuzz/targets.hpp"

namespace slsaudit::fuzz {

void run_sam(std::string_view bytes) {
  Reading reading;
  (void)reading.evaluate(reading.lower(dialect::Dialect::sam, bytes));
}

} // namespace slsaudit::fuzz
