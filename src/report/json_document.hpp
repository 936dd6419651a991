// SPDX-License-Identifier: Apache-2.0
// A report that is one JSON object, written piece by piece: the text is what write_json() makes of the whole,
// which is never there.
#pragma once

#include "report/json_parts.hpp"

#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace slsaudit::report {

class JsonDocument {
public:
  /// Long lists are worked out by `jobs` threads.
  /// The last piece is out when finish() has been called.
  explicit JsonDocument(std::ostream& out, unsigned jobs = 1) : out_(out), jobs_(jobs) { begin('{', '}'); }

  // Of the innermost object that is open.
  void member(std::string_view key, const Json& value);
  void text(std::string_view key, std::string_view value);
  void number(std::string_view key, std::uint64_t value);
  void begin_list(std::string_view key);
  void begin_object(std::string_view key);
  /// An array; `make` gives the JSON of each item, and is called by several threads at once.
  template <class Items, class Make> void list(std::string_view key, const Items& items, Make make) {
    begin_list(key);
    add_items(items.size(), [&](JsonDocument& part, std::size_t i) { part.add_item(make(items[i])); });
    end();
  }

  // Of the innermost list that is open.
  void add_item(const Json& item);
  /// `add` adds one item to the part of the list that it is given, and is called by several threads at once.
  void add_items(std::size_t count, const std::function<void(JsonDocument& part, std::size_t i)>& add);
  void begin_object();

  /// Of the innermost list or object.
  void end();
  /// Of the whole.
  void finish();

private:
  struct Level {
    char close = '}';
    bool has_entries = false;
  };
  /// What goes on where another's levels are.
  JsonDocument(std::ostream& out, std::vector<Level> levels)
      : out_(out), jobs_(1), levels_(std::move(levels)) {}
  void begin(char open, char close);
  void begin_entry();
  void begin_member(std::string_view key);

  /// Passes on what has been written.
  void flush();

  std::ostream& out_;
  unsigned jobs_;
  std::string text_; ///< Not passed on yet: a stream takes its time over each piece.
  std::vector<Level> levels_;
};

} // namespace slsaudit::report
