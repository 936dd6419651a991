// SPDX-License-Identifier: Apache-2.0
#include "report/report.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace slsaudit::report {

namespace {

struct Format {
  std::string_view name;
  Renderer render;
  std::string_view extensions; ///< Of files that can hold nothing else, each with its dot and a blank.
};

constexpr std::array<Format, 10> all_formats{{{"compact", render_compact, ""},
                                              {"csv", render_csv, ".csv "},
                                              {"github", render_github, ""},
                                              {"gitlab", render_gitlab, ""},
                                              {"json", render_json, ""},
                                              {"junit", render_junit, ""},
                                              {"markdown", render_markdown, ".md .markdown "},
                                              {"ndjson", render_ndjson, ".ndjson .jsonl "},
                                              {"sarif", render_sarif, ".sarif "},
                                              {"text", render_text, ""}}};

} // namespace

Renderer renderer(std::string_view format) {
  const auto found = std::ranges::find(all_formats, format, &Format::name);
  return found == all_formats.end() ? nullptr : found->render;
}

const std::vector<std::string_view>& formats() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> result;
    for (const Format& format : all_formats) result.push_back(format.name);
    return result;
  }();
  return names;
}

std::string_view format_of_file(std::string_view path) {
  if (path.ends_with(".sarif.json")) return "sarif";
  const std::size_t dot = path.rfind('.');
  if (dot == path.npos || path.find('/', dot) != path.npos) return {};
  const std::string extension = std::string(path.substr(dot)) + ' ';
  const auto found = std::ranges::find_if(all_formats, [&](const Format& format) {
    return format.extensions.find(extension) != std::string_view::npos;
  });
  return found == all_formats.end() ? std::string_view() : found->name;
}

} // namespace slsaudit::report
