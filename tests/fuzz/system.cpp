// SPDX-License-Identifier: Apache-2.0
#include "fuzz/system.hpp"

#include "analysis/table.hpp"
#include "dialect/cloudformation/evaluate.hpp"
#include "dialect/detect.hpp"
#include "dialect/json_properties.hpp"
#include "dialect/print.hpp"
#include "dialect/sam/lower.hpp"
#include "dialect/serverless/lower.hpp"
#include "text/json_escape.hpp"

namespace slsaudit::fuzz {

namespace {

dialect::Limits limits() {
  dialect::Limits limits;
  static_cast<syntax::Limits&>(limits) = small_limits();
  limits.max_loop_entries = 200;
  limits.max_loop_nodes = 5'000;
  limits.max_text = 1U << 14U;
  limits.max_includes = 50;
  limits.max_resources = 500;
  return limits;
}

} // namespace

dialect::Lowered Reading::lower(dialect::Dialect dialect, std::string_view bytes) {
  const std::string path = "p/" + std::to_string(count_++) + ".yaml";
  return lower(dialect, syntax::read(sources_, arena_, path, std::string(bytes), small_limits()));
}

dialect::Lowered Reading::lower(dialect::Dialect dialect, const syntax::Document& document) {
  dialect::Lowered lowered;
  if (dialect == dialect::Dialect::sam) {
    lowered = dialect::sam::lower(document, arena_, {}, limits());
  } else if (dialect == dialect::Dialect::serverless) {
    const dialect::Project project{
        .files = files_, .sources = sources_, .directory = "p", .root = "p", .limits = limits()};
    lowered = dialect::serverless::lower(document, arena_, {}, project);
  } else {
    lowered = dialect::cloudformation::lower(document, arena_, {}, limits());
  }
  check(lowered);
  return lowered;
}

void Reading::check(const dialect::Lowered& lowered) {
  check_problems(sources_, lowered.problems);
  for (const auto& resource : lowered.resources) {
    SLSAUDIT_ASSERT(resource.body != nullptr);
    check_node(sources_, *resource.body);
  }
  const std::string printed = dialect::to_json(lowered);
  const test::Read again(printed, "printed.json");
  SLSAUDIT_ASSERT(!has_error(again.document));
  SLSAUDIT_ASSERT(dialect::to_json(*again.document.root) + "\n" == printed);
}

dialect::Template Reading::evaluate(const dialect::Lowered& lowered) {
  dialect::Template evaluated = dialect::cloudformation::evaluate(lowered, arena_, {});
  dialect::read_json_properties(evaluated, sources_, arena_);
  check_problems(sources_, evaluated.problems);
  for (const dialect::Resource& resource : evaluated.resources) {
    if (resource.properties.span().valid()) check_span(sources_, resource.properties.span());
    check_text(resource.properties.display(1000));
    check_text(resource.metadata.display(1000));
  }
  for (const dialect::Output& output : evaluated.outputs) check_text(output.value.display(1000));
  return evaluated;
}

void Reading::add(std::string_view bytes) {
  const std::string path = "p/" + std::to_string(count_++) + ".yaml";
  const auto document = syntax::read(sources_, arena_, path, std::string(bytes), small_limits());
  const auto detected = dialect::detect(document).dialect;
  templates_.push_back(evaluate(lower(detected.value_or(dialect::Dialect::cloudformation), document)));
}

graph::System Reading::build() {
  graph::System system = graph::build(std::move(templates_), arena_);
  templates_.clear();
  SLSAUDIT_ASSERT(graph::verify(system).empty());
  return system;
}

void Reading::compute_facts(const graph::System& system) {
  const analysis::Facts facts(system, {});
  for (const analysis::Schema* schema : analysis::Facts::schemas())
    SLSAUDIT_ASSERT(facts.table(schema->name) != nullptr);
}

std::string indented(std::string_view text, std::size_t blanks) {
  std::string result(blanks, ' ');
  for (const char c : text) {
    result += c;
    if (c == '\n') result.append(blanks, ' ');
  }
  return result + '\n';
}

std::string quoted(std::string_view text) {
  std::string result = "\"";
  text::append_json_escaped(result, text);
  return result + '"';
}

} // namespace slsaudit::fuzz
