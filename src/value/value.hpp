// SPDX-License-Identifier: Apache-2.0
// What a property is, once parameters, mappings and intrinsics are worked out as far as the text allows.
//
// A Value is one of: known (null, boolean, integer, number, string, list, map), symbolic (a string whose parts are
// literal text and references: `!Sub "${Orders.Arn}/*"`, `!Ref Orders`), conditional (which of two values depends on a
// condition that is not decided), unknown (with the reason) or absent (nothing was written). Each remembers the span it
// came from, and through what: a parameter's default, Globals, a variable.
//
// Values are handles to immutable data in the run's Arena: cheap to copy, valid as long as the arena.
#pragma once

#include "text/arena.hpp"
#include "text/span.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::value {

enum class Kind : std::uint8_t {
  absent,
  unknown,
  null,
  boolean,
  integer,
  number,
  string,
  symbolic,
  list,
  map,
  conditional,
};

enum class ReferenceKind : std::uint8_t {
  resource,     ///< Ref of a resource: `name` is its logical id. What it means (name, ARN, URL) depends on the type.
  attribute,    ///< GetAtt: `name`.`attribute`.
  parameter,    ///< A parameter whose value is not known.
  pseudo,       ///< AWS::Region, AWS::AccountId, AWS::Partition, AWS::StackName …, where not given.
  import_value, ///< Fn::ImportValue: `name` is the export's name as far as known.
  output,       ///< Another stack puts it out: `name` is the stack's, `attribute` the output's.
  dynamic,      ///< {{resolve:ssm|ssm-secure|secretsmanager:…}}: `name` is all between the braces.
  unknown,      ///< Text that can't be known; `name` is the reason.
};

/// A piece of a symbolic string: either literal text or, when `literal` is empty and `is_reference`, a reference.
struct Part {
  bool is_reference = false;
  ReferenceKind kind = ReferenceKind::unknown;
  std::string_view literal;
  std::string_view name;
  std::string_view attribute;
  friend bool operator==(const Part&, const Part&) = default;
};

/// Through what a value came to where it is used; the nearest first.
struct Origin {
  enum class Kind : std::uint8_t {
    parameter_default, ///< An assumption: the deployer may pass another value.
    parameter_given,   ///< --param or a parameter file.
    mapping,
    globals,          ///< SAM Globals, or the Serverless Framework's provider section.
    variable,         ///< A Serverless Framework variable.
    include,          ///< Another file.
    stack,            ///< What the parent stack passes to a nested one.
    world,            ///< Assumed, in one of several possible worlds; findings name the world.
    platform_default, ///< Nobody wrote it: the dialect or AWS sets it.
  };
  Kind kind = Kind::variable;
  text::Span span; ///< Where the text stands that says so; invalid for platform_default.
  std::string_view name;
  const Origin* next = nullptr;
};

class Value;
struct Member;

namespace detail {
/// What a value holds: `kind` says what more stands behind it (rep.hpp).
struct Rep {
  Kind kind = Kind::absent;
  bool boolean = false;
  text::Span span;
  const Origin* origin = nullptr;
};
} // namespace detail

class Value {
public:
  Value() = default; ///< Absent, with no place.

  [[nodiscard]] Kind kind() const { return rep_ != nullptr ? rep_->kind : Kind::absent; }
  [[nodiscard]] bool is(Kind kind) const { return this->kind() == kind; }
  [[nodiscard]] bool is_absent() const { return is(Kind::absent); }
  [[nodiscard]] bool is_unknown() const { return is(Kind::unknown); }
  [[nodiscard]] bool is_map() const { return is(Kind::map); }
  [[nodiscard]] bool is_list() const { return is(Kind::list); }
  /// Written, whatever it is: neither absent nor null.
  [[nodiscard]] bool is_present() const { return !is_absent() && !is(Kind::null); }

  /// Where the value stands; of an absent one, the map that lacks it (may be invalid).
  [[nodiscard]] text::Span span() const { return rep_ != nullptr ? rep_->span : key_span_; }
  /// Where its key stands; invalid for list items and computed values.
  [[nodiscard]] text::Span key_span() const { return rep_ != nullptr ? key_span_ : text::Span{}; }
  [[nodiscard]] const Origin* origin() const { return rep_ != nullptr ? rep_->origin : nullptr; }
  /// The first parameter default among the origins: what a finding on this value takes for granted. Null if nothing.
  [[nodiscard]] const Origin* assumption() const;

