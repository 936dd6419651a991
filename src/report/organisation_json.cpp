// SPDX-License-Identifier: Apache-2.0
// The organisation for programs: as one JSON text, as lines that can be merged again, as one baseline.
// Systems are written one after the other: only one of them is laid out at a time.
#include "report/escape.hpp"
#include "report/json_parts.hpp"
#include "report/organisation.hpp"
#include "report/shown.hpp"

namespace slsaudit::report {

namespace {

constexpr int organisation_format_version = 1; ///< Grows when a field changes its meaning or goes.

std::string dumped(const Json& json) {
  return json_text(json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

Json counts_json(const SeverityCounts& counts) {
  Json json;
  for (std::size_t i = 0; i < counts.size(); ++i)
    json[std::string(name(severities_worst_first[i]))] = counts[i];
  return json;
}

class OrganisationJson {
public:
  OrganisationJson(const Organisation& all, std::ostream& out) : all_(all), out_(out) {}

  void print() {
    out_ << "{";
    member("format", "slsaudit-organisation", true);
    member("format_version", organisation_format_version);
    member("tool", tool_json());
    member("exit", all_.exit);
    member("summary", summary());
    list("problems", all_.problems, [](const ShardProblem& one) {
      return Json{{"at", one.place}, {"message", one.message}};
    });
    list("notes", all_.notes, [](const std::string& one) { return Json(one); });
    list("systems", all_.systems, [&](const MergedSystem& one) { return system(one); });
    list("links", all_.links, [&](const OrganisationLink& one) { return link(one); });
    list("ambiguous", all_.ambiguous, [&](const OrganisationLink& one) { return link(one); });
    list("unresolved", all_.unresolved, [&](const OrganisationLink& one) { return link(one); });
    rules();
    list("worst", all_.worst, [&](const BriefFinding& one) { return brief(one); });
    for (const char* const which : {"findings", "suppressed", "baseline", "errors"}) of_systems(which);
    out_ << "\n}\n";
  }

private:
  void member(std::string_view key, const Json& value, bool first = false) {
    out_ << (first ? "\n" : ",\n") << "  \"" << key << "\": " << dumped(value);
  }

  template <class Items, class Make> void list(std::string_view key, const Items& items, const Make& make) {
    out_ << ",\n  \"" << key << "\": [";
    bool first = true;
    for (const auto& item : items) {
      out_ << (first ? "\n    " : ",\n    ") << dumped(make(item));
      first = false;
    }
    out_ << (first ? "]" : "\n  ]");
  }

  /// Entries of that list of each line, with their system.
  void of_systems(const char* which) {
    out_ << ",\n  \"" << which << "\": [";
    bool first = true;
    for (const MergedSystem& system : all_.systems) {
      const Json line = Json::parse(system.line);
      for (const Json& entry : line[which]) {
        Json json{{"system", system.root}};
        json.update(entry);
        out_ << (first ? "\n    " : ",\n    ") << dumped(json);
        first = false;
      }
    }
    out_ << (first ? "]" : "\n  ]");
  }

  [[nodiscard]] Json summary() const {
    return {{"systems", all_.systems.size()},
            {"findings", counts_json(all_.findings)},
            {"suppressed", all_.suppressed},
            {"baseline", all_.baseline},
            {"errors", all_.errors},
            {"templates", all_.templates},
            {"resources", all_.resources},
            {"links", all_.links.size()},
            {"ambiguous", all_.ambiguous.size()},
            {"unresolved", all_.unresolved.size()}};
  }

  [[nodiscard]] Json roots(const std::vector<std::size_t>& systems) const {
    Json json = Json::array();
    for (const std::size_t index : systems) json.push_back(all_.systems[index].root);
    return json;
  }

  [[nodiscard]] Json system(const MergedSystem& one) const {
    Json json{{"root", one.root}, {"outcome", one.outcome}, {"exit", one.exit}, {"version", one.version}};
    if (!one.as_of.empty()) json["as_of"] = one.as_of;
    json["findings"] = counts_json(one.findings);
    json.update({{"suppressed", one.suppressed},
                 {"baseline", one.baseline},
                 {"errors", one.errors},
                 {"templates", one.templates},
                 {"resources", one.resources}});
    json["depends_on"] = roots(one.depends_on);
    json["used_by"] = roots(one.used_by);
    return json;
  }

  [[nodiscard]] Json link(const OrganisationLink& one) const {
    Json json{{"from", all_.systems[one.from].root}, {"by", one.by}};
    json["to"] = roots(one.to);
    if (!one.resource.empty()) json["resource"] = one.resource;
    json.update({{"kind", one.kind}, {"name", one.name}, {"relation", one.relation}});
    if (!one.place.empty()) json["at"] = one.place;
    return json;
  }

  [[nodiscard]] Json brief(const BriefFinding& one) const {
    Json json{{"system", all_.systems[one.system].root},
              {"severity", name(one.severity)},
              {"code", one.code},
              {"name", one.name},
              {"message", one.message}};
    if (!one.place.empty()) json["at"] = one.place;
    return json;
  }

  void rules() {
    list("rules", all_.rules, [](const auto& entry) {
      return Json{{"code", entry.first},
                  {"name", entry.second.name},
                  {"findings", counts_json(entry.second.findings)},
                  {"systems", entry.second.systems}};
    });
  }

  const Organisation& all_;
  std::ostream& out_;
};

} // namespace

void render_organisation_json(const Organisation& all, const Style&, std::ostream& out) {
  OrganisationJson(all, out).print();
}

void render_organisation_ndjson(const Organisation& all, const Style&, std::ostream& out) {
  for (const MergedSystem& system : all.systems) out << json_text(system.line) << '\n';
}

void render_organisation_baseline(const Organisation& all, const Style&, std::ostream& out) {
  out << "slsaudit baseline 1\n";
  for (const std::string& line : all.known) out << line << '\n';
}

} // namespace slsaudit::report
