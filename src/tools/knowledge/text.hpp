// SPDX-License-Identifier: Apache-2.0
// Pieces of the C++ that the tool writes.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::tools {

[[noreturn]] inline void fail(const std::string& file, std::size_t line, const std::string& message) {
  throw std::runtime_error(file + ":" + std::to_string(line) + ": " + message);
}

/// Calls `visit` with each line of a file; fails where it can't be opened.
void each_line(const std::string& path, const std::function<void(const std::string& line)>& visit);
/// What stands between separators. Behind a comma at the end there is one more, empty piece.
[[nodiscard]] std::vector<std::string> pieces_of(const std::string& text, char separator);

/// All text of one table, each piece once.
class Pool {
public:
  std::uint32_t add(std::string_view text);
  [[nodiscard]] const std::string& text() const { return text_; }

private:
  std::map<std::string, std::uint32_t, std::less<>> known_;
  std::string text_;
};

/// A C++ string literal; in pieces, since compilers limit the length of one.
[[nodiscard]] std::string literal(std::string_view text);
/// "{offset, size}" of a text in the pool.
[[nodiscard]] std::string slice(Pool& pool, std::string_view text);
/// The shortest spelling that reads back as the same number.
[[nodiscard]] std::string number(double value);

} // namespace slsaudit::tools
