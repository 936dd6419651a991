// SPDX-License-Identifier: Apache-2.0
#include "report/organisation.hpp"

#include "graph/boundary.hpp"
#include "report/shard_json.hpp"
#include "report/shown.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

namespace slsaudit::report {

namespace {

constexpr std::size_t shown_worst = 50;

std::size_t index_of(rules::Severity severity) {
  return static_cast<std::size_t>(rules::Severity::critical) - static_cast<std::size_t>(severity);
}

std::string text_of(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string place_of(const Json& json) {
  std::string place = text_of(json, "path");
  const auto start = json.find("start");
  if (place.empty() || start == json.end()) return place;
  for (const char* const part : {"line", "column"}) {
    if (start->contains(part)) place += ":" + std::to_string(start->value(part, 0U));
  }
  return place;
}

std::string line_of(const Json& json) {
  const std::string path = text_of(json, "path");
  return path.empty() || !json.contains("line") ? path : path + ":" + std::to_string(json.value("line", 0U));
}

auto worst_key(const BriefFinding& one) {
  return std::tuple(index_of(one.severity), std::string_view(one.code), one.system,
                    std::string_view(one.place), std::string_view(one.message));
}

struct Giver {
  std::size_t system = 0;
  std::string type;
  std::string resource;
};
using Givers = std::map<std::pair<std::string, std::string>, std::vector<Giver>>; ///< By kind and name.

class Organiser {
public:
  Organiser(const Shards& shards, const MergeOptions& options) : shards_(shards), options_(options) {}

  Organisation run() {
    for (const auto& [entry, count] : shards_.baseline()) {
      known_[entry.substr(0, entry.find(' '))] += count;
      all_.known.insert(all_.known.end(), count, entry);
    }
    for (const auto& [root, line] : shards_.systems()) add(line);
    link();
    tell_problems();
    tell_differences();
    for (const MergedSystem& system : all_.systems) all_.exit = std::max(all_.exit, system.exit);
    if (!all_.problems.empty()) all_.exit = 3;
    return std::move(all_);
  }

private:
  void add(std::string_view line) {
    Json json = Json::parse(line);
    MergedSystem system{.root = text_of(json, "root")};
    set_known_aside(json);
    count(json, system);
    system.version = text_of(json["tool"], "version");
    system.as_of = text_of(json, "as_of");
    judge(json, system);
    json["outcome"] = system.outcome;
    json["exit"] = system.exit;
    std::string merged = json.dump(-1, ' ', false, Json::error_handler_t::replace);
    system.line = merged == line ? line : all_.lines.emplace_back(std::move(merged));
    const std::size_t index = all_.systems.size();
    for (const Json& offer : json["offers"]) add_offer(index, offer);
    for (const Json& want : json["wants"]) add_want(index, want);
    all_.systems.push_back(std::move(system));
  }

  /// Findings that a baseline knows by their whole fingerprint; each entry knows one.
  void set_known_aside(Json& json) {
    if (known_.empty()) return;
    Json open = Json::array();
    for (Json& finding : json["findings"]) {
      const auto known = known_.find(text_of(finding, "fingerprint"));
      const bool is_known = known != known_.end() && known->second > 0;
      if (is_known) known->second -= 1;
      (is_known ? json["baseline"] : open).push_back(std::move(finding));
    }
    json["findings"] = std::move(open);
  }

  /// Made anew: nobody has to believe a shard's sums.
  void count(Json& json, MergedSystem& system) {
    const std::size_t index = all_.systems.size();
    std::set<std::string> codes;
    for (const Json& finding : json["findings"]) {
      const rules::Severity severity = *rules::severity_from(text_of(finding, "severity"));
      BriefFinding brief{index,
                         severity,
                         text_of(finding, "code"),
                         text_of(finding, "name"),
                         place_of(finding),
                         text_of(finding, "message")};
      RuleTotal& total = all_.rules[brief.code];
      if (total.name.empty()) total.name = brief.name;
      total.findings[index_of(severity)] += 1;
      if (codes.insert(brief.code).second) total.systems += 1;
      system.findings[index_of(severity)] += 1;
      all_.findings[index_of(severity)] += 1;
      keep_worst(std::move(brief));
    }
    for (const Json& error : json["errors"]) {
      if (all_.unread.size() < shown_worst)
        all_.unread.push_back({index, place_of(error), text_of(error, "message")});
    }
    system.suppressed = json["suppressed"].size();
    system.baseline = json["baseline"].size();
    system.errors = json["errors"].size();
    Json& summary = json["summary"];
    system.templates = summary.value("templates", std::size_t{0});
    system.resources = summary.value("resources", std::size_t{0});
    for (const rules::Severity severity : severities_worst_first)
      summary["findings"][std::string(name(severity))] = system.findings[index_of(severity)];
    summary["suppressed"] = system.suppressed;
    summary["baseline"] = system.baseline;
    summary["errors"] = system.errors;
    all_.suppressed += system.suppressed;
    all_.baseline += system.baseline;
    all_.errors += system.errors;
    all_.templates += system.templates;
    all_.resources += system.resources;
  }

  void keep_worst(BriefFinding brief) {
    const auto before = [](const BriefFinding& left, const BriefFinding& right) {
      return worst_key(left) < worst_key(right);
    };
    auto& worst = all_.worst;
    if (worst.size() == shown_worst && !before(brief, worst.back())) return;
    worst.insert(std::upper_bound(worst.begin(), worst.end(), brief, before), std::move(brief));
    if (worst.size() > shown_worst) worst.pop_back();
  }

  void judge(const Json& json, MergedSystem& system) const {
    system.outcome = text_of(json, "outcome");
    system.exit = json.value("exit", 0);
    if (system.exit > 1) return;
    const auto fail_on = rules::severity_from(options_.fail_on.value_or(text_of(json, "fail_on")));
    bool fails = false;
    for (std::size_t i = 0; i < system.findings.size(); ++i)
      fails = fails || (fail_on && severities_worst_first[i] >= *fail_on && system.findings[i] > 0);
    system.outcome = fails ? "findings" : "clean";
    system.exit = fails ? 1 : 0;
  }

  void add_offer(std::size_t system, const Json& offer) {
    const Giver giver{system, text_of(offer, "type"), text_of(offer, "resource")};
    const std::string kind = text_of(offer, "kind");
    givers_[{kind, text_of(offer, "name")}].push_back(giver);
    if (const std::string physical = text_of(offer, "physical"); !physical.empty())
      givers_[{"name", physical}].push_back(giver);
  }

  void add_want(std::size_t system, const Json& want) {
    wants_.push_back({.from = system,
                      .by = text_of(want, "by"),
                      .kind = text_of(want, "kind"),
                      .name = text_of(want, "name"),
                      .relation = text_of(want, "relation"),
                      .place = line_of(want)});
  }

  /// Wants are in the order of systems, and within each in that of its line.
  void link() {
    for (OrganisationLink& want : wants_) {
      const auto found = givers_.find({want.kind, want.name});
      std::set<std::size_t> systems;
      for (const Giver& giver : found != givers_.end() ? found->second : std::vector<Giver>{}) {
        if (giver.system == want.from) continue;
        if (want.kind == "name" && !graph::may_relate(want.relation, giver.type)) continue;
        if (systems.insert(giver.system).second) want.resource = giver.resource;
      }
      want.to.assign(systems.begin(), systems.end());
      if (want.to.size() != 1) want.resource.clear();
      if (want.to.size() == 1) {
        all_.systems[want.from].depends_on.push_back(want.to.front());
        all_.systems[want.to.front()].used_by.push_back(want.from);
      }
      (want.to.empty()       ? all_.unresolved
       : want.to.size() == 1 ? all_.links
                             : all_.ambiguous)
          .push_back(std::move(want));
    }
    for (MergedSystem& system : all_.systems) {
      for (auto* const list : {&system.depends_on, &system.used_by}) {
        std::ranges::sort(*list);
        list->erase(std::unique(list->begin(), list->end()), list->end());
      }
    }
  }

  void tell_problems() {
    all_.problems = shards_.problems();
    for (const auto& [root, count] : shards_.conflicts())
      all_.problems.push_back(
          {root, "shards say " + std::to_string(count) +
                     " different things of it; the latest counts, or the one that is complete"});
    for (const std::string& root :
         std::set<std::string>(options_.expected.begin(), options_.expected.end())) {
      if (shards_.systems().count(root) == 0)
        all_.problems.push_back({root, "no shard has this root: audit it again"});
    }
  }

  void tell_differences() {
    std::set<std::string> versions;
    std::set<std::string> dates;
    for (const MergedSystem& system : all_.systems) {
      versions.insert(system.version);
      if (!system.as_of.empty()) dates.insert(system.as_of);
    }
    if (versions.size() > 1)
      all_.notes.push_back("systems were audited by " + std::to_string(versions.size()) +
                           " versions of slsaudit, from " + *versions.begin() + " to " + *versions.rbegin());
    if (dates.size() > 1)
      all_.notes.push_back("systems were audited as of different dates, from " + *dates.begin() + " to " +
                           *dates.rbegin());
  }

  const Shards& shards_;
  const MergeOptions& options_;
  Organisation all_;
  std::map<std::string, std::size_t> known_; ///< Findings that baselines know and none has used yet.
  Givers givers_;
  std::vector<OrganisationLink> wants_;
};

struct Format {
  std::string_view name;
  OrganisationRenderer render;
};
constexpr std::array<Format, 6> table{{{"baseline", render_organisation_baseline},
                                       {"json", render_organisation_json},
                                       {"markdown", render_organisation_markdown},
                                       {"ndjson", render_organisation_ndjson},
                                       {"sarif", render_organisation_sarif},
                                       {"text", render_organisation_text}}};

} // namespace

Organisation organise(const Shards& shards, const MergeOptions& options) {
  return Organiser(shards, options).run();
}

OrganisationRenderer organisation_renderer(std::string_view format) {
  const auto found = std::ranges::find(table, format, &Format::name);
  return found == table.end() ? nullptr : found->render;
}

const std::vector<std::string_view>& organisation_formats() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> all;
    for (const Format& format : table) all.push_back(format.name);
    return all;
  }();
  return names;
}

std::string counts_in_words(const SeverityCounts& counts) {
  std::string text;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    text += (text.empty() ? "" : ", ") + std::to_string(counts[i]) + " " +
            std::string(name(severities_worst_first[i]));
  }
  return text.empty() ? "no findings" : text;
}

std::string organisation_summary(const Organisation& all) {
  return counted(all.systems.size(), "system") + ", " + counted(all.templates, "template") + ", " +
         counted(all.resources, "resource") + ": " + counts_in_words(all.findings) + "; " +
         std::to_string(all.suppressed) + " suppressed, " + std::to_string(all.baseline) +
         " in the baseline, " + counted(all.errors, "error");
}

std::vector<std::size_t> worst_systems_first(const Organisation& all) {
  std::vector<std::size_t> order(all.systems.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, [&](std::size_t left, std::size_t right) {
    const MergedSystem& a = all.systems[left];
    const MergedSystem& b = all.systems[right];
    return a.findings != b.findings ? a.findings > b.findings : a.errors > b.errors;
  });
  return order;
}

} // namespace slsaudit::report
