// SPDX-License-Identifier: Apache-2.0
// What slsaudit asks of fmt's compiled part, to try whether fmt.cpp has all of it.
#include <fmt/format.h>

#include <string>

int main(int count, char** arguments) {
  const std::string text =
      fmt::format("{:>{}} {} {:.2f} {:x} {:?}", arguments[0], count, 1.5F * count, 2.5 * count, count, "a");
  return fmt::vformat("{:?}", fmt::make_format_args(text)).empty() ? 1 : 0;
}
