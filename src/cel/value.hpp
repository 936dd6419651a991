// SPDX-License-Identifier: Apache-2.0
// The values that rule expressions compute with: CEL's own types, plus unknown and error as CEL defines their
// flow, plus objects of the host (resources, edges, rows of facts).
#pragma once

#include "parallel/uses.hpp"
#include "text/span.hpp"
#include "value/value.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
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

/// A string, if there is one. No pointer: `text != nullptr` would compare the text with that at address 0.
class MaybeText : public std::optional<std::string_view> {
public:
  using std::optional<std::string_view>::optional;
  friend bool operator==(const MaybeText&, std::nullptr_t) = delete;
};

namespace detail {

/// What values share.
struct Shared {
  parallel::Uses uses;
};
template <class T> struct Box : Shared {
  explicit Box(T all) : content(std::move(all)) {}
  const T content;
};
/// Its characters stand behind it.
struct TextBox : Shared {
  std::uint32_t size = 0;
  [[nodiscard]] std::string_view text() const { return {reinterpret_cast<const char*>(this + 1), size}; }
};

} // namespace detail

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
///
/// Templates have many values and tables of facts many more, so one takes 32 bytes: what is small stands in
/// it, text of a template stays where it is, in the run's arena, and anything else is shared by all copies.
class Value {
public:
  Value() = default;
  // NOLINTBEGIN(google-explicit-constructor): what expressions compute with converts as in any language
  Value(bool value) : tag_(Tag::boolean) { payload_.boolean = value; }
  Value(std::int64_t value) : tag_(Tag::integer) { payload_.integer = value; }
  Value(int value) : Value(std::int64_t{value}) {}
  Value(std::uint64_t value) : tag_(Tag::unsigned_integer) { payload_.unsigned_integer = value; }
  Value(double value) : tag_(Tag::number) { payload_.number = value; }
  Value(Duration value) : tag_(Tag::duration) { payload_.duration = value; }
  Value(const Object* value) : tag_(Tag::object) { payload_.object = value; }
  Value(std::string_view value);
  Value(const std::string& value) : Value(std::string_view(value)) {}
  Value(const char* value) : Value(std::string_view(value)) {}
  Value(Bytes value) : Value(Tag::bytes, new detail::Box(std::move(value))) {}
  Value(List value) : Value(Tag::list, new detail::Box(std::move(value))) {}
  Value(Map value) : Value(Tag::map, new detail::Box(std::move(value))) {}
  Value(Type value) : Value(Tag::type, new detail::Box(std::move(value))) {}
  Value(Timestamp value) : Value(Tag::timestamp, new detail::Box(value)) {}
  Value(Unknown value) : Value(Tag::unknown, new detail::Box(std::move(value))) {}
  Value(Error value) : Value(Tag::error, new detail::Box(std::move(value))) {}
  /// A property. Known scalars become CEL scalars, lists and maps are read lazily, symbolic strings stay what
  /// they are (see operations.hpp for what can be asked of them), unknown ones become Unknown, absent ones
  /// become Null. An undecided conditional stays too, so that members and operations on which both sides
  /// agree are known; the result of a Program never is one. Numbers whose text is not the canonical one
  /// (012, 1.10) become strings with that text. The property's arena must outlive the value.
  Value(const value::Value& property);
  // NOLINTEND(google-explicit-constructor)

  Value(const Value& other) noexcept : Value(other, Bits()) {
    if (is_shared()) payload_.shared->uses.add();
  }
  Value(Value&& other) noexcept : Value(other, Bits()) { other.tag_ = Tag::null; }
  /// What it was goes last: `other` may be an item of it.
  Value& operator=(Value other) noexcept {
    const Tag old_tag = tag_;
    const Payload old = payload_;
    copy_bits(other);
    other.tag_ = old_tag;
    other.payload_ = old;
    return *this;
  }
  ~Value() { release(); }

  /// The second string behind the first one.
  static Value joined(std::string_view first, std::string_view second);
  /// A string that stays where it is: the text must outlive the value.
  static Value borrowed(std::string_view text);
  static Value unknown(std::string reason);
  static Value error(std::string message);

