// SPDX-License-Identifier: Apache-2.0
#include "text/lasting.hpp"

#include <array>

namespace slsaudit::text {
namespace {

struct Unit {
  std::int64_t seconds;
  const char* name;
};
constexpr std::array units{Unit{86'400, "day"}, Unit{3'600, "hour"}, Unit{60, "minute"}};
constexpr std::int64_t said_in_seconds = 600; ///< Below.

} // namespace

std::string lasting(std::int64_t seconds) {
  for (const Unit& unit : units) {
    if (seconds < said_in_seconds || seconds % unit.seconds != 0) continue;
    const std::int64_t count = seconds / unit.seconds;
    return std::to_string(count) + " " + unit.name + (count == 1 ? "" : "s");
  }
  return std::to_string(seconds) + " s";
}

} // namespace slsaudit::text
