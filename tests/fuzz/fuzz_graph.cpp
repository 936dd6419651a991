// SPDX-License-Identifier: Apache-2.0
// Any bytes as one template, and as two templates of one system: the graph that comes out is always sound.
#include "dialect/cloudformation/evaluate.hpp"
#include "graph/system.hpp"
#include "syntax/reader.hpp"
#include "text/assert.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

using namespace slsaudit;

namespace {

void build_system(const std::string& bytes, std::size_t copies) {
  text::SourceMap sources;
  text::Arena arena;
  syntax::Limits limits;
  limits.max_expansion = 20'000;
  std::vector<dialect::Template> templates;
  for (std::size_t i = 0; i < copies; ++i) {
    const auto document = syntax::read(sources, arena, std::to_string(i) + ".yaml", bytes, limits);
    const dialect::Inputs inputs;
    const auto lowered = dialect::cloudformation::lower(document, arena, inputs);
    templates.push_back(dialect::cloudformation::evaluate(lowered, arena, inputs));
  }
  const graph::System system = graph::build(std::move(templates), arena);
  SLSAUDIT_ASSERT(graph::verify(system).empty());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(data, data + size);
  build_system(bytes, 1);
  build_system(bytes, 2);
  return 0;
}
