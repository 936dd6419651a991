// SPDX-License-Identifier: Apache-2.0
#include "rules/compiled.hpp"

#include "cel/display.hpp"
#include "parallel/once.hpp"
#include "rules/packed_parts.hpp"
#include "syntax/yaml_writer.hpp"
#include "text/assert.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <optional>

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
  /// `next` is the place of the part that is compiled first; the others follow.
  Compiler(const Rule& rule, Checked checked, const PackedParts& packed, std::size_t next,
           std::vector<ExpressionError>& errors)
      : rule_(rule), checked_(checked), packed_(packed), next_(next), errors_(errors) {}
  void show_to(PartVisitor& visitor) { visitor_ = &visitor; }
  [[nodiscard]] std::size_t next() const { return next_; }

  /// Without names for a literal.
  cel::Program program(std::string_view part, std::string_view source, std::optional<Names> names) {
    std::optional<cel::Program> result = packed_.program(next_++, source, names);
    if (!result) result = compile(part, source, names);
    if (visitor_ != nullptr) visitor_->visit(*result);
    return std::move(*result);
  }

  using Split = std::vector<Piece> (*)(std::string_view, std::vector<cel::ParseError>&);
  Text text(std::string_view part, std::string_view source, Names names, Split split = split_holes) {
    std::optional<Text> result = packed_.text(next_++, source, names);
    if (!result) {
      std::vector<cel::ParseError> errors;
      result.emplace(split(source, errors), environment_of(rule_, names.lets, names.last), rule_, errors);
      keep(part, errors);
    }
    if (visitor_ != nullptr) visitor_->visit(*result, source);
    return std::move(*result);
  }

private:
  cel::Program compile(std::string_view part, std::string_view source, std::optional<Names> names) {
    if (source.empty()) return {};
    std::vector<cel::ParseError> errors;
    const cel::Environment environment =
        names ? environment_of(rule_, names->lets, names->last) : cel::Environment{};
    cel::Program result = cel::Program::compile(source, environment, errors);
    if (errors.empty() && checked_ == Checked::no) check_columns(source, rule_, errors);
    keep(part, errors);
    return result;
  }

  void keep(std::string_view part, const std::vector<cel::ParseError>& errors) {
    for (const cel::ParseError& error : errors)
      errors_.push_back({std::string(part), error.offset, error.message});
  }

  const Rule& rule_;
  Checked checked_;
  const PackedParts& packed_;
  std::size_t next_;
  std::vector<ExpressionError>& errors_;
  PartVisitor* visitor_ = nullptr;
};

