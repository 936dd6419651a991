// SPDX-License-Identifier: Apache-2.0
// Any bytes as a rule file: each error has a place in it, and a rule that is accepted can be judged.
#include "fuzz/system.hpp"
#include "fuzz/targets.hpp"
#include "rules/engine.hpp"
#include "rules/packed.hpp"
#include "text/encoding.hpp"

#include <algorithm>
#include <memory>

namespace slsaudit::fuzz {

namespace {

constexpr std::string_view subject = R"(Resources:
  Table: {Type: AWS::DynamoDB::Table}
  Queue: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 30}}
  Function:
    Type: AWS::Lambda::Function
    Properties: {Handler: a.b, Runtime: nodejs22.x, Timeout: 900, Environment: {Variables: {T: !Ref Table}}}
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: !Ref Function, EventSourceArn: !GetAtt Queue.Arn}
)";

/// A system whose facts are computed once.
struct Judged {
  Reading reading;
  graph::System system;
  analysis::Facts facts;

  Judged() : system(build()), facts(system, {}) {}

private:
  graph::System build() {
    reading.add(subject);
    return reading.build();
  }
};

void judge(const rules::Rule& rule) {
  static Judged judged; // tables are computed when a rule first asks for them
  const rules::Rule* const list[] = {&rule};
  std::vector<std::string> failures;
  const auto findings = rules::run(list, judged.facts, judged.reading.sources(), failures);
  for (const rules::Finding& finding : findings) {
    check_text(finding.message);
    if (finding.span.valid()) check_span(judged.reading.sources(), finding.span);
  }
  SLSAUDIT_ASSERT(std::ranges::is_sorted(findings, rules::before));
}

} // namespace

void run_rules(std::string_view bytes) {
  const std::string text(bytes);
  const rules::Loaded loaded = rules::load("rule.yaml", text);
  const auto lines = 1 + std::ranges::count(text, '\n') + std::ranges::count(text, '\r');
  for (const rules::RuleFileError& error : loaded.errors) {
    SLSAUDIT_ASSERT(error.line >= 1 && error.line <= lines && error.column >= 1);
    SLSAUDIT_ASSERT(!error.message.empty());
  }
  if (!loaded.errors.empty()) return;
  const std::string packed = rules::pack(loaded.rules);
  SLSAUDIT_ASSERT(rules::pack(rules::unpack(packed)) == packed);
  for (const rules::Rule& rule : loaded.rules) judge(rule);
}

} // namespace slsaudit::fuzz
