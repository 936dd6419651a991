// SPDX-License-Identifier: Apache-2.0
#include "cli/outputs.hpp"

#include "cli/terminal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <utility>

namespace slsaudit::cli {

namespace {

std::string in_words(const std::vector<std::string_view>& formats) {
  std::string text;
  for (const std::string_view name : formats) text += (text.empty() ? "" : ", ") + std::string(name);
  return text;
}

bool write_file(const std::string& path, std::string_view format, const Render& render,
                const report::Style& style, World& world, Log& log) {
  std::ostringstream bytes;
  render(format, style, bytes);
  const auto written = world.write(path, std::move(bytes).str());
  if (!written.ok())
    world.err << "slsaudit: " << written.error() << '\n';
  else
    log.info("wrote " + path);
  return written.ok();
}

} // namespace

void Outputs::describe(Parser& parser) {
  parser.value({"--format", "FORMAT", "how findings are reported (default text)", formats_}, given_format_);
  parser.list(
      {"--output",
       "[FORMAT=]FILE",
       "write the report there instead of to standard output; with FORMAT= write one more report; may "
       "be repeated",
       {},
       "-o"},
      outputs_);
  parser.list({"--report", "FORMAT=FILE", "the same as --output FORMAT=FILE"}, reports_);
  parser.flag({"--quiet", "", "text: one line a finding, and no summary"}, quiet_);
  parser.value({"--sarif-category", "NAME", "SARIF: tells several audits of one commit apart"},
               sarif_category_);
  parser.value({"--color",
                "WHEN",
                "colours (default auto: on a terminal, unless NO_COLOR is set; CLICOLOR_FORCE forces them)",
                {"auto", "always", "never"}},
               color_);
  parser.flag({"--no-color", "", "the same as --color never"}, no_color_);
  parser.value({"--hyperlinks",
                "WHEN",
                "codes as links to their rules' pages (default auto: on terminals known to have them)",
                {"auto", "always", "never"}},
               hyperlinks_);
  parser.flag({"--ascii", "", "text: no signs beyond ASCII of slsaudit's own"}, ascii_);
}

void Outputs::describe_suppressed(Parser& parser) {
  parser.flag({"--show-suppressed", "", "show findings that are suppressed or in the baseline, too"},
              show_suppressed_);
  describe_sarif_suppressed(parser);
}

void Outputs::describe_sarif_suppressed(Parser& parser) {
  parser.flag({"--sarif-include-suppressed", "",
               "SARIF: findings that are suppressed or in the baseline, too; GitHub would show them as open"},
              sarif_include_suppressed_);
}

std::string Outputs::add(std::string_view option, const std::string& text) {
  const std::size_t equals = text.find('=');
  const std::string format = text.substr(0, equals);
  Target target{format, equals == std::string::npos ? "" : text.substr(equals + 1)};
  if (target.path.empty()) return fmt::format("{} wants FORMAT=FILE, not `{}`", option, text);
  if (std::ranges::find(formats_, format) == formats_.end())
    return fmt::format("{}: no format `{}`; there are {}", option, format, in_words(formats_));
  if (std::ranges::find(targets_, target.path, &Target::path) != targets_.end() || target.path == path_)
    return fmt::format("two reports would be written to `{}`", target.path);
  targets_.push_back(std::move(target));
  return {};
}

/// --output FILE. The file's name says the format where --format doesn't.
std::string Outputs::main_output(const std::string& path) {
  path_ = path == "-" ? "" : path;
  if (given_format_) return {};
  const std::string_view format = report::format_of_file(path);
  if (std::ranges::find(formats_, format) != formats_.end()) format_ = format;
  const bool open = path.ends_with(".json") || path.ends_with(".xml");
  if (open && format_ == "text")
    return fmt::format("which format is `{}`? Say it: --output FORMAT={}, with one of {}", path, path,
                       in_words(formats_));
  return {};
}

std::string Outputs::wrong() {
  if (given_format_) format_ = *given_format_;
  std::vector<std::string> more;
  for (const std::string& text : outputs_) {
    // A format before the sign, or what could be meant as one; else it is a path that holds `=`.
    const std::size_t equals = text.find('=');
    const bool names_format = equals != std::string::npos && text.find_first_of("/.") > equals && equals > 0;
    if (names_format)
      more.push_back(text);
    else if (const std::string wrong = main_output(text); !wrong.empty())
      return wrong;
  }
  for (const std::string& text : more) {
    if (const std::string wrong = add("--output", text); !wrong.empty()) return wrong;
  }
  for (const std::string& text : reports_) {
    if (const std::string wrong = add("--report", text); !wrong.empty()) return wrong;
  }
  return {};
}

std::vector<std::string> Outputs::paths() const {
  std::vector<std::string> all;
  for (const Target& target : targets_) all.push_back(target.path);
  if (!path_.empty()) all.push_back(path_);
  return all;
}

report::Style Outputs::on_screen(report::Style style, const World& world) const {
  const Terminal terminal(world);
  style.quiet = quiet_;
  style.docs_url = docs_url(world);
  style.colour = !no_color_ && (color_ == "auto" ? world.colour : color_ == "always");
  style.hyperlinks = terminal.hyperlinks(hyperlinks_);
  style.ascii = ascii_ || !terminal.unicode();
  style.wrap = world.terminal;
  style.width = world.width;
  return style;
}

bool Outputs::write(const Render& render, report::Style style, World& world, Log& log) const {
  style.quiet = quiet_;
  style.show_suppressed = show_suppressed_;
  style.sarif_include_suppressed = sarif_include_suppressed_;
  style.sarif_category = sarif_category_;
  style.docs_url = docs_url(world);
  style.ascii = ascii_;
  bool all_written = true;
  for (const Target& target : targets_)
    all_written = write_file(target.path, target.format, render, style, world, log) && all_written;
  if (!path_.empty()) return write_file(path_, format_, render, style, world, log) && all_written;
  render(format_, on_screen(style, world), world.out);
  return all_written;
}

bool Outputs::write(const audit::Result& result, const report::Style& style, World& world, Log& log) const {
  const Render render = [&](std::string_view format, const report::Style& how, std::ostream& out) {
    report::renderer(format)(result, how, out);
  };
  return write(render, style, world, log);
}

} // namespace slsaudit::cli