  [[nodiscard]] const bool* boolean() const { return tag_ == Tag::boolean ? &payload_.boolean : nullptr; }
  [[nodiscard]] const std::int64_t* integer() const {
    return tag_ == Tag::integer ? &payload_.integer : nullptr;
  }
  [[nodiscard]] const std::uint64_t* unsigned_integer() const {
    return tag_ == Tag::unsigned_integer ? &payload_.unsigned_integer : nullptr;
  }
  [[nodiscard]] const double* number() const { return tag_ == Tag::number ? &payload_.number : nullptr; }
  [[nodiscard]] MaybeText string() const {
    if (tag_ == Tag::borrowed_text) return std::string_view(payload_.characters, size_);
    if (tag_ == Tag::text) return static_cast<const detail::TextBox*>(payload_.shared)->text();
    return std::nullopt;
  }
  [[nodiscard]] const Bytes* bytes() const { return content<Bytes>(Tag::bytes); }
  [[nodiscard]] const List* list() const { return content<List>(Tag::list); }
  [[nodiscard]] const Map* map() const { return content<Map>(Tag::map); }
  [[nodiscard]] const Type* type() const { return content<Type>(Tag::type); }
  [[nodiscard]] const Timestamp* timestamp() const { return content<Timestamp>(Tag::timestamp); }
  [[nodiscard]] const Duration* duration() const {
    return tag_ == Tag::duration ? &payload_.duration : nullptr;
  }
  [[nodiscard]] const Unknown* unknown() const { return content<Unknown>(Tag::unknown); }
  [[nodiscard]] const Error* error() const { return content<Error>(Tag::error); }
  [[nodiscard]] const Object* object() const { return tag_ == Tag::object ? payload_.object : nullptr; }
  [[nodiscard]] bool is_null() const { return tag_ == Tag::null; }
  /// Whether it is a list, map or symbolic string of a template that is read lazily, or a conditional that is
  /// not settled yet.
  [[nodiscard]] bool is_property() const { return is_in_place() || tag_ == Tag::moved; }
  [[nodiscard]] bool is_property(value::Kind kind) const; ///< One of that kind.
  /// What it reads lazily: nothing where it is no such thing.
  [[nodiscard]] std::optional<value::Value> property() const;

  [[nodiscard]] text::Span span() const { ///< Of an object: its own, unless one was set.
    const bool is_elsewhere = is_in_place() || (tag_ == Tag::object && !span_.valid());
    return is_elsewhere ? span_elsewhere() : span_;
  }
  [[nodiscard]] Value at(text::Span span) const& { return Value(*this).at(span); }
  [[nodiscard]] Value at(text::Span span) &&;
  /// The first assumption (parameter default) that this value rests on; empty if none. Set by evaluation too.
  [[nodiscard]] const value::Origin* assumption() const { return assumption_; }
  [[nodiscard]] Value assuming(const value::Origin* assumption) const;
  /// Whether the value was read from a template; see above.
  [[nodiscard]] bool from_template() const { return from_template_; }
  [[nodiscard]] Value marked() const& { return Value(*this).marked(); } ///< As if read from a template.
  [[nodiscard]] Value marked() && {
    from_template_ = true;
    return std::move(*this);
  }
  Value& mark_with(const Value& source) & { ///< Marked where `source` is.
    from_template_ = from_template_ || source.from_template_;
    return *this;
  }
  Value mark_with(const Value& source) && { return std::move(mark_with(source)); }
  /// Rests on `source`'s assumption too, unless it already rests on one.
  Value& rest_on(const Value& source) & {
    if (assumption_ == nullptr) assumption_ = source.assumption_;
    return *this;
  }
  Value rest_on(const Value& source) && { return std::move(rest_on(source)); }

  /// CEL's name of the type: "int", "list" …; of an object, its type_name().
  [[nodiscard]] std::string_view type_name() const;

  /// How messages show it: strings bare, objects by display(), numbers as short as exact. At most a few
  /// kilobytes.
  [[nodiscard]] std::string display() const;

private:
  enum class Tag : std::uint8_t {
    null,
    boolean,
    integer,
    unsigned_integer,
    number,
    duration,
    object,
    borrowed_text, ///< `size_` characters.
    // Properties that stand at their own place; span_ is their key's.
    symbolic,
    lazy_list,
    lazy_map,
    conditional,
    // From here on: shared.
    moved, ///< A property that stands elsewhere.
    text,
    bytes,
    list,
    map,
    type,
    timestamp,
    unknown,
    error,
  };
  union Payload {
    Payload() : integer(0) {}
    bool boolean;
    std::int64_t integer;
    std::uint64_t unsigned_integer;
    double number;
    Duration duration;
    const Object* object;
    const char* characters;
    value::Value::Handle property;
    const detail::Shared* shared;
  };

  Value(Tag tag, const detail::Shared* shared) : tag_(tag) { payload_.shared = shared; }
  struct Bits {};
  Value(const Value& other, Bits /*alone*/) noexcept
      : payload_(other.payload_), assumption_(other.assumption_), span_(other.span_), size_(other.size_),
        tag_(other.tag_), from_template_(other.from_template_) {}
  template <class T> [[nodiscard]] const T* content(Tag tag) const {
    return tag_ == tag ? &static_cast<const detail::Box<T>*>(payload_.shared)->content : nullptr;
  }
  [[nodiscard]] bool is_shared() const { return tag_ >= Tag::moved; }
  [[nodiscard]] bool is_in_place() const { return tag_ >= Tag::symbolic && tag_ <= Tag::conditional; }
  [[nodiscard]] text::Span span_elsewhere() const;
  void copy_bits(const Value& other) {
    payload_ = other.payload_;
    assumption_ = other.assumption_;
    span_ = other.span_;
    size_ = other.size_;
    tag_ = other.tag_;
    from_template_ = other.from_template_;
  }
  void release() {
    if (is_shared() && payload_.shared->uses.remove()) destroy();
  }
  void destroy();
  void become(const value::Value& property, Tag tag);

  Payload payload_;
  const value::Origin* assumption_ = nullptr;
  text::Span span_;
  std::uint16_t size_ = 0;
  Tag tag_ = Tag::null;
  bool from_template_ = false;
};

} // namespace slsaudit::cel
