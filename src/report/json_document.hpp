// SPDX-License-Identifier: Apache-2.0
// A report that is one JSON object, written piece by piece: the text is what write_json() makes of the whole,
// which is never there.
#pragma once

#include "report/json_parts.hpp"

#include <ostream>
#include <string_view>
#include <vector>

namespace slsaudit::report {

class JsonDocument {
public:
  explicit JsonDocument(std::ostream& out) : out_(out) { begin('{', '}'); }

  // Of the innermost object that is open.
  void member(std::string_view key, const Json& value);
  void begin_list(std::string_view key);
  /// An array; `make` gives the JSON of each item.
  template <class Items, class Make> void list(std::string_view key, const Items& items, Make make) {
    begin_list(key);
    for (const auto& item : items) add_item(make(item));
    end();
  }

  // Of the innermost list that is open.
  void add_item(const Json& item);
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
  void begin(char open, char close);
  void begin_entry();
  void begin_member(std::string_view key);

  std::ostream& out_;
  std::vector<Level> levels_;
};

} // namespace slsaudit::report
