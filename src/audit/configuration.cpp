// SPDX-License-Identifier: Apache-2.0
#include "audit/configuration.hpp"

#include "audit/discovery.hpp"
#include "audit/selection.hpp"
#include "audit/units.hpp"
#include "syntax/reader.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace slsaudit::audit {
namespace {

constexpr std::size_t max_file_bytes = 1U << 20U;
constexpr std::array<std::string_view, 2> file_names{"slsaudit.yaml", ".slsaudit.yaml"};

using syntax::Node;

/// One section's keys: a name and who reads its value. A new section is one more table, and one line in
/// `top`.
class Reader {
public:
  explicit Reader(const text::SourceMap& sources) : sources_(sources) {}

  void read(const syntax::Document& document, Configuration& target) {
    for (const text::Problem& problem : document.problems) {
      if (problem.level == text::ProblemLevel::note || problem.name == "empty-file") continue;
      report(problem.span, problem.message);
    }
    if (document.root != nullptr && !syntax::is_null(*document.root)) {
      section(*document.root, "the configuration", top(), target);
    }
  }

  /// In the order of the text.
  std::vector<std::string> errors() {
    std::stable_sort(errors_.begin(), errors_.end(),
                     [](const Error& a, const Error& b) { return a.offset < b.offset; });
    std::vector<std::string> lines;
    for (Error& error : errors_) lines.push_back(std::move(error.line));
    return lines;
  }

private:
  template <class Target> struct Key {
    std::string_view name;
    void (Reader::*read)(const Node& value, Target& target);
  };
  template <class Target> using Keys = std::vector<Key<Target>>;

  struct Error {
    std::uint32_t offset = 0;
    std::string line;
  };

  static const Keys<Configuration>& top() {
    static const Keys<Configuration> keys{{"account", &Reader::read_account},
                                          {"load", &Reader::read_load},
                                          {"portability", &Reader::read_portability}};
    return keys;
  }

  void read_account(const Node& node, Configuration& target) {
    static const Keys<Configuration> keys{{"concurrency", &Reader::read_concurrency}};
    section(node, "`account`", keys, target);
  }
  void read_portability(const Node& node, Configuration& target) {
    static const Keys<Configuration> keys{{"minimum", &Reader::read_minimum}};
    section(node, "`portability`", keys, target);
  }
  void read_load(const Node& node, Configuration& target) {
    static const Keys<analysis::LoadProfile> keys{{"size", &Reader::read_size},
                                                  {"entries", &Reader::read_entries},
                                                  {"functions", &Reader::read_functions}};
    section(node, "`load`", keys, target.load);
  }
  void read_entries(const Node& node, analysis::LoadProfile& target) {
    static const Keys<analysis::EntryLoad> keys{
        {"rate", &Reader::read_rate}, {"burst", &Reader::read_burst}, {"payload", &Reader::read_payload}};
    named(node, "`entries`", keys, target.entries);
  }
  void read_functions(const Node& node, analysis::LoadProfile& target) {
    static const Keys<analysis::FunctionLoad> keys{{"duration", &Reader::read_duration},
                                                   {"connections", &Reader::read_connections}};
    named(node, "`functions`", keys, target.functions);
  }

