// SPDX-License-Identifier: Apache-2.0
#include "tools/knowledge/text.hpp"

#include <array>
#include <charconv>
#include <fstream>
#include <sstream>

namespace slsaudit::tools {

void each_line(const std::string& path, const std::function<void(const std::string& line)>& visit) {
  std::ifstream file(path);
  if (!file) fail(path, 0, "cannot be opened");
  for (std::string line; std::getline(file, line);) visit(line);
}

std::vector<std::string> pieces_of(const std::string& text, char separator) {
  std::vector<std::string> pieces;
  std::istringstream all(text);
  for (std::string piece; std::getline(all, piece, separator);) pieces.push_back(piece);
  if (separator == ',' && text.ends_with(separator)) pieces.emplace_back();
  return pieces;
}

std::uint32_t Pool::add(std::string_view text) {
  const auto known = known_.find(text);
  if (known != known_.end()) return known->second;
  const auto place = static_cast<std::uint32_t>(text_.size());
  known_.emplace(text, place);
  text_ += text;
  return place;
}

std::string literal(std::string_view text) {
  constexpr std::size_t piece = 100;
  std::string out = "\"";
  std::size_t column = 0;
  for (const char c : text) {
    const bool begins =
        (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; // a character, which stays in one piece
    if (column >= piece && begins) {
      out += "\"\n    \"";
      column = 0;
    }
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
    ++column;
  }
  return out + "\"";
}

std::string slice(Pool& pool, std::string_view text) {
  return "{" + std::to_string(pool.add(text)) + ", " + std::to_string(text.size()) + "}";
}

std::string number(double value) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  return {digits.data(), end};
}

} // namespace slsaudit::tools
