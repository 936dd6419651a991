// SPDX-License-Identifier: Apache-2.0
// A report that is one JSON object, written member by member: the text is what write_json() makes of the
// whole, which is never there.
#pragma once

#include "report/json_parts.hpp"

#include <ostream>
#include <string_view>

namespace slsaudit::report {

class JsonDocument {
public:
  explicit JsonDocument(std::ostream& out) : out_(out) {}

  void member(std::string_view key, const Json& value);
  /// An array; `make` gives the JSON of each item.
  template <class Items, class Make> void list(std::string_view key, const Items& items, Make make) {
    begin_list(key);
    for (const auto& item : items) add_item(make(item));
    end_list();
  }
  void begin_list(std::string_view key);
  void add_item(const Json& item);
  void end_list();
  void finish();

private:
  void begin_member(std::string_view key);

  std::ostream& out_;
  bool has_members_ = false;
  bool has_items_ = false; ///< The list that is open.
};

} // namespace slsaudit::report
