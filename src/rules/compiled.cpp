// SPDX-License-Identifier: Apache-2.0
#include "rules/compiled.hpp"

#include "cel/display.hpp"
#include "syntax/yaml_writer.hpp"
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
      parts_.push_back({std::move(piece.text), {}, false});
      continue;
    }
    std::vector<cel::ParseError> inner;
    parts_.push_back({{}, cel::Program::compile(piece.text, environment, inner), piece.as_yaml});
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

namespace {

constexpr std::size_t longest_hole = 64UL * 1024; ///< Bytes; fixes that are as long are not told.

/// A value as it stands behind what `text` has of its line.
std::string yaml_behind(std::string& text, const cel::Value& value, Authored& authored) {
  const std::size_t line = text.rfind('\n') + 1; // npos + 1 is 0
  const std::size_t start = std::min(text.find_first_not_of(" -", line), text.size());
  const bool behind_key = start < text.size();
  const std::string yaml = syntax::to_yaml(*authored.tree(value), {start - line, behind_key}, longest_hole);
  if (yaml.starts_with('\n') && text.ends_with(' ')) text.pop_back();
  return yaml;
}

/// Whether what stands there since `line` is blank, a hole's doing.
bool is_emptied(std::string_view text, std::size_t line, bool had_hole) {
  return had_hole && text.find_first_not_of(' ', line) == std::string_view::npos;
}

} // namespace

std::string Text::fill_snippet(const cel::Variables& variables, Authored& authored,
                               std::string& error) const {
  std::string result;
  bool had_hole = false; // on the line that is being filled
  for (const Part& part : parts_) {
    if (!part.program.empty()) {
      const cel::Value value = part.program.evaluate(variables);
      if (value.error() != nullptr && error.empty()) error = value.error()->message;
      if (value.unknown() != nullptr)
        result += "…";
      else
        result += part.as_yaml ? yaml_behind(result, value, authored) : cel::display(value, longest_hole);
      had_hole = true;
      continue;
    }
    std::string_view literal = part.literal;
    const std::size_t line = result.rfind('\n') + 1;
    if (literal.starts_with('\n') && is_emptied(result, line, had_hole)) {
      result.erase(line);
      literal.remove_prefix(1);
    }
    had_hole = had_hole && literal.find('\n') == std::string_view::npos;
    result += literal;
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
  const cel::Environment with_item = environment_of(rule, rule.let.size(), "item");
  for (std::size_t i = 0; i < rule.fix.size(); ++i) {
    const std::string part = "fix." + std::string(dialect::name(static_cast<dialect::Dialect>(i)));
    for (std::size_t j = 0; j < rule.fix[i].size(); ++j) {
      const Fix& fix = rule.fix[i][j];
      const bool alone = fix.of.empty() && fix.when.empty() && fix.replaces.empty();
      const std::string place = alone ? part : part + "." + std::to_string(j);
      const cel::Environment& inner = fix.each.empty() ? with_id : with_item;
      result.fix[i].push_back({compiler.program(place + ".when", fix.when, with_id),
                               compiler.program(place + ".each", fix.each, with_id),
                               compiler.program(place + ".replaces", fix.replaces, inner),
                               compiler.snippet(alone ? place : place + ".edit", fix.edit, inner)});
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