  void read_concurrency(const Node& node, Configuration& target) {
    target.account_concurrency = integer(node, "`concurrency`", 1, 1'000'000'000);
  }
  void read_minimum(const Node& node, Configuration& target) {
    target.minimum_portability = integer(node, "`minimum`", 0, 100);
  }
  void read_size(const Node& node, analysis::LoadProfile& target) {
    constexpr std::array<std::string_view, 3> sizes{"small", "medium", "large"};
    if (node.is_scalar() && std::ranges::find(sizes, node.text) != sizes.end()) {
      target.size = node.text;
    } else {
      wrong(node, "`size` is `small`, `medium` or `large`");
    }
  }
  void read_rate(const Node& node, analysis::EntryLoad& target) {
    target.rate = quantity(node, parse_rate, "`rate` is a number a second, or like 50/s, 3000/min or 1M/day");
  }
  void read_burst(const Node& node, analysis::EntryLoad& target) {
    target.burst = quantity(node, parse_amount, "`burst` is how many arrive at once, like 200 or 2k");
  }
  void read_payload(const Node& node, analysis::EntryLoad& target) {
    target.payload_kb = quantity(node, parse_size, "`payload` is a size with its unit, like 512B or 4KB");
  }
  void read_duration(const Node& node, analysis::FunctionLoad& target) {
    target.duration_ms =
        quantity(node, parse_duration, "`duration` is a time with its unit, like 200ms or 1.5s");
  }
  void read_connections(const Node& node, analysis::FunctionLoad& target) {
    target.connections = integer(node, "`connections`", 0, 1'000'000);
  }

  /// Each entry is a name of the author's, with a map of keys.
  template <class Target>
  void named(const Node& node, std::string_view what, const Keys<Target>& keys,
             std::map<std::string, Target>& target) {
    if (syntax::is_null(node)) return;
    if (!node.is_mapping()) return wrong(node, std::string(what) + " is a map from ids to their figures");
    for (const syntax::Entry& entry : node.children) {
      section(*entry.value, "`" + std::string(entry.key) + "`", keys, target[std::string(entry.key)]);
    }
  }

  template <class Target>
  void section(const Node& node, std::string_view what, const Keys<Target>& keys, Target& target) {
    if (syntax::is_null(node)) return;
    if (!node.is_mapping()) return wrong(node, std::string(what) + " is a map");
    for (const syntax::Entry& entry : node.children) {
      const auto key = std::ranges::find(keys, entry.key, &Key<Target>::name);
      if (key != keys.end()) {
        (this->*key->read)(*entry.value, target);
        continue;
      }
      std::vector<std::string_view> names;
      for (const Key<Target>& known : keys) names.push_back(known.name);
      unknown_key(entry, what, names);
    }
  }

  void unknown_key(const syntax::Entry& entry, std::string_view where,
                   const std::vector<std::string_view>& names) {
    const std::string_view near = nearest(entry.key, names);
    std::string message = std::string(where) + " has no key `" + std::string(entry.key) + "`";
    if (!near.empty()) {
      message += "; did you mean `" + std::string(near) + "`?";
    } else {
      for (std::size_t i = 0; i < names.size(); ++i)
        message += (i == 0                  ? "; there is `"
                    : i + 1 == names.size() ? "` and `"
                                            : "`, `") +
                   std::string(names[i]);
      message += "`";
    }
    report(entry.key_span, message);
  }

  std::optional<std::int64_t> integer(const Node& node, std::string_view what, std::int64_t least,
                                      std::int64_t most) {
    const auto number = node.is_scalar() ? syntax::as_integer(node) : std::nullopt;
    if (number && *number >= least && *number <= most) return number;
    wrong(node, std::string(what) + " is a whole number from " + std::to_string(least) + " to " +
                    std::to_string(most));
    return std::nullopt;
  }

  std::optional<double> quantity(const Node& node, std::optional<double> (*parse)(std::string_view),
                                 std::string_view expected) {
    const auto amount = node.is_scalar() ? parse(node.text) : std::nullopt;
    if (!amount) wrong(node, std::string(expected));
    return amount;
  }

  void wrong(const Node& node, const std::string& expected) {
    const bool scalar = node.is_scalar() && !node.text.empty();
    report(node.span,
           expected + ", not " +
               (scalar ? "`" + std::string(node.text) + "`" : std::string(syntax::describe(node))));
  }

  void report(text::Span span, const std::string& message) {
    const text::Position at = sources_.position(span.file, span.begin);
    errors_.push_back({span.begin, std::string(sources_.path(span.file)) + ":" + std::to_string(at.line) +
                                       ":" + std::to_string(at.column) + ": error: " + message});
  }

  const text::SourceMap& sources_;
  std::vector<Error> errors_;
};

/// The directories that may hold the file for one path, the nearest first, as they shall be printed.
std::vector<std::string> directories_for(const text::FileSystem& files, const std::string& path) {
  const std::string start = path == "-"                ? std::string(".")
                            : files.is_directory(path) ? text::normalize_path(path)
                                                       : text::parent_path(text::normalize_path(path));
  std::string limit = repository_root(files, start);
  if (limit.empty()) limit = text::lies_within(files, start, ".") ? "." : start;
  std::vector<std::string> directories;
  for (std::string at = start; text::lies_within(files, at, limit);) {
    directories.push_back(at);
    const bool absolute = at.starts_with('/');
    const std::string parent = text::normalize_path(at + "/..");
    if (parent == at || (!absolute && !files.is_directory(parent))) break;
    at = parent;
  }
  return directories;
}

text::Result<std::string> file_for(const text::FileSystem& files, const std::string& path) {
  for (const std::string& directory : directories_for(files, path)) {
    std::string found;
    for (const std::string_view name : file_names) {
      std::string candidate = text::join_path(directory, name);
      if (!files.is_file(candidate)) continue;
      if (!found.empty())
        return text::Failure{"there are both " + found + " and " + candidate + "; keep one"};
      found = std::move(candidate);
    }
    if (!found.empty()) return found;
  }
  return std::string();
}

} // namespace

void Configuration::apply(analysis::Settings& settings) const {
  settings.load = load;
  if (account_concurrency) settings.account_concurrency = *account_concurrency;
  if (minimum_portability) settings.minimum_portability = *minimum_portability;
}

ReadConfiguration read_configuration(const text::FileSystem& files, const std::string& path) {
  ReadConfiguration result;
  auto bytes = files.read(path, max_file_bytes);
  if (!bytes.ok()) {
    result.errors.push_back(bytes.error());
    return result;
  }
  text::SourceMap sources;
  text::Arena arena;
  const syntax::Document document = syntax::read(sources, arena, path, std::move(bytes).value());
  Reader reader(sources);
  reader.read(document, result.configuration);
  result.errors = reader.errors();
  return result;
}

text::Result<std::string> find_configuration(const text::FileSystem& files,
                                             const std::vector<std::string>& paths) {
  std::string found;
  std::string canonical;
  bool first = true;
  for (const std::string& path : paths) {
    auto file = file_for(files, path);
    if (!file.ok()) return text::Failure{file.error()};
    const auto resolved =
        file.value().empty() ? text::Result<std::string>(std::string()) : files.canonical(file.value());
    const std::string name = resolved.ok() ? resolved.value() : file.value();
    if (!first && name != canonical) {
      const auto shown = [](const std::string& one) { return one.empty() ? std::string("none") : one; };
      return text::Failure{"the paths have different configuration files (" + shown(found) + " and " +
                           shown(file.value()) + "); name one with --config, or give --no-config"};
    }
    found = std::move(file).value();
    canonical = name;
    first = false;
  }
  return found;
}

} // namespace slsaudit::audit
