// SPDX-License-Identifier: Apache-2.0
// Any bytes as a template of the Serverless Framework, whose files are that text too.
#include "fuzz/system.hpp"
#include "fuzz/targets.hpp"

namespace slsaudit::fuzz {

void run_serverless(std::string_view bytes) {
  Reading reading(text::MemoryFileSystem({{"p/a.yml", std::string(bytes)},
                                          {"p/b.json", "{\"c\": {\"d\": [1, \"two\"]}}"},
                                          {"p/.env", std::string(bytes)}}));
  (void)reading.evaluate(reading.lower(dialect::Dialect::serverless, bytes));
}

} // namespace slsaudit::fuzz
