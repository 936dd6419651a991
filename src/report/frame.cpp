// SPDX-License-Identifier: Apache-2.0
#include "report/frame.hpp"

#include "report/escape.hpp"
#include "report/redact.hpp"
#include "report/screen.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace slsaudit::report {

namespace {

constexpr std::uint32_t max_whole_lines = 6; ///< Longer spans show their first and last lines only.
/// Bytes on each side of a span's beginning that are looked at: a minified file is one line of a megabyte.
/// Far more than are shown, so that a secret is recognised by what stands before it.
constexpr std::size_t window = 8192;

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

class Frame {
public:
  Frame(const text::SourceMap& sources, text::Span span, const FrameOptions& options, const Paint& paint,
        std::ostream& out)
      : sources_(sources), span_(span), options_(options), paint_(paint), out_(out) {}

  void print() {
    const text::Position first = sources_.position(span_.file, span_.begin);
    const text::Position last = sources_.position(span_.file, last_byte());
    margin_ = std::max<std::size_t>(options_.margin, fmt::formatted_size("{}", last.line));
    out_ << std::string(margin_, ' ') << paint_(colour::blue, "-->") << ' ' << place(sources_, span_) << '\n';
    bar();
    const bool shortened = last.line - first.line >= max_whole_lines;
    for (std::uint32_t number = first.line; number <= last.line; ++number) {
      if (shortened && number == first.line + 2) {
        out_ << paint_(colour::blue, "...") << '\n';
        number = last.line;
      }
      line(number);
    }
  }

private:
  /// A span that ends with a line end would show an empty line more.
  [[nodiscard]] std::uint32_t last_byte() const {
    const std::string_view text = sources_.text(span_.file);
    std::uint32_t end = span_.end;
    while (end > span_.begin && (text[end - 1] == '\n' || text[end - 1] == '\r')) end -= 1;
    return end;
  }

  void bar() { out_ << std::string(margin_ + 1, ' ') << paint_(colour::blue, "|") << '\n'; }

  void line(std::uint32_t number) {
    const std::uint32_t start = sources_.line_start(span_.file, number);
    const std::string_view source = sources_.line(span_.file, number);
    const auto within = [&](std::uint32_t offset) {
      return std::min<std::size_t>(offset < start ? 0 : offset - start, source.size());
    };
    std::size_t begin = within(span_.begin);
    std::size_t end = within(last_byte());
    if (span_.begin < start)
      begin = std::min(source.find_first_not_of(" \t"), end); // whole lines, less indentation
    std::size_t from = begin - std::min(begin, window);
    std::size_t to = std::min(source.size(), begin + std::max<std::size_t>(window, options_.width));
    while (from > 0 && is_continuation(source[from])) from -= 1;
    while (to < source.size() && is_continuation(source[to])) to += 1;
    begin -= from;
    end = std::min(end, to) - from;
    const std::string_view file = sources_.text(span_.file);
    std::string text = from > 0 ? redact(source.substr(from, to - from))
                                : redact_below(file.substr(start - std::min<std::size_t>(start, window),
                                                           std::min<std::size_t>(start, window)),
                                               source.substr(0, to));
    const std::string_view value = std::string_view(text).substr(begin, end - begin);
    if (options_.hide_value && !is_mere_reference(value)) text.replace(begin, end - begin, masked(value));

    const ScreenLine shown = screen_line(text, options_.ascii);
    const Clipped clipped = clip(shown, shown.columns[begin], shown.columns[end], options_.width,
                                 options_.ascii ? "~" : "\xE2\x80\xA6");
    const std::string label = fmt::format("{:>{}}", number, margin_);
    out_ << paint_(colour::blue, label + " |") << (clipped.text.empty() ? "" : " ") << clipped.text << '\n';
    const std::uint32_t carets = std::max<std::uint32_t>(clipped.end - clipped.begin, 1);
    out_ << std::string(margin_ + 1, ' ') << paint_(colour::blue, "|") << std::string(clipped.begin + 1, ' ')
         << paint_(colour::red, std::string(carets, '^')) << '\n';
  }

  const text::SourceMap& sources_;
  text::Span span_;
  const FrameOptions& options_;
  const Paint& paint_;
  std::ostream& out_;
  std::size_t margin_ = 1;
};

} // namespace

void print_frame(const text::SourceMap& sources, text::Span span, const FrameOptions& options,
                 const Paint& paint, std::ostream& out) {
  if (span.valid()) Frame(sources, span, options, paint, out).print();
}

std::string place(const text::SourceMap& sources, text::Span span) {
  const text::Position at = sources.position(span.file, span.begin);
  return fmt::format("{}:{}:{}", one_line(sources.path(span.file)), at.line, at.column);
}

} // namespace slsaudit::report
