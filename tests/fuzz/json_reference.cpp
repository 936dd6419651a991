// SPDX-License-Identifier: Apache-2.0
#include "fuzz/json_reference.hpp"

#include <nlohmann/json.hpp>

namespace slsaudit::fuzz {

namespace {

/// Collects values as the parser meets them.
class Collector {
public:
  bool null() { return add({JsonValue::Kind::word, "null", {}, {}}); }
  bool boolean(bool value) { return add({JsonValue::Kind::word, value ? "true" : "false", {}, {}}); }
  bool number_integer(std::int64_t value) {
    return add({JsonValue::Kind::number, std::to_string(value), {}, {}});
  }
  bool number_unsigned(std::uint64_t value) {
    return add({JsonValue::Kind::number, std::to_string(value), {}, {}});
  }
  bool number_float(double /*value*/, const std::string& text) {
    return add({JsonValue::Kind::number, text, {}, {}});
  }
  bool string(std::string& text) { return add({JsonValue::Kind::string, text, {}, {}}); }
  bool binary(std::vector<std::uint8_t>& /*bytes*/) { return false; }
  bool start_object(std::size_t /*size*/) { return open(JsonValue::Kind::object); }
  bool key(std::string& text) {
    open_.back().keys.push_back(text);
    return true;
  }
  bool end_object() { return close(); }
  bool start_array(std::size_t /*size*/) { return open(JsonValue::Kind::array); }
  bool end_array() { return close(); }
  bool parse_error(std::size_t /*position*/, const std::string& /*token*/,
                   const nlohmann::detail::exception& error) {
    // Numbers beyond doubles are fine with us: their text is what counts.
    too_large_ = error.id == 406;
    return false;
  }

  [[nodiscard]] bool too_large() const { return too_large_; }
  [[nodiscard]] JsonValue take() { return std::move(root_); }

private:
  bool add(JsonValue value) {
    (open_.empty() ? root_ : open_.back().children.emplace_back()) = std::move(value);
    return true;
  }
  bool open(JsonValue::Kind kind) {
    open_.push_back({kind, {}, {}, {}});
    return true;
  }
  bool close() {
    JsonValue done = std::move(open_.back());
    open_.pop_back();
    return add(std::move(done));
  }

  std::vector<JsonValue> open_;
  JsonValue root_;
  bool too_large_ = false;
};

/// Integers are printed from their values: -0 is 0 then.
bool is_same_number(std::string_view ours, std::string_view theirs) {
  return ours == theirs || (ours == "-0" && theirs == "0");
}

} // namespace

JsonReference read_json_reference(std::string_view text) {
  const bool marks = text.starts_with("\xEF\xBB\xBF") || text.find('\0') != std::string_view::npos;
  if (marks) return {std::nullopt, true};
  Collector collector;
  if (!nlohmann::json::sax_parse(text.begin(), text.end(), &collector))
    return {std::nullopt, collector.too_large()};
  return {collector.take(), false};
}

bool is_same(const syntax::Node& ours, const JsonValue& theirs) {
  using Kind = JsonValue::Kind;
  if (ours.is_scalar()) {
    if (theirs.kind == Kind::string) return ours.is_quoted() && ours.text == theirs.text;
    if (ours.is_quoted()) return false;
    return theirs.kind == Kind::number ? is_same_number(ours.text, theirs.text)
                                       : theirs.kind == Kind::word && ours.text == theirs.text;
  }
  if (ours.is_mapping() != (theirs.kind == Kind::object) ||
      ours.is_sequence() != (theirs.kind == Kind::array) || ours.children.size() != theirs.children.size())
    return false;
  for (std::size_t i = 0; i < theirs.children.size(); ++i) {
    if (ours.is_mapping() && ours.children[i].key != theirs.keys[i]) return false;
    if (!is_same(*ours.children[i].value, theirs.children[i])) return false;
  }
  return true;
}

} // namespace slsaudit::fuzz
