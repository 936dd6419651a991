// SPDX-License-Identifier: Apache-2.0
// Texts that are copied often and changed never.
#pragma once

#include <compare>
#include <concepts>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace slsaudit::text {

/// A text that lives as long as the program, or that all copies own together. Copying copies no bytes.
class SharedText {
public:
  SharedText() = default;
  SharedText(std::string text) // NOLINT(google-explicit-constructor): as a string is
      : own_(std::make_shared<const std::string>(std::move(text))), view_(*own_) {}
  SharedText(const char* text) : SharedText(std::string(text)) {} // NOLINT(google-explicit-constructor)
  /// Of bytes that live as long as the program.
  [[nodiscard]] static SharedText of_lasting(std::string_view bytes) {
    SharedText text;
    text.view_ = bytes;
    return text;
  }

  operator std::string_view() const { return view_; } // NOLINT(google-explicit-constructor): as a string is
  const std::string_view* operator->() const { return &view_; }
  [[nodiscard]] std::string_view view() const { return view_; }
  [[nodiscard]] std::string str() const { return std::string(view_); }
  [[nodiscard]] bool empty() const { return view_.empty(); }
  [[nodiscard]] std::size_t size() const { return view_.size(); }

  template <std::convertible_to<std::string_view> Other>
  friend bool operator==(const SharedText& left, const Other& right) {
    return left.view_ == std::string_view(right);
  }
  friend auto operator<=>(const SharedText& left, const SharedText& right) {
    return left.view_ <=> right.view_;
  }
  friend std::string operator+(const SharedText& left, std::string_view right) { return left.str() += right; }
  friend std::string operator+(std::string left, const SharedText& right) { return left += right.view_; }
  friend std::ostream& operator<<(std::ostream& out, const SharedText& text) { return out << text.view_; }

private:
  std::shared_ptr<const std::string> own_;
  std::string_view view_;
};

} // namespace slsaudit::text
