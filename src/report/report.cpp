// SPDX-License-Identifier: Apache-2.0
#include "report/report.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace slsaudit::report {

namespace {

constexpr std::array<std::pair<std::string_view, Renderer>, 3> renderers{
    {{"json", render_json}, {"sarif", render_sarif}, {"text", render_text}}};

} // namespace

Renderer renderer(std::string_view format) {
  const auto found = std::ranges::find(renderers, format, &std::pair<std::string_view, Renderer>::first);
  return found == renderers.end() ? nullptr : found->second;
}

const std::vector<std::string_view>& formats() {
  static const std::vector<std::string_view> names{"json", "sarif", "text"};
  return names;
}

} // namespace slsaudit::report
