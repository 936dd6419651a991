// SPDX-License-Identifier: Apache-2.0
// Any bytes as a template: read, detected, lowered and evaluated, and every value shown. Nothing may crash,
// and every problem stands inside the text.
#include "dialect/cloudformation/evaluate.hpp"
#include "dialect/cloudformation/parameter_file.hpp"
#include "dialect/detect.hpp"
#include "syntax/reader.hpp"
#include "text/assert.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

using namespace slsaudit;

namespace {

void check_span(const text::SourceMap& sources, text::Span span) {
  if (!span.valid()) return;
  SLSAUDIT_ASSERT(span.begin <= span.end);
  SLSAUDIT_ASSERT(span.end <= sources.text(span.file).size());
}

void read_template(const std::string& bytes) {
  text::SourceMap sources;
  text::Arena arena;
  syntax::Limits limits;
  limits.max_expansion = 20'000;
  const auto document = syntax::read(sources, arena, "template.yaml", bytes, limits);
  (void)dialect::detect(document);
  const dialect::Inputs inputs;
  const auto lowered = dialect::cloudformation::lower(document, arena, inputs);
  const auto result = dialect::cloudformation::evaluate(lowered, arena, inputs);
  for (const text::Problem& problem : result.problems) check_span(sources, problem.span);
  for (const dialect::Resource& resource : result.resources) {
    check_span(sources, resource.properties.span());
    (void)resource.properties.display(1000);
    (void)resource.metadata.display(1000);
  }
  for (const dialect::Output& output : result.outputs) (void)output.value.display(1000);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  read_template(bytes);
  (void)dialect::cloudformation::read_parameter_file("parameters.json", bytes);
  (void)dialect::cloudformation::read_parameter_file("samconfig.toml", bytes);
  return 0;
}
