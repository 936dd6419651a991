// SPDX-License-Identifier: Apache-2.0
// The configuration file's keys, and how each is read.
#include "audit/configuration.hpp"
#include "audit/configuration_values.hpp"
#include "audit/units.hpp"
#include "syntax/reader.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace slsaudit::audit {
namespace {

constexpr std::size_t max_file_bytes = 1U << 20U;

/// One section's keys: a name and who reads its value. A new section is one more table, and one line in
/// `top`.
class Reader : public ValueReader {
public:
  using ValueReader::ValueReader;

  void read(const syntax::Document& document, Configuration& target) {
    for (const text::Problem& problem : document.problems) {
      if (problem.level == text::ProblemLevel::note || problem.name == "empty-file") continue;
      report(problem.span, problem.message);
    }
    if (document.root != nullptr && !syntax::is_null(*document.root)) {
      section(*document.root, "the configuration", top(), target);
    }
  }

  /// All keys by their paths: "load.entries.*.rate", "suppress[].path".
  static std::vector<std::string> all_keys() {
    std::vector<std::string> all;
    const auto add = [&](const std::string& prefix, const auto& keys) {
      for (const auto& key : keys) all.push_back(prefix + std::string(key.name));
    };
    add("", top());
    add("account.", account_keys());
    add("deploy.", deploy_keys());
    add("load.", load_keys());
    add("load.entries.*.", entries_keys());
    add("load.functions.*.", functions_keys());
    add("overrides[].", override_keys());
    add("overrides[].rules.*.", rule_keys());
    add("portability.", portability_keys());
    add("rules.*.", rule_keys());
    add("suppress[].", suppress_keys());
    add("suppressions.", suppressions_keys());
    std::ranges::sort(all);
    return all;
  }

private:
  template <class Target> struct Key {
    std::string_view name;
    void (Reader::*read)(const Node& value, Target& target);
  };
  template <class Target> using Keys = std::vector<Key<Target>>;

  static const Keys<Configuration>& top() {
    static const Keys<Configuration> keys{{"account", &Reader::read_account},
                                          {"as-of", &Reader::read_as_of},
                                          {"baseline", &Reader::read_baseline},
                                          {"deploy", &Reader::read_deploy},
                                          {"exclude", &Reader::read_exclude},
                                          {"fail-on", &Reader::read_fail_on},
                                          {"ignore", &Reader::read_ignore},
                                          {"knowledge", &Reader::read_knowledge},
                                          {"load", &Reader::read_load},
                                          {"overrides", &Reader::read_overrides},
                                          {"portability", &Reader::read_portability},
                                          {"profile", &Reader::read_profile},
                                          {"rule-directories", &Reader::read_rule_directories},
                                          {"rules", &Reader::read_rules},
                                          {"select", &Reader::read_select},
                                          {"suppress", &Reader::read_suppress},
                                          {"suppressions", &Reader::read_suppressions}};
    return keys;
  }
  static const Keys<RuleSetting>& rule_keys() {
    static const Keys<RuleSetting> keys{{"enabled", &Reader::read_enabled},
                                        {"parameters", &Reader::read_parameters},
                                        {"severity", &Reader::read_severity}};
    return keys;
  }
  static const Keys<ConfiguredSuppression>& suppress_keys() {
    static const Keys<ConfiguredSuppression> keys{{"path", &Reader::read_path},
                                                  {"reason", &Reader::read_reason},
                                                  {"resource", &Reader::read_resource},
                                                  {"rule", &Reader::read_rule},
                                                  {"until", &Reader::read_until}};
    return keys;
  }
  static const Keys<Override>& override_keys() {
    static const Keys<Override> keys{
        {"ignore", &Reader::read_ignore_there},   {"paths", &Reader::read_paths},
        {"profile", &Reader::read_profile_there}, {"rules", &Reader::read_rules_there},
        {"select", &Reader::read_select_there},   {"stacks", &Reader::read_stacks}};
    return keys;
  }
  static const Keys<Configuration>& suppressions_keys() {
    static const Keys<Configuration> keys{{"foreign", &Reader::read_foreign},
                                          {"require-reason", &Reader::read_require_reason}};
    return keys;
  }