CompiledEvidence compile_evidence(Compiler& compiler, const Rule& rule, std::size_t index) {
  const EvidenceRule& source = rule.evidence[index];
  const std::string part = "evidence." + std::to_string(index) + ".";
  const Names outer{rule.let.size(), {}};
  const Names inner{rule.let.size(), source.each.empty() ? "" : "item"};
  CompiledEvidence result;
  result.each = compiler.program(part + "each", source.each, outer);
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

Text::Text(const PackedExpressions& packed, const PackedText& text) {
  for (const PackedPiece& piece : packed.pieces.subspan(text.first_piece, text.pieces)) {
    if (piece.expression == no_part)
      parts_.push_back({text::SharedText::of_lasting(piece.literal.of(packed.tables.text)), {}, false});
    else
      parts_.push_back({{}, cel::Program(packed.tables, piece.expression, host_functions()), piece.as_yaml});
  }
}

std::string Text::fill(const cel::Variables& variables, std::string& error) const {
  std::string result;
  for (const Part& part : parts_) {
    if (part.program.empty()) {
      result += part.literal.view();
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
  if (!behind_key && value.map() != nullptr && value.map()->empty()) return {}; // nothing to merge
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
  const Names names{rule.let.size(), {}};
  result.fixed_severity = severity_from(rule.severity);
  result.severity = compiler.program("severity", result.fixed_severity ? "" : rule.severity, names);
  if (!result.fixed_severity) result.mildest = mildest_named(rule.severity);
  result.assumed_when = compiler.program("assumed.when", rule.assumed_when, names);
  result.assumption = compiler.text("assumed.because", rule.assumption, names);
  result.at = compiler.program("at", rule.at, names);
  result.message = compiler.text("message", rule.message, names);
  result.merge_by = compiler.program("merge-by", rule.merge_by, names);
  result.key = compiler.program("key", rule.key, names);
  for (std::size_t i = 0; i < rule.evidence.size(); ++i)
    result.evidence.push_back(compile_evidence(compiler, rule, i));
  return result;
}

std::vector<CompiledFix> compile_fixes(Compiler& compiler, const Rule& rule, dialect::Dialect dialect) {
  const Names with_id{rule.let.size(), "id"};
  const Names with_item{rule.let.size(), "item"};
  const std::vector<Fix>& fixes = rule.fix[static_cast<std::size_t>(dialect)];
  const std::string part = "fix." + std::string(dialect::name(dialect));
  std::vector<CompiledFix> result;
  for (std::size_t i = 0; i < fixes.size(); ++i) {
    const Fix& fix = fixes[i];
    const bool alone = fix.of.empty() && fix.when.empty() && fix.replaces.empty();
    const std::string place = alone ? part : part + "." + std::to_string(i);
    const Names& inner = fix.each.empty() ? with_id : with_item;
    result.push_back({compiler.program(place + ".when", fix.when, with_id),
                      compiler.program(place + ".each", fix.each, with_id),
                      compiler.program(place + ".replaces", fix.replaces, inner),
                      compiler.text(alone ? place : place + ".edit", fix.edit, inner, split_marks)});
  }
  return result;
}

constexpr std::array all_dialects{dialect::Dialect::cloudformation, dialect::Dialect::sam,
                                  dialect::Dialect::serverless};

cel::Program compile_when(Compiler& compiler, const Rule& rule) {
  return compiler.program("when", rule.when, Names{rule.let.size(), {}});
}

cel::Program compile_let(Compiler& compiler, const Rule& rule, std::size_t index) {
  const auto& [name, source] = rule.let[index];
  return compiler.program("let." + name, source, Names{index, {}});
}

} // namespace

struct Compiled::State {
  struct Let {
    parallel::Once once;
    cel::Program program;
  };
  State(const Rule& of, const PackedExpressions* expressions)
      : rule(of), packed(expressions, of), lets(of.let.size()) {}

  /// Of a rule that has been checked nothing can be wrong. `place` is that of the first part to compile.
  template <class Compile> void once(parallel::Once& flag, std::size_t place, Compile compile) {
    flag.call([&] {
      std::vector<ExpressionError> errors;
      Compiler compiler(rule, Checked::yes, packed, place, errors);
      compile(compiler);
      SLSAUDIT_ASSERT(errors.empty());
    });
  }

  const Rule& rule;
  const PackedParts packed;
  parallel::Once when_once;
  cel::Program when;
  std::deque<Let> lets;
  parallel::Once parameters_once;
  cel::Value parameters;
  parallel::Once telling_once;
  Telling telling;
  struct Fixes {
    parallel::Once once;
    std::vector<CompiledFix> compiled;
  };
  std::array<Fixes, all_dialects.size()> fixes; // by dialect::Dialect: most runs see one
};

Compiled::Compiled(const Rule& rule, const PackedExpressions* packed)
    : state_(std::make_unique<State>(rule, packed)) {}
Compiled::~Compiled() = default;

const cel::Program& Compiled::when() const {
  state_->once(state_->when_once, 0,
               [&](Compiler& compiler) { state_->when = compile_when(compiler, state_->rule); });
  return state_->when;
}

std::size_t Compiled::lets() const {
  return state_->lets.size();
}

const cel::Program& Compiled::let(std::size_t index) const {
  State::Let& let = state_->lets[index];
  state_->once(let.once, place_of_let(index),
               [&](Compiler& compiler) { let.program = compile_let(compiler, state_->rule, index); });
  return let.program;
}

const cel::Value& Compiled::parameters() const {
  const Rule& rule = state_->rule;
  state_->parameters_once.call([&] {
    cel::Map map;
    for (std::size_t i = 0; i < rule.parameters.size(); ++i) {
      const RuleParameter& parameter = rule.parameters[i];
      std::vector<ExpressionError> errors; // of what configuration has set
      Compiler compiler(rule, Checked::yes, state_->packed, place_of_parameter(rule, i), errors);
      const cel::Program program = compiler.program(parameter.name, parameter.value, std::nullopt);
      map.emplace_back(parameter.name, errors.empty() ? program.evaluate(cel::Bindings{})
                                                      : cel::Value::error(errors.front().message));
    }
    state_->parameters = std::move(map);
  });
  return state_->parameters;
}

const Telling& Compiled::telling() const {
  const Rule& rule = state_->rule;
  state_->once(state_->telling_once, place_of_telling(rule),
               [&](Compiler& compiler) { state_->telling = compile_telling(compiler, rule); });
  return state_->telling;
}

const std::vector<CompiledFix>& Compiled::fixes(dialect::Dialect dialect) const {
  const Rule& rule = state_->rule;
  State::Fixes& fixes = state_->fixes[static_cast<std::size_t>(dialect)];
  state_->once(fixes.once, place_of_fixes(rule, dialect),
               [&](Compiler& compiler) { fixes.compiled = compile_fixes(compiler, rule, dialect); });
  return fixes.compiled;
}

void each_part(const Rule& rule, const PackedExpressions* packed, PartVisitor& visitor) {
  std::vector<ExpressionError> errors;
  const PackedParts parts(packed, rule);
  Compiler compiler(rule, Checked::yes, parts, 0, errors);
  compiler.show_to(visitor);
  (void)compile_when(compiler, rule);
  for (std::size_t i = 0; i < rule.let.size(); ++i) (void)compile_let(compiler, rule, i);
  for (const RuleParameter& parameter : rule.parameters)
    (void)compiler.program(parameter.name, parameter.value, std::nullopt);
  (void)compile_telling(compiler, rule);
  for (const dialect::Dialect dialect : all_dialects) {
    SLSAUDIT_ASSERT(compiler.next() == place_of_fixes(rule, dialect));
    (void)compile_fixes(compiler, rule, dialect);
  }
}

std::vector<ExpressionError> check_expressions(const Rule& rule) {
  std::vector<ExpressionError> errors;
  const PackedParts none(nullptr, rule);
  Compiler compiler(rule, Checked::no, none, 0, errors);
  for (std::size_t i = 0; i < rule.let.size(); ++i) (void)compile_let(compiler, rule, i);
  (void)compile_when(compiler, rule);
  (void)compile_telling(compiler, rule);
  for (const dialect::Dialect dialect : all_dialects) (void)compile_fixes(compiler, rule, dialect);
  return errors;
}

} // namespace slsaudit::rules
