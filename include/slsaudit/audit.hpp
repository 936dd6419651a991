// SPDX-License-Identifier: Apache-2.0
// slsaudit as a library: audit paths, get findings, reports, the graph and its facts.
//
//   slsaudit::Options options;
//   options.select = {"IAM"};
//   const slsaudit::Audit audit({"services"}, options);
//   for (const slsaudit::Finding& finding : audit.findings()) …
//
// An Audit is immutable once made and may be read from several threads. Nothing here throws but for lack of
// memory; what is wrong with an input is data.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slsaudit {

/// A greater one is worse.
enum class Level : std::uint8_t { info, low, medium, high, critical };

/// Lines and columns from 1, columns in code points; the end is that of the character after the last.
struct Place {
  std::string path;
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  std::uint32_t end_line = 1;
  std::uint32_t end_column = 1;
};

struct Remark {
  std::optional<Place> place; ///< Nothing where there is no text: a platform's default.
  std::string message;
};

struct Finding {
  std::string code; ///< "CON007"
  std::string name; ///< "visibility-timeout-too-short"
  Level level = Level::medium;
  std::string assumption; ///< What is taken for granted; empty when the finding is proved.
  std::string message;
  std::optional<Place> place;
  std::string resource; ///< The author's id of what it is about.
  std::string property;
  std::vector<Remark> evidence;
  std::string fix;
  std::string fingerprint; ///< Survives the moving of lines.
};

/// An input that could not be read, or a part of one; or a setting that can't be used.
struct Error {
  std::optional<Place> place;
  std::string message;
  std::string help;
};

struct Options {
  std::vector<std::string> select; ///< Codes, names, groups; empty: all of the profile.
  std::vector<std::string> ignore;
  std::string profile = "default";           ///< Or "strict".
  std::vector<std::string> rule_directories; ///< More rule files.
  std::string knowledge_directory; ///< Facts about the platform instead of those built in; empty for none.
  std::map<std::string, std::string> parameters;
  std::map<std::string, std::string> options; ///< ${opt:…} of the Serverless Framework.
  std::optional<std::string> stage;
  std::optional<std::string> region;
  std::string as_of;     ///< ISO date that lifecycles are judged against; empty: none are judged.
  bool isolated = false; ///< Each template is a system of its own, together with the stacks that it nests.
  bool allow_outside = false;      ///< Templates may name files outside of their project.
  std::vector<std::string> limits; ///< "NAME=VALUE", as in docs/security.md; one that is none is an error.
  unsigned jobs = 1;               ///< Threads; 0 for as many as the machine runs at once.
  /// Texts that count instead of the files of these paths: what an editor has not saved yet.
  std::map<std::string, std::string> unsaved;
};

class Audit {
public:
  explicit Audit(const std::vector<std::string>& paths, const Options& options = {});
  ~Audit();
  Audit(Audit&&) noexcept;
  Audit& operator=(Audit&&) noexcept;

  /// By file, place, code; the same for the same inputs.
  [[nodiscard]] const std::vector<Finding>& findings() const;
  [[nodiscard]] const std::vector<Error>& errors() const;
  [[nodiscard]] std::size_t templates() const;
  [[nodiscard]] std::size_t resources() const;

  /// "text", "json" or "sarif", as `slsaudit check --format` prints it; empty for another format.
  [[nodiscard]] std::string report(std::string_view format) const;
  /// "json", "dot" or "mermaid", as `slsaudit graph --format` prints it; empty for another format.
  [[nodiscard]] std::string graph(std::string_view format) const;
  /// Every table of facts, of every system, as JSON.
  [[nodiscard]] std::string facts() const;

private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace slsaudit
