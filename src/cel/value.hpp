// SPDX-License-Identifier: Apache-2.0
// The values that rule expressions compute with: CEL's own types, plus unknown and error as CEL defines their
// flow, plus objects of the host (resources, edges, rows of facts).
#pragma once

#include "text/span.hpp"
#include "value/value.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace slsaudit::cel {

class Value;

/// Something of the host that expressions select fields of. Objects are immutable and outlive every Value.
class Object {
public:
  virtual ~Object() = default;
  [[nodiscard]] virtual std::string_view type_name() const = 0;
  /// The field's value; an error Value ("no such field …") when objects of this type have no such field.
  [[nodiscard]] virtual Value field(std::string_view name) const = 0;
  /// What `has(object.name)` says; false for fields that are absent.
  [[nodiscard]] virtual bool has(std::string_view name) const = 0;
  /// How a message shows the object: "`Orders`".
  [[nodiscard]] virtual std::string display() const = 0;
  /// Where a finding on it points.
  [[nodiscard]] virtual text::Span span() const = 0;
};

using Null = std::monostate;
using List = std::vector<Value>;
using Map = std::vector<std::pair<Value, Value>>; ///< Unique keys, in insertion order.

struct Bytes {
  std::string data;
  friend auto operator<=>(const Bytes&, const Bytes&) = default;
};
struct Type {
  std::string name; ///< "int", "list" …
  friend auto operator<=>(const Type&, const Type&) = default;
};
/// A point in time, UTC, in the years 1 to 9999.
struct Timestamp {
  std::int64_t seconds = 0;     ///< Since 1970.
  std::int64_t nanoseconds = 0; ///< 0 to 999'999'999.
  friend auto operator<=>(const Timestamp&, const Timestamp&) = default;
};
struct Duration {
  std::int64_t nanoseconds = 0;
  friend auto operator<=>(const Duration&, const Duration&) = default;
};
/// Not known: `reasons` are sorted, unique and for people.
struct Unknown {
  std::vector<std::string> reasons;
};
struct Error {
  std::string message;
};

/// Immutable and cheap to copy. A value may remember the span of the text it was read from.
///
/// Values read from templates are marked (from_template()). The mark changes four things, because
/// CloudFormation takes "30" for 30 and because a template's wrong shape is no error of a rule:
/// - a marked string that reads as a number or boolean computes and compares with numbers and booleans, and a
/// marked
///   number or boolean with strings, by its text;
/// - a missing member of a marked map, or a missing item of a marked list, is a marked null instead of an
/// error;
/// - selecting from a marked scalar or null gives a marked null; a marked null counts as an empty list or
/// map;
/// - an operation that CEL has no overload for is unknown instead of an error where a marked non-null value
/// takes part.
class Value {
public:
  Value() : data_(Null{}) {}
  Value(bool value) : data_(value) {}              // NOLINT(google-explicit-constructor)
  Value(std::int64_t value) : data_(value) {}      // NOLINT(google-explicit-constructor)
  Value(int value) : data_(std::int64_t{value}) {} // NOLINT(google-explicit-constructor)
  Value(std::uint64_t value) : data_(value) {}     // NOLINT(google-explicit-constructor)
  Value(double value) : data_(value) {}            // NOLINT(google-explicit-constructor)
  Value(std::string value) : data_(std::make_shared<const std::string>(std::move(value))) {} // NOLINT
  Value(std::string_view value) : Value(std::string(value)) {}                               // NOLINT
  Value(const char* value) : Value(std::string(value)) {}                                    // NOLINT
  Value(Bytes value) : data_(std::make_shared<const Bytes>(std::move(value))) {}             // NOLINT
  Value(List value) : data_(std::make_shared<const List>(std::move(value))) {}               // NOLINT
  Value(Map value) : data_(std::make_shared<const Map>(std::move(value))) {}                 // NOLINT
  Value(Type value) : data_(std::make_shared<const Type>(std::move(value))) {}               // NOLINT
  Value(const Object* value) : data_(value) {}                                               // NOLINT
  Value(Timestamp value) : data_(value) {} // NOLINT(google-explicit-constructor)
  Value(Duration value) : data_(value) {}  // NOLINT(google-explicit-constructor)
  Value(Unknown value) : data_(std::make_shared<const Unknown>(std::move(value))) {} // NOLINT
  Value(Error value) : data_(std::make_shared<const Error>(std::move(value))) {}     // NOLINT
  /// A property. Known scalars become CEL scalars, lists and maps are read lazily, symbolic strings stay what
  /// they are (see operations.hpp for what can be asked of them), unknown ones become Unknown, absent ones
  /// become Null. An undecided conditional stays too, so that members and operations on which both sides
  /// agree are known; the result of a Program never is one. Numbers whose text is not the canonical one
  /// (012, 1.10) become strings with that text.
  Value(const value::Value& property); // NOLINT(google-explicit-constructor)