  /// Known scalars, with the conversions that CloudFormation does ("30" ↔ 30, "true" ↔ true); else nothing.
  [[nodiscard]] std::optional<bool> as_boolean() const;
  [[nodiscard]] std::optional<std::int64_t> as_integer() const;
  [[nodiscard]] std::optional<double> as_number() const;
  /// A known scalar's text as written; nothing for symbolic strings.
  [[nodiscard]] std::optional<std::string_view> as_string() const;

  [[nodiscard]] std::string_view reason() const;       ///< Of an unknown; else empty.
  [[nodiscard]] std::span<const Part> parts() const;   ///< Of a symbolic string; else empty.
  [[nodiscard]] std::span<const Value> items() const;  ///< Of a list; else empty.
  [[nodiscard]] std::span<const Member> members() const; ///< Of a map, in source order; else empty.

  /// The only part of a symbolic string that is nothing but one reference.
  [[nodiscard]] const Part* sole_reference() const;

  /// A member by key. Of an unknown: unknown, for the same reason. Of anything else without it: absent.
  /// Of a conditional: conditional over both sides' members.
  [[nodiscard]] Value get(std::string_view key) const;
  /// `get` along a dotted path ("ScalingConfig.MaximumConcurrency").
  [[nodiscard]] Value at(std::string_view dotted_path) const;

  [[nodiscard]] std::string_view condition() const; ///< Of a conditional: the condition's name; else empty.
  [[nodiscard]] Value when_true() const;
  [[nodiscard]] Value when_false() const;
  /// What the value can be: of a conditional, every leaf of it; of anything else, itself.
  [[nodiscard]] std::vector<Value> alternatives() const;

  /// For people: strings with references as `${Orders.Arn}`, lists and maps shortened to `max` bytes.
  [[nodiscard]] std::string display(std::size_t max = 120) const;

  /// The same value, standing under another key, or having come through `origin` (which must live in the arena).
  [[nodiscard]] Value with_key_span(text::Span key) const;
  [[nodiscard]] Value with_origin(text::Arena& arena, Origin origin) const;
  /// The same value, standing elsewhere (where an intrinsic that gives it is written); what is inside stays in place.
  [[nodiscard]] Value with_span(text::Arena& arena, text::Span span) const;

  /// The two parts of a written value, for who keeps many: `from(handle(), key_span())` is the same value.
  using Handle = const detail::Rep*;
  [[nodiscard]] Handle handle() const { return rep_; }
  [[nodiscard]] static Value from(Handle handle, text::Span key) { return {handle, key}; }

  /// Deep equality of what is known; spans and origins don't count. Unknowns are equal to nothing.
  [[nodiscard]] bool equals(const Value& other) const;

private:
  friend class Factory;
  Value(const detail::Rep* rep, text::Span key_span) : rep_(rep), key_span_(key_span) {}
  const detail::Rep* rep_ = nullptr; ///< Null: absent; then key_span_ is the place that lacks it.
  text::Span key_span_;
};

struct Member {
  std::string_view key;
  Value value; ///< Its key_span() is the key's.
};

/// Makes values. Text, items and members are copied into the arena.
class Factory {
public:
  explicit Factory(text::Arena& arena) : arena_(arena) {}

  [[nodiscard]] Value absent(text::Span where) const;
  [[nodiscard]] Value null(text::Span span) const;
  [[nodiscard]] Value boolean(bool value, text::Span span, std::string_view text = {}) const;
  [[nodiscard]] Value integer(std::int64_t value, text::Span span, std::string_view text = {}) const;
  [[nodiscard]] Value number(double value, text::Span span, std::string_view text = {}) const;
  [[nodiscard]] Value string(std::string_view text, text::Span span) const;
  /// Adjacent literals are merged and empty ones dropped; without any reference the result is a known string.
  [[nodiscard]] Value symbolic(const std::vector<Part>& parts, text::Span span) const;
  [[nodiscard]] Value list(const std::vector<Value>& items, text::Span span) const;
  [[nodiscard]] Value map(const std::vector<Member>& members, text::Span span) const;
  /// Where both sides are equal the result is the first.
  [[nodiscard]] Value conditional(std::string_view condition, Value when_true, Value when_false, text::Span span) const;
  [[nodiscard]] Value unknown(std::string_view reason, text::Span span) const;
  [[nodiscard]] text::Arena& arena() const { return arena_; }

private:
  text::Arena& arena_;
};

} // namespace slsaudit::value
