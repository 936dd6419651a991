// SPDX-License-Identifier: Apache-2.0
// The compiled part of fmt, for a program that doesn't load it: distributions have it as headers and as a shared library,
// and with the headers alone each file that formats anything takes three times as long to compile. This is what fmt's own
// library consists of; cmake/Static.cmake tries whether it is so for the version at hand.
#include <fmt/format-inl.h>

FMT_BEGIN_NAMESPACE
namespace detail {
template FMT_API auto dragonbox::to_decimal(float x) noexcept -> dragonbox::decimal_fp<float>;
template FMT_API auto dragonbox::to_decimal(double x) noexcept -> dragonbox::decimal_fp<double>;
#if FMT_VERSION < 110000
template FMT_API locale_ref::locale_ref(const std::locale& locale);
#endif
template FMT_API auto locale_ref::get<std::locale>() const -> std::locale;
template FMT_API auto thousands_sep_impl(locale_ref) -> thousands_sep_result<char>;
template FMT_API auto decimal_point_impl(locale_ref) -> char;
template FMT_API void buffer<char>::append(const char*, const char*);
} // namespace detail
FMT_END_NAMESPACE
