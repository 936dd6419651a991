// SPDX-License-Identifier: Apache-2.0
// The configuration file: what a project tells about its load, its account and its limits.
//
//   load:
//     size: small                # or medium, large: what entries and functions without figures get
//     entries: {OrdersApi: {rate: 50/s, burst: 200, payload: 4KB}}
//     functions: {Checkout: {duration: 300ms, connections: 5}}
//   account: {concurrency: 3000}
//   deploy: {stage: prod, parameters: {Environment: prod}}
//   exclude: [attic/**]
//   ignore: [CST]
//   rules: {CON007: {severity: medium, parameters: {factor: 6}}}
//   suppress: [{path: legacy/**, rule: IAM, until: 2027-03-31, reason: replaced next year}]
//   portability: {minimum: 60}
#pragma once

#include "analysis/table.hpp"
#include "text/file_system.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace slsaudit::audit {

/// Of one rule; `term` is its code, name, alias or group.
struct RuleSetting {
  struct Parameter {
    std::string name;
    std::string value; ///< A literal as rules write it.
    std::string place;
  };
  std::string term;
  std::string place; ///< "slsaudit.yaml:3:5"
  std::optional<bool> enabled;
  std::optional<std::string> severity;
  std::vector<Parameter> parameters;
};

/// Paths are patterns as in .gitignore, from the configuration file's directory.
struct ConfiguredSuppression {
  std::string path;     ///< Empty: everywhere.
  std::string resource; ///< Empty: any.
  std::vector<std::string> rules;
  std::string until;
  std::string reason;
  std::uint32_t begin = 0; ///< Where it stands in the file.
  std::uint32_t end = 0;
};

/// What holds for findings in templates of these paths and stacks; later ones win.
struct Override {
  std::string place;              ///< "slsaudit.yaml:9:5"
  std::vector<std::string> paths; ///< Empty: any.
  std::vector<std::string>
      stacks; ///< Names with `*` and `?`; empty: any. See stack_names() in overrides.hpp.
  std::vector<std::string> select; ///< Only these rules, where there are any.
  std::vector<std::string> ignore;
  std::optional<std::string> profile;
  std::vector<RuleSetting> rules;
};

/// How the templates are deployed. Files are relative to the configuration's.
struct Deployment {
  std::optional<std::string> stage;
  std::optional<std::string> region;
  std::map<std::string, std::string> parameters;
  std::vector<std::string> parameter_files;   ///< `parameters` beat them.
  std::map<std::string, std::string> options; ///< Of the Serverless Framework.
};

/// A value as written, for people.
struct ConfiguredValue {
  std::string key; ///< "load.size", "overrides[0].paths"
  std::string value;
  std::string place;
};

/// What isn't written is empty.
struct Configuration {
  std::string path; ///< Of the file, and its text; empty where there is none.
  std::string text;
  std::vector<ConfiguredValue> values; ///< In the order of the text.
  std::vector<std::string> select;
  std::vector<std::string> ignore;
  std::optional<std::string> profile;
  std::optional<std::string> fail_on;
  std::vector<RuleSetting> rules;
  std::vector<std::string> rule_directories;
  std::optional<std::string> knowledge; ///< A directory.
  std::optional<std::string> baseline;
  std::optional<std::string> as_of;
  std::vector<std::string> exclude; ///< What walks leave out.
  Deployment deploy;
  std::vector<ConfiguredSuppression> suppress;
  std::vector<Override> overrides;
  std::optional<bool> require_reason;
  std::optional<bool> foreign; ///< Whether other tools' suppressions count.
  analysis::LoadProfile load;
  std::optional<std::int64_t> account_concurrency;
  std::optional<std::int64_t> minimum_portability;

  void apply(analysis::Settings& settings) const;
  /// A path that is written in the file, as seen from the working directory.
  [[nodiscard]] std::string resolve(const std::string& written) const;
};

struct ReadConfiguration {
  Configuration configuration;
  std::vector<std::string> errors; ///< "path:line:column: error: …", in the order of the text.
};

/// All keys there are, sorted: "fail-on", "load.entries.*.rate", "suppress[].path".
[[nodiscard]] std::vector<std::string> configuration_keys();

/// Unknown keys are errors, so that a slip never leaves a setting without effect.
[[nodiscard]] ReadConfiguration read_configuration(const text::FileSystem& files, const std::string& path);

/// The file that holds for the audited paths: `slsaudit.yaml` or `.slsaudit.yaml`, in the nearest directory
/// at or above them that has one, never above the repository's root. Without a repository: not above the
/// working directory where the path lies below it, else beside the path only. Empty where there is none;
/// fails where paths have different files, or one directory has both.
[[nodiscard]] text::Result<std::string> find_configuration(const text::FileSystem& files,
                                                           const std::vector<std::string>& paths);

} // namespace slsaudit::audit