  void read_select(const Node& node, Configuration& target) { target.select = words(node, "`select`"); }
  void read_ignore(const Node& node, Configuration& target) { target.ignore = words(node, "`ignore`"); }
  void read_profile(const Node& node, Configuration& target) {
    target.profile = choice(node, "`profile`", {"default", "strict"});
  }
  void read_fail_on(const Node& node, Configuration& target) {
    target.fail_on = choice(node, "`fail-on`", {"critical", "high", "medium", "low", "info", "never"});
  }
  void read_rules(const Node& node, Configuration& target) { read_rule_map(node, target.rules); }
  void read_rules_there(const Node& node, Override& target) { read_rule_map(node, target.rules); }
  void read_rule_map(const Node& node, std::vector<RuleSetting>& target) {
    if (!node.is_mapping()) return wrong(node, "`rules` is a map from rules to their settings");
    for (const syntax::Entry& entry : node.children) {
      RuleSetting& rule = target.emplace_back();
      rule.term = entry.key;
      rule.place = place(entry.key_span);
      section(*entry.value, "`" + rule.term + "`", rule_keys(), rule);
    }
  }
  void read_enabled(const Node& node, RuleSetting& target) { target.enabled = boolean(node, "`enabled`"); }
  void read_severity(const Node& node, RuleSetting& target) {
    target.severity = choice(node, "`severity`", {"critical", "high", "medium", "low", "info"});
  }
  void read_parameters(const Node& node, RuleSetting& target) {
    if (!node.is_mapping()) return wrong(node, "`parameters` is a map");
    for (const syntax::Entry& entry : node.children) {
      const std::string value = literal(*entry.value);
      if (value.empty()) {
        wrong(*entry.value,
              "`" + std::string(entry.key) + "` is a number, a text, true, false or a list of those");
      } else {
        target.parameters.push_back({std::string(entry.key), value, place(entry.key_span)});
      }
    }
  }
  void read_suppress(const Node& node, Configuration& target) {
    each(node, "`suppress`", [&](const Node& item) {
      ConfiguredSuppression one;
      one.begin = item.span.begin;
      one.end = item.span.end;
      section(item, "an entry of `suppress`", suppress_keys(), one);
      if (one.rules.empty()) report(item.span, "an entry of `suppress` names no `rule`");
      target.suppress.push_back(std::move(one));
    });
  }
  void read_path(const Node& node, ConfiguredSuppression& target) { target.path = word(node, "`path`"); }
  void read_resource(const Node& node, ConfiguredSuppression& target) {
    target.resource = word(node, "`resource`");
  }
  void read_reason(const Node& node, ConfiguredSuppression& target) {
    target.reason = word(node, "`reason`");
  }
  void read_rule(const Node& node, ConfiguredSuppression& target) { target.rules = words(node, "`rule`"); }
  void read_until(const Node& node, ConfiguredSuppression& target) {
    target.until = date(node, "`until`").value_or("");
  }
  void read_overrides(const Node& node, Configuration& target) {
    each(node, "`overrides`", [&](const Node& item) {
      Override one;
      section(item, "an entry of `overrides`", override_keys(), one);
      one.place = place(item.span);
      if (one.paths.empty() && one.stacks.empty())
        report(item.span, "an entry of `overrides` names neither `paths` nor `stacks`");
      target.overrides.push_back(std::move(one));
    });
  }
  void read_paths(const Node& node, Override& target) { target.paths = words(node, "`paths`"); }
  void read_stacks(const Node& node, Override& target) { target.stacks = words(node, "`stacks`"); }
  void read_ignore_there(const Node& node, Override& target) { target.ignore = words(node, "`ignore`"); }
  void read_select_there(const Node& node, Override& target) { target.select = words(node, "`select`"); }
  void read_profile_there(const Node& node, Override& target) {
    target.profile = choice(node, "`profile`", {"default", "strict"});
  }
  void read_suppressions(const Node& node, Configuration& target) {
    section(node, "`suppressions`", suppressions_keys(), target);
  }
  void read_require_reason(const Node& node, Configuration& target) {
    target.require_reason = boolean(node, "`require-reason`");
  }
  void read_foreign(const Node& node, Configuration& target) { target.foreign = boolean(node, "`foreign`"); }

  void read_as_of(const Node& node, Configuration& target) { target.as_of = date(node, "`as-of`"); }
  void read_baseline(const Node& node, Configuration& target) { target.baseline = word(node, "`baseline`"); }
  void read_exclude(const Node& node, Configuration& target) { target.exclude = words(node, "`exclude`"); }
  void read_knowledge(const Node& node, Configuration& target) {
    target.knowledge = word(node, "`knowledge`");
  }
  void read_rule_directories(const Node& node, Configuration& target) {
    target.rule_directories = words(node, "`rule-directories`");
  }

