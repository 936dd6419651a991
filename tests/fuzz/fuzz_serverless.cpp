// SPDX-License-Identifier: Apache-2.0
// A service file of any content lowers without a crash; its own text is also what `${file(…)}` finds.
#include "dialect/print.hpp"
#include "dialect/serverless/lower.hpp"
#include "syntax/reader.hpp"
#include "text/assert.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace slsaudit;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const text::MemoryFileSystem files({{"p/serverless.yml", bytes}, {"p/a.yml", bytes}});
  text::SourceMap sources;
  text::Arena arena;
  const syntax::Limits limits{.max_nodes = 20'000, .max_expansion = 40'000};
  const syntax::Document document = syntax::read(sources, arena, "p/serverless.yml", bytes, limits);
  const auto lowered = dialect::serverless::lower(
      document, arena, {},
      {.files = files, .sources = sources, .directory = "p", .root = "p", .limits = limits});
  for (const auto& resource : lowered.resources) {
    SLSAUDIT_ASSERT(resource.body != nullptr);
    SLSAUDIT_ASSERT(resource.author.span.valid());
  }
  for (const text::Problem& problem : lowered.problems) SLSAUDIT_ASSERT(!problem.message.empty());
  SLSAUDIT_ASSERT(!dialect::to_json(lowered).empty());
  return 0;
}
