// SPDX-License-Identifier: Apache-2.0
#include "rules/packed.hpp"

#include "text/assert.hpp"

#include <cstdint>

namespace slsaudit::rules {
namespace {

// One description of a rule's fields serves both directions: `visit` hands each to a Writer or a Reader. A
// number is four bytes, the lowest first; a text is its length and its bytes; a list is its length and its
// items.

constexpr std::size_t bytes_of_number = 4;

class Writer {
public:
  void number(std::int64_t value) {
    const auto bits = static_cast<std::uint32_t>(static_cast<std::int32_t>(value));
    for (std::size_t i = 0; i < bytes_of_number; ++i) out_ += static_cast<char>(bits >> (8 * i) & 0xFFU);
  }
  void text(std::string_view value) {
    number(static_cast<std::int64_t>(value.size()));
    out_ += value;
  }
  template <class T, class Each> void list(const std::vector<T>& items, Each each) {
    number(static_cast<std::int64_t>(items.size()));
    for (const T& item : items) each(item);
  }
  [[nodiscard]] std::string take() { return std::move(out_); }

private:
  std::string out_;
};

class Reader {
public:
  explicit Reader(std::string_view in) : in_(in) {}
  template <class T> void number(T& value) {
    SLSAUDIT_ASSERT(in_.size() >= bytes_of_number);
    std::uint32_t bits = 0;
    const char* bytes = in_.data(); // which compilers read at once, other than in_[i]
    for (std::size_t i = 0; i < bytes_of_number; ++i)
      bits |= std::uint32_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
    in_.remove_prefix(bytes_of_number);
    const auto read = static_cast<std::int32_t>(bits);
    value = static_cast<T>(read);
  }
  /// A text that is not copied.
  [[nodiscard]] std::string_view view() {
    std::size_t size = 0;
    number(size);
    SLSAUDIT_ASSERT(size <= in_.size());
    const std::string_view text = in_.substr(0, size);
    in_.remove_prefix(size);
    return text;
  }
  void text(std::string& value) { value = view(); }
  void text(text::SharedText& value) { value = text::SharedText::of_lasting(view()); }
  template <class T, class Each> void list(std::vector<T>& items, Each each) {
    std::size_t size = 0;
    number(size);
    SLSAUDIT_ASSERT(size <= in_.size());
    items.resize(size);
    for (T& item : items) each(item);
  }

private:
  std::string_view in_;
};

void visit_severity(Writer& writer, const std::optional<Severity>& severity) {
  writer.number(severity ? static_cast<std::int64_t>(*severity) : -1);
}
void visit_severity(Reader& reader, std::optional<Severity>& severity) {
  std::int64_t number = 0;
  reader.number(number);
  if (number >= 0) severity = static_cast<Severity>(number);
}

void visit_dialect(Writer& writer, dialect::Dialect dialect) {
  writer.number(static_cast<std::int64_t>(dialect));
}
void visit_dialect(Reader& reader, dialect::Dialect& dialect) {
  reader.number(dialect);
}

template <class Side, class AnyExample> void visit_example(Side& side, AnyExample& example) {
  side.text(example.name);
  visit_dialect(side, example.dialect);
  side.text(example.text);
  side.text(example.kind);
  side.list(example.files, [&](auto& file) {
    side.text(file.first);
    side.text(file.second);
  });
  side.list(example.expect, [&](auto& expected) {
    side.text(expected.file);
    side.number(expected.line);
    side.number(expected.column);
    visit_severity(side, expected.severity);
  });
}

template <class Side, class AnyRule> void visit(Side& side, AnyRule& rule) {
  const auto text = [&](auto& value) { side.text(value); };
  for (auto* value : {&rule.code,       &rule.name,       &rule.group,
                      &rule.profile,    &rule.since,      &rule.summary,
                      &rule.severity,   &rule.confidence, &rule.assumed_when,
                      &rule.assumption, &rule.for_each,   &rule.when,
                      &rule.at,         &rule.message,    &rule.merge_by,
                      &rule.holds,      &rule.key,        &rule.why,
                      &rule.fix_is,     &rule.limits,     &rule.security_severity,
                      &rule.path}) {
    side.text(*value);
  }
  for (auto& fixes : rule.fix) {
    side.list(fixes, [&](auto& fix) {
      for (auto* value : {&fix.when, &fix.of, &fix.each, &fix.replaces, &fix.edit}) side.text(*value);
    });
  }
  for (auto& fix : rule.shown_fix) side.text(fix);
  for (auto* values : {&rule.aliases, &rule.of, &rule.references, &rule.tags, &rule.silences})
    side.list(*values, text);
  side.list(rule.parameters, [&](auto& parameter) {
    for (auto* value : {&parameter.name, &parameter.value, &parameter.meaning}) side.text(*value);
  });
  side.list(rule.equivalents, [&](auto& pair) {
    side.text(pair.first);
    side.list(pair.second, text);
  });
  side.list(rule.let, [&](auto& pair) {
    side.text(pair.first);
    side.text(pair.second);
  });
  side.list(rule.evidence, [&](auto& evidence) {
    for (auto* value : {&evidence.each, &evidence.when, &evidence.at, &evidence.message}) side.text(*value);
  });
}

} // namespace

std::string pack(const std::vector<Rule>& rules) {
  Writer writer;
  writer.list(rules, [&](const Rule& rule) {
    visit(writer, rule);
    Writer examples;
    examples.list(rule.examples, [&](const Example& example) { visit_example(examples, example); });
    writer.text(examples.take());
  });
  return writer.take();
}

std::vector<Rule> unpack(std::string_view packed, bool with_examples) {
  std::vector<Rule> rules;
  Reader reader(packed);
  reader.list(rules, [&](Rule& rule) {
    visit(reader, rule);
    Reader examples(reader.view());
    if (with_examples)
      examples.list(rule.examples, [&](Example& example) { visit_example(examples, example); });
  });
  return rules;
}

} // namespace slsaudit::rules
