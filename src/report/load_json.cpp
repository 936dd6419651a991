// SPDX-License-Identifier: Apache-2.0
#include "analysis/analyses.hpp"
#include "analysis/load_summary.hpp"
#include "report/json_parts.hpp"
#include "report/load.hpp"
#include "report/redact.hpp"

namespace slsaudit::report {

namespace {

class Writer {
public:
  Writer(const LoadInput& input, const graph::System& system)
      : input_(input), system_(system), facts_(system, input.settings),
        summary_(analysis::summary_of(facts_)) {}

  [[nodiscard]] Json system() const {
    Json json{{"entries", Json::array()},
              {"limits", Json::array()},
              {"functions", Json::array()},
              {"demand", summary_.demand},
              {"account_concurrency", summary_.account},
              {"costs", Json::array()},
              {"assumptions", summary_.assumptions}};
    for (const auto& entry : summary_.entries) {
      json["entries"].push_back({{"entry", name(entry.node)},
                                 {"kind", entry.kind},
                                 {"origin", entry.origin},
                                 {"rate", entry.rate},
                                 {"burst", entry.burst},
                                 {"payload_kb", entry.payload_kb}});
    }
    for (const auto& limit : summary_.limits) json["limits"].push_back(limit_json(limit));
    for (const auto& function : summary_.functions) {
      json["functions"].push_back({{"function", name(function.node)},
                                   {"rate", function.rate},
                                   {"burst", function.burst},
                                   {"duration_ms", function.duration_ms},
                                   {"duration_given", function.duration_given},
                                   {"demand", function.demand},
                                   {"held", redact(function.held)}});
    }
    for (const auto& costs : summary_.costs) json["costs"].push_back(costs_json(costs));
    return json;
  }

private:
  [[nodiscard]] Json name(graph::NodeId node) const {
    return node.valid() ? Json(redact(analysis::shown_name(system_.node(node)))) : Json(nullptr);
  }

  [[nodiscard]] Json place(text::Span span) const {
    if (!span.valid()) return nullptr;
    const text::Position at = input_.sources.position(span.file, span.begin);
    return {{"path", std::string(input_.sources.path(span.file))}, {"line", at.line}, {"column", at.column}};
  }

  [[nodiscard]] Json limit_json(const analysis::Saturation& limit) const {
    return {{"resource", name(limit.node)},
            {"what", redact(limit.what)},
            {"unit", limit.unit},
            {"limit", limit.limit},
            {"load", limit.load},
            {"factor", limit.factor},
            {"rate", limit.rate},
            {"effect", limit.effect},
            {"quota", limit.quota.empty() ? Json(nullptr) : Json(limit.quota)},
            {"verified", limit.verified},
            {"at", place(limit.at)}};
  }

  [[nodiscard]] Json costs_json(const analysis::Costs& costs) const {
    Json lines = Json::array();
    for (const analysis::CostLine& line : costs.lines) {
      lines.push_back({{"resource", name(line.node)},
                       {"dimension", line.dimension},
                       {"usd", line.usd()},
                       {"quantity", line.quantity},
                       {"unit", std::string(line.price->unit)},
                       {"price", std::string(line.price->id)},
                       {"why", redact(line.why)},
                       {"at", place(line.at)}});
    }
    return {{"basis", std::string(costs.basis)}, {"usd", costs.total}, {"lines", std::move(lines)}};
  }

  const LoadInput& input_;
  const graph::System& system_;
  analysis::Facts facts_;
  analysis::LoadSummary summary_;
};

} // namespace

void render_load_json(const LoadInput& input, std::ostream& out) {
  const analysis::LoadProfile& load = input.settings.load;
  Json json{{"format", "slsaudit-load"},
            {"format_version", 1},
            {"size", load.size.empty() ? Json(nullptr) : Json(load.size)},
            {"size_assumed", input.assumed_size},
            {"scale", load.scale},
            {"systems", Json::array()}};
  for (const graph::System& system : input.systems) json["systems"].push_back(Writer(input, system).system());
  write_json(json, out);
}

} // namespace slsaudit::report