  static const Keys<Deployment>& deploy_keys() {
    static const Keys<Deployment> keys{{"options", &Reader::read_options},
                                       {"parameter-files", &Reader::read_parameter_files},
                                       {"parameters", &Reader::read_deployed_parameters},
                                       {"region", &Reader::read_region},
                                       {"stage", &Reader::read_stage}};
    return keys;
  }
  void read_deploy(const Node& node, Configuration& target) {
    section(node, "`deploy`", deploy_keys(), target.deploy);
  }
  void read_options(const Node& node, Deployment& target) { texts(node, "`options`", target.options); }
  void read_parameter_files(const Node& node, Deployment& target) {
    target.parameter_files = words(node, "`parameter-files`");
  }
  void read_deployed_parameters(const Node& node, Deployment& target) {
    texts(node, "`parameters`", target.parameters);
  }
  void read_region(const Node& node, Deployment& target) { target.region = word(node, "`region`"); }
  void read_stage(const Node& node, Deployment& target) { target.stage = word(node, "`stage`"); }
  void texts(const Node& node, const std::string& what, std::map<std::string, std::string>& target) {
    if (syntax::is_null(node)) return;
    if (!node.is_mapping()) return wrong(node, what + " is a map from names to values");
    for (const syntax::Entry& entry : node.children)
      target[std::string(entry.key)] = word(*entry.value, "`" + std::string(entry.key) + "`");
  }

  static const Keys<Configuration>& account_keys() {
    static const Keys<Configuration> keys{{"concurrency", &Reader::read_concurrency}};
    return keys;
  }
  void read_account(const Node& node, Configuration& target) {
    section(node, "`account`", account_keys(), target);
  }
  static const Keys<Configuration>& portability_keys() {
    static const Keys<Configuration> keys{{"minimum", &Reader::read_minimum}};
    return keys;
  }
  void read_portability(const Node& node, Configuration& target) {
    section(node, "`portability`", portability_keys(), target);
  }
  static const Keys<analysis::LoadProfile>& load_keys() {
    static const Keys<analysis::LoadProfile> keys{{"size", &Reader::read_size},
                                                  {"entries", &Reader::read_entries},
                                                  {"functions", &Reader::read_functions}};
    return keys;
  }
  void read_load(const Node& node, Configuration& target) {
    section(node, "`load`", load_keys(), target.load);
  }
  static const Keys<analysis::EntryLoad>& entries_keys() {
    static const Keys<analysis::EntryLoad> keys{
        {"rate", &Reader::read_rate}, {"burst", &Reader::read_burst}, {"payload", &Reader::read_payload}};
    return keys;
  }
  void read_entries(const Node& node, analysis::LoadProfile& target) {
    named(node, "`entries`", entries_keys(), target.entries);
  }
  static const Keys<analysis::FunctionLoad>& functions_keys() {
    static const Keys<analysis::FunctionLoad> keys{{"duration", &Reader::read_duration},
                                                   {"connections", &Reader::read_connections}};
    return keys;
  }
  void read_functions(const Node& node, analysis::LoadProfile& target) {
    named(node, "`functions`", functions_keys(), target.functions);
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

  template <class Each> void each(const Node& node, const std::string& what, Each read) {
    if (syntax::is_null(node)) return;
    if (!node.is_sequence()) return wrong(node, what + " is a list");
    for (const syntax::Entry& item : node.children) read(*item.value);
  }
};

/// Every value as it is written, with its key's path. The reader bounds the depth.
void list_values(const syntax::Node& node, const std::string& key, const text::SourceMap& sources,
                 Configuration& target) {
  const bool is_list_of_maps = node.is_sequence() && std::ranges::any_of(node.children, [](const auto& item) {
                                 return item.value->is_mapping();
                               });
  for (std::size_t i = 0; is_list_of_maps && i < node.children.size(); ++i)
    list_values(*node.children[i].value, key + "[" + std::to_string(i) + "]", sources, target);
  if (is_list_of_maps) return;
  if (!node.is_mapping()) {
    target.values.push_back({key, std::string(sources.text(node.span)), place_of(sources, node.span)});
    return;
  }
  for (const syntax::Entry& entry : node.children)
    list_values(*entry.value, (key.empty() ? "" : key + ".") + std::string(entry.key), sources, target);
}

} // namespace

std::vector<std::string> configuration_keys() {
  return Reader::all_keys();
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
  result.configuration.path = path;
  result.configuration.text = sources.text(document.file);
  if (document.root != nullptr && document.root->is_mapping())
    list_values(*document.root, "", sources, result.configuration);
  return result;
}

} // namespace slsaudit::audit
