// SPDX-License-Identifier: Apache-2.0
// Numbers and texts one after the other as bytes, and back: for files that slsaudit writes for itself.
// Whatever the bytes are, nothing is read beyond them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace slsaudit::text {

class RecordWriter {
public:
  void number(std::uint64_t value) {
    for (std::uint32_t i = 0; i < 8; ++i) bytes_ += static_cast<char>((value >> (8 * i)) & 0xffU);
  }
  void raw(std::string_view bytes) { bytes_ += bytes; }
  void text(std::string_view text) {
    number(text.size());
    raw(text);
  }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }
  [[nodiscard]] std::string take() && { return std::move(bytes_); }

private:
  std::string bytes_;
};

/// What is not there is 0 or empty, and the record has failed from there on.
class RecordReader {
public:
  explicit RecordReader(std::string_view bytes) : rest_(bytes) {}

  [[nodiscard]] std::uint64_t number() {
    std::uint64_t value = 0;
    for (std::uint32_t i = 0; const char c : raw(8))
      value |= static_cast<std::uint64_t>(static_cast<unsigned char>(c)) << (8 * i++);
    return value;
  }
  [[nodiscard]] std::string_view raw(std::uint64_t size) {
    failed_ = failed_ || size > rest_.size();
    if (failed_) return {};
    const std::string_view bytes = rest_.substr(0, static_cast<std::size_t>(size));
    rest_.remove_prefix(bytes.size());
    return bytes;
  }
  [[nodiscard]] std::string_view text() { return raw(number()); }

  [[nodiscard]] bool failed() const { return failed_; }
  /// All has been read, and was there.
  [[nodiscard]] bool ended() const { return !failed_ && rest_.empty(); }

private:
  std::string_view rest_;
  bool failed_ = false;
};

} // namespace slsaudit::text
