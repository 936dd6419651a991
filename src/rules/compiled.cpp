// SPDX-License-Identifier: Apache-2.0
#include "rules/compiled.hpp"

#include <algorithm>

namespace slsaudit::rules {
namespace {

/// The mildest severity that an expression names in quotes.
Severity mildest_named(std::string_view expression) {
  for (const Severity severity : {Severity::info, Severity::low, Severity::medium, Severity::high}) {
    for (const char quote : {'\'', '"'}) {
      const std::string literal = quote + std::string(name(severity)) + quote;
      if (expression.find(literal) != std::string_view::npos) return severity;
    }
  }
  return Severity::critical;
}

class Compiler {
public:
  Compiler(const Rule& rule, std::vector<ExpressionError>& errors) : rule_(rule), errors_(errors) {}

  cel::Program program(std::string part, const std::string& source, const cel::Environment& environment) {
    if (source.empty()) return {};
    std::vector<cel::ParseError> errors;
    cel::Program result = cel::Program::compile(source, environment, errors);
    if (errors.empty()) check_columns(source, rule_, errors);
    keep(part, errors);
    return result;
  }

  Text text(std::string part, const std::string& source, const cel::Environment& environment) {
    std::vector<cel::ParseError> errors;
    Text result(source, environment, rule_, errors);
    keep(part, errors);
    return result;
  }

private:
  void keep(const std::string& part, const std::vector<cel::ParseError>& errors) {
    for (const cel::ParseError& error : errors) errors_.push_back({part, error.offset, error.message});
  }

  const Rule& rule_;
  std::vector<ExpressionError>& errors_;
};

CompiledEvidence compile_evidence(Compiler& compiler, const Rule& rule, std::size_t index,
                                  const cel::Environment& environment) {
  const EvidenceRule& source = rule.evidence[index];
  const std::string part = "evidence." + std::to_string(index) + ".";
  const cel::Environment with_item = environment_of(rule, rule.let.size(), true);
  const cel::Environment& inner = source.each.empty() ? environment : with_item;
  CompiledEvidence result;
  result.each = compiler.program(part + "each", source.each, environment);
  result.when = compiler.program(part + "when", source.when, inner);
  result.at = compiler.program(part + "at", source.at, inner);
  result.message = compiler.text(part + "message", source.message, inner);
  return result;
}

} // namespace

Text::Text(std::string_view text, const cel::Environment& environment, const Rule& rule,
           std::vector<cel::ParseError>& errors) {
  for (Piece& piece : split_holes(text, errors)) {
    if (!piece.is_expression) {
      parts_.push_back({std::move(piece.text), {}});
      continue;
    }
    std::vector<cel::ParseError> inner;
    parts_.push_back({{}, cel::Program::compile(piece.text, environment, inner)});
    if (inner.empty()) check_columns(piece.text, rule, inner);
    for (cel::ParseError& error : inner)
      errors.push_back({std::move(error.message), piece.offset + error.offset});
  }
}

std::string Text::fill(const cel::Variables& variables, std::string& error) const {
  std::string result;
  for (const Part& part : parts_) {
    if (part.program.empty()) {
      result += part.literal;
      continue;
    }
    const cel::Value value = part.program.evaluate(variables);
    if (value.error() != nullptr && error.empty()) error = value.error()->message;
    result += value.unknown() != nullptr ? "unknown" : value.display();
  }
  return result;
}

Compiled compile(const Rule& rule, std::vector<ExpressionError>& errors) {
  Compiler compiler(rule, errors);
  Compiled result;
  for (std::size_t i = 0; i < rule.let.size(); ++i) {
    result.let.push_back(
        compiler.program("let." + rule.let[i].first, rule.let[i].second, environment_of(rule, i)));
  }
  const cel::Environment environment = environment_of(rule, rule.let.size());
  result.when = compiler.program("when", rule.when, environment);
  result.fixed_severity = severity_from(rule.severity);
  if (!result.fixed_severity) {
    result.severity = compiler.program("severity", rule.severity, environment);
    result.mildest = mildest_named(rule.severity);
  }
  result.assumed_when = compiler.program("assumed.when", rule.assumed_when, environment);
  result.assumption = compiler.text("assumed.because", rule.assumption, environment);
  result.at = compiler.program("at", rule.at, environment);
  result.message = compiler.text("message", rule.message, environment);
  result.merge_by = compiler.program("merge-by", rule.merge_by, environment);
  result.key = compiler.program("key", rule.key, environment);
  for (std::size_t i = 0; i < rule.evidence.size(); ++i) {
    result.evidence.push_back(compile_evidence(compiler, rule, i, environment));
  }
  return result;
}

} // namespace slsaudit::rules
