// SPDX-License-Identifier: Apache-2.0
// Where reports go: the one for --format to standard output or a file, and as many more to files as are asked
// for.
#pragma once

#include "cli/log.hpp"
#include "cli/parser.hpp"
#include "cli/world.hpp"
#include "report/report.hpp"

#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace slsaudit::cli {

/// Writes what there is to report in a format.
using Render = std::function<void(std::string_view format, const report::Style& style, std::ostream& out)>;

class Outputs {
public:
  explicit Outputs(std::vector<std::string_view> formats = report::formats())
      : formats_(std::move(formats)) {}

  /// --format, --output, --report and what says how text looks. The options write to this object.
  void describe(Parser& parser);
  /// What reports do with findings that don't count.
  void describe_suppressed(Parser& parser);
  void describe_sarif_suppressed(Parser& parser);

  /// Empty, or what is wrong with what was given. To be called once, before any work is done.
  [[nodiscard]] std::string wrong();

  /// Whether standard output has the report for people, so that more may be told there.
  [[nodiscard]] bool text_on_screen() const { return path_.empty() && format_ == "text"; }

  /// Whether nothing but standard output is written, in that format or in one that nobody has chosen.
  [[nodiscard]] bool streams_as(std::string_view format) const {
    return path_.empty() && targets_.empty() && given_format_.value_or(std::string(format)) == format;
  }

  /// The files that write() writes, in its order.
  [[nodiscard]] std::vector<std::string> paths() const;

  /// How text on standard output looks, from the options and the terminal.
  [[nodiscard]] report::Style on_screen(report::Style style, const World& world) const;

  /// Writes all; whether that could be done. `style` says what the options don't.
  [[nodiscard]] bool write(const Render& render, report::Style style, World& world, Log& log) const;
  [[nodiscard]] bool write(const audit::Result& result, const report::Style& style, World& world,
                           Log& log) const;

private:
  struct Target {
    std::string format;
    std::string path;
  };
  [[nodiscard]] std::string add(std::string_view option, const std::string& text);
  [[nodiscard]] std::string main_output(const std::string& path);

  std::vector<std::string_view> formats_;
  std::optional<std::string> given_format_;
  std::vector<std::string> outputs_;
  std::vector<std::string> reports_;
  std::string color_ = "auto";
  std::string hyperlinks_ = "auto";
  bool no_color_ = false;
  bool ascii_ = false;
  bool quiet_ = false;
  bool show_suppressed_ = false;
  bool sarif_include_suppressed_ = false;
  std::string sarif_category_;

  std::string format_ = "text";
  std::string path_; ///< Of the report for --format; empty: standard output.
  std::vector<Target> targets_;
};

} // namespace slsaudit::cli
