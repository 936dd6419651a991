// SPDX-License-Identifier: Apache-2.0
#include "rules/compiled.hpp"

#include "text/assert.hpp"

#include <algorithm>
#include <deque>
#include <mutex>

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

/// Whether the names that expressions use of tables and parameters have been looked up before.
enum class Checked : std::uint8_t { no, yes };

class Compiler {
public:
  Compiler(const Rule& rule, Checked checked, std::vector<ExpressionError>& errors)
      : rule_(rule), checked_(checked), errors_(errors) {}

  cel::Program program(std::string part, const std::string& source, const cel::Environment& environment) {
    if (source.empty()) return {};
    std::vector<cel::ParseError> errors;
    cel::Program result = cel::Program::compile(source, environment, errors);
    if (errors.empty() && checked_ == Checked::no) check_columns(source, rule_, errors);
    keep(part, errors);
    return result;
  }

  Text text(std::string part, const std::string& source, const cel::Environment& environment) {
    std::vector<cel::ParseError> errors;
    Text result(split_holes(source, errors), environment, rule_, errors);
    keep(part, errors);
    return result;
  }

  Text snippet(std::string part, const std::string& source, const cel::Environment& environment) {
    std::vector<cel::ParseError> errors;
    Text result(split_marks(source, errors), environment, rule_, errors);
    keep(part, errors);
    return result;
  }

private:
  void keep(const std::string& part, const std::vector<cel::ParseError>& errors) {
    for (const cel::ParseError& error : errors) errors_.push_back({part, error.offset, error.message});
  }

  const Rule& rule_;
  Checked checked_;
  std::vector<ExpressionError>& errors_;
};

CompiledEvidence compile_evidence(Compiler& compiler, const Rule& rule, std::size_t index,
                                  const cel::Environment& environment) {
  const EvidenceRule& source = rule.evidence[index];
  const std::string part = "evidence." + std::to_string(index) + ".";
  const cel::Environment with_item = environment_of(rule, rule.let.size(), "item");
  const cel::Environment& inner = source.each.empty() ? environment : with_item;
  CompiledEvidence result;
  result.each = compiler.program(part + "each", source.each, environment);
  result.when = compiler.program(part + "when", source.when, inner);
  result.at = compiler.program(part + "at", source.at, inner);
  result.message = compiler.text(part + "message", source.message, inner);
  return result;
}

} // namespace

Text::Text(std::vector<Piece> pieces, const cel::Environment& environment, const Rule& rule,
           std::vector<cel::ParseError>& errors) {
  for (Piece& piece : pieces) {
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

std::string Text::fill(const cel::Variables& variables, std::string& error, std::string_view unknown) const {
  std::string result;
  for (const Part& part : parts_) {
    if (part.program.empty()) {
      result += part.literal;
      continue;
    }
    const cel::Value value = part.program.evaluate(variables);
    if (value.error() != nullptr && error.empty()) error = value.error()->message;
    result += value.unknown() != nullptr ? std::string(unknown) : value.display();
  }
  return result;
}

namespace {

Telling compile_telling(Compiler& compiler, const Rule& rule) {
  Telling result;
  const cel::Environment environment = environment_of(rule, rule.let.size());
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
  const cel::Environment with_id = environment_of(rule, rule.let.size(), "id");
  for (std::size_t i = 0; i < rule.fix.size(); ++i) {
    const std::string part = "fix." + std::string(dialect::name(static_cast<dialect::Dialect>(i)));
    for (std::size_t j = 0; j < rule.fix[i].size(); ++j) {
      const Fix& fix = rule.fix[i][j];
      const std::string place = fix.of.empty() ? part : part + "." + std::to_string(j);
      result.fix[i].push_back(
          {compiler.program(place + ".when", fix.when, with_id),
           compiler.snippet(fix.of.empty() ? place : place + ".edit", fix.edit, with_id)});
    }
  }
  for (std::size_t i = 0; i < rule.evidence.size(); ++i) {
    result.evidence.push_back(compile_evidence(compiler, rule, i, environment));
  }
  return result;
}

} // namespace

struct Compiled::State {
  struct Let {
    std::once_flag once;
    cel::Program program;
  };
  explicit State(const Rule& of) : rule(of), lets(of.let.size()) {}

  /// Of a rule that has been checked nothing can be wrong.
  template <class Compile> void once(std::once_flag& flag, Compile compile) {
    std::call_once(flag, [&] {
      std::vector<ExpressionError> errors;
      Compiler compiler(rule, Checked::yes, errors);
      compile(compiler);
      SLSAUDIT_ASSERT(errors.empty());
    });
  }

  const Rule& rule;
  std::once_flag when_once;
  cel::Program when;
  std::deque<Let> lets;
  std::once_flag telling_once;
  Telling telling;
};

Compiled::Compiled(const Rule& rule) : state_(std::make_unique<State>(rule)) {}
Compiled::~Compiled() = default;

const cel::Program& Compiled::when() const {
  const Rule& rule = state_->rule;
  state_->once(state_->when_once, [&](Compiler& compiler) {
    state_->when = compiler.program("when", rule.when, environment_of(rule, rule.let.size()));
  });
  return state_->when;
}

std::size_t Compiled::lets() const {
  return state_->lets.size();
}

const cel::Program& Compiled::let(std::size_t index) const {
  const Rule& rule = state_->rule;
  State::Let& let = state_->lets[index];
  state_->once(let.once, [&](Compiler& compiler) {
    const auto& [name, source] = rule.let[index];
    let.program = compiler.program("let." + name, source, environment_of(rule, index));
  });
  return let.program;
}

const Telling& Compiled::telling() const {
  state_->once(state_->telling_once,
               [&](Compiler& compiler) { state_->telling = compile_telling(compiler, state_->rule); });
  return state_->telling;
}

std::vector<ExpressionError> check_expressions(const Rule& rule) {
  std::vector<ExpressionError> errors;
  Compiler compiler(rule, Checked::no, errors);
  for (std::size_t i = 0; i < rule.let.size(); ++i) {
    (void)compiler.program("let." + rule.let[i].first, rule.let[i].second, environment_of(rule, i));
  }
  (void)compiler.program("when", rule.when, environment_of(rule, rule.let.size()));
  (void)compile_telling(compiler, rule);
  return errors;
}

} // namespace slsaudit::rules