  static Value unknown(std::string reason);
  static Value error(std::string message);

  [[nodiscard]] const bool* boolean() const { return std::get_if<bool>(&data_); }
  [[nodiscard]] const std::int64_t* integer() const { return std::get_if<std::int64_t>(&data_); }
  [[nodiscard]] const std::uint64_t* unsigned_integer() const { return std::get_if<std::uint64_t>(&data_); }
  [[nodiscard]] const double* number() const { return std::get_if<double>(&data_); }
  [[nodiscard]] const std::string* string() const { return pointee<std::string>(); }
  [[nodiscard]] const Bytes* bytes() const { return pointee<Bytes>(); }
  [[nodiscard]] const List* list() const { return pointee<List>(); }
  [[nodiscard]] const Map* map() const { return pointee<Map>(); }
  [[nodiscard]] const Type* type() const { return pointee<Type>(); }
  [[nodiscard]] const Timestamp* timestamp() const { return std::get_if<Timestamp>(&data_); }
  [[nodiscard]] const Duration* duration() const { return std::get_if<Duration>(&data_); }
  [[nodiscard]] const Unknown* unknown() const { return pointee<Unknown>(); }
  [[nodiscard]] const Error* error() const { return pointee<Error>(); }
  [[nodiscard]] const Object* object() const;
  /// A list, map or symbolic string of a template that is read lazily, or a conditional that is not settled
  /// yet.
  [[nodiscard]] const value::Value* property() const { return std::get_if<value::Value>(&data_); }
  [[nodiscard]] bool is_null() const { return std::holds_alternative<Null>(data_); }

  [[nodiscard]] text::Span span() const; ///< Of an object: its own, unless one was set.
  [[nodiscard]] Value at(text::Span span) const;
  /// The first assumption (parameter default) that this value rests on; empty if none. Set by evaluation too.
  [[nodiscard]] const value::Origin* assumption() const { return assumption_; }
  [[nodiscard]] Value assuming(const value::Origin* assumption) const;
  /// Whether the value was read from a template; see above.
  [[nodiscard]] bool from_template() const { return from_template_; }
  [[nodiscard]] Value marked() const;     ///< The same value as if read from a template.
  Value& mark_with(const Value& source) { ///< Marked where `source` is.
    from_template_ = from_template_ || source.from_template_;
    return *this;
  }
  /// Rests on `source`'s assumption too, unless it already rests on one.
  Value& rest_on(const Value& source) {
    if (assumption_ == nullptr) assumption_ = source.assumption_;
    return *this;
  }

  /// CEL's name of the type: "int", "list" …; of an object, its type_name().
  [[nodiscard]] std::string_view type_name() const;

  /// How messages show it: strings bare, objects by display(), numbers as short as exact. At most a few
  /// kilobytes.
  [[nodiscard]] std::string display() const;

private:
  template <class T> [[nodiscard]] const T* pointee() const {
    const auto* shared = std::get_if<std::shared_ptr<const T>>(&data_);
    return shared != nullptr ? shared->get() : nullptr;
  }
  std::variant<Null, bool, std::int64_t, std::uint64_t, double, std::shared_ptr<const std::string>,
               std::shared_ptr<const Bytes>, std::shared_ptr<const List>, std::shared_ptr<const Map>,
               std::shared_ptr<const Type>, std::shared_ptr<const Unknown>, std::shared_ptr<const Error>,
               const Object*, value::Value, Timestamp, Duration>
      data_;
  text::Span span_;
  bool from_template_ = false;
  const value::Origin* assumption_ = nullptr;
};

} // namespace slsaudit::cel
