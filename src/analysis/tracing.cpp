// SPDX-License-Identifier: Apache-2.0
#include "analysis/tracing.hpp"

#include "analysis/analyses.hpp"
#include "text/words.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::analysis {
namespace {

/// How a vendor's tracer shows. All in lower case.
struct Vendor {
  std::string_view name;
  std::string_view word;     ///< In layers' ARNs, handlers and plugins' names.
  std::string_view variable; ///< How names of its environment variables begin.
};
constexpr std::array vendors{
    Vendor{"Datadog", "datadog", "dd_"},
    Vendor{"Lumigo", "lumigo", "lumigo_"},
    Vendor{"New Relic", "newrelic", "new_relic_"},
    Vendor{"Dynatrace", "dynatrace", "dt_tenant"}, // whose DT_… alone may be anything
    Vendor{"Dynatrace", "dynatrace", "dt_connection_"},
    Vendor{"Thundra", "thundra", "thundra_"},
    Vendor{"Epsagon", "epsagon", "epsagon_"},
    Vendor{"Splunk", "splunk", "splunk_access_token"}, // SPLUNK_HEC_… are of those that send logs
    Vendor{"Splunk", "splunk", "splunk_trace"},
    Vendor{"Instana", "instana", "instana_"},
    Vendor{"Elastic APM", "elastic-apm", "elastic_apm_"},
    Vendor{"Honeycomb", "honeycomb", "honeycomb_"},
    Vendor{"Coralogix", "coralogix", "cx_"},
    Vendor{"Sentry", "sentry", "sentry_traces_"}, // its others are for reports of errors
    Vendor{"Baselime", "baselime", "baselime_"},
    Vendor{"OpenTelemetry", "otel", "otel_"},
    Vendor{"OpenTelemetry", "opentelemetry", "opentelemetry_"},
};

const Vendor* vendor_in(std::string_view text) {
  const std::string lowered = text::lower(text);
  const auto found = std::find_if(vendors.begin(), vendors.end(), [&](const Vendor& vendor) {
    return lowered.find(vendor.word) != std::string::npos;
  });
  return found == vendors.end() ? nullptr : &*found;
}

const Vendor* vendor_of_variable(std::string_view name) {
  const std::string lowered = text::lower(name);
  const auto found = std::find_if(vendors.begin(), vendors.end(),
                                  [&](const Vendor& vendor) { return lowered.starts_with(vendor.variable); });
  return found == vendors.end() ? nullptr : &*found;
}

/// Text that a value holds, as far as it is known.
const Vendor* vendor_in(const value::Value& value) {
  if (!value.is_present() || value.is_unknown()) return nullptr;
  return vendor_in(value.display(400));
}

Tracing of_setting(const value::Value& value, std::string_view on) {
  if (!value.is_present()) return {Traced::no, {}, false};
  if (value.as_boolean())
    return {(*value.as_boolean() ? "true" : "false") == on ? Traced::yes : Traced::no, {}, false};
  if (value.as_string())
    return {text::lower(*value.as_string()) == text::lower(on) ? Traced::yes : Traced::no, {}, false};
  return {Traced::unknown, "whether tracing is on is not known", false};
}

Tracing of_cell(const cel::Value& cell) {
  if (cell.is_null()) return {Traced::no, {}, false};
  if (const auto on = cell.boolean()) return {*on ? Traced::yes : Traced::no, {}, false};
  return {Traced::unknown, "whether tracing is on is not known", false};
}

/// Of REST APIs the stages are traced, which are nodes of their own.
void read_stages(const Facts& facts, std::vector<Tracing>& tracing) {
  std::vector<bool> seen(tracing.size());
  for (const analysis::Row& row : facts.table("apis")->rows) {
    if (row.field("kind").display() != "rest") continue;
    const graph::NodeId api = facts.node_of(row.field("api").object());
    if (!api.valid()) continue;
    Tracing stage = of_cell(row.field("tracing"));
    if (row.field("stage").is_null()) {
      stage = {Traced::unknown, "its stage is not in the templates", false};
    }
    Tracing& known = tracing[api.index()];
    if (seen[api.index()] && known.traced != stage.traced) {
      stage = {Traced::unknown, "some of its stages are traced and some are not", false};
    }
    seen[api.index()] = true;
    known = stage;
  }
}

} // namespace

std::string_view foreign_tracer(const graph::System& system, graph::NodeId function) {
  const graph::Node& node = system.node(function);
  if (node.resource == nullptr) return {};
  for (const value::Value& layer : property(node, "Layers").items()) {
    if (const Vendor* vendor = vendor_in(layer)) return vendor->name;
  }
  for (const value::Member& variable : property(node, "Environment.Variables").members()) {
    if (const Vendor* vendor = vendor_of_variable(variable.key)) return vendor->name;
    const bool starts_code = variable.key == "AWS_LAMBDA_EXEC_WRAPPER" || variable.key == "NODE_OPTIONS" ||
                             variable.key == "JAVA_TOOL_OPTIONS";
    const Vendor* vendor = starts_code ? vendor_in(variable.value) : nullptr;
    if (vendor != nullptr) return vendor->name;
  }
  if (const Vendor* vendor = vendor_in(property(node, "Handler"))) return vendor->name;
  for (const auto& [section, span] : system.templates[node.template_index].sections) {
    const bool at_work = section.starts_with("plugins.") || section.starts_with("transforms.");
    const Vendor* vendor = at_work ? vendor_in(section) : nullptr;
    if (vendor != nullptr) return vendor->name;
  }
  return {};
}

std::vector<Tracing> tracing_of(const Facts& facts) {
  const graph::System& system = facts.system();
  std::vector<Tracing> tracing(system.nodes.size());
  for (std::size_t i = 0; i < system.nodes.size(); ++i) {
    const graph::Node& node = system.nodes[i];
    const knowledge::TracedService* service = facts.knowledge().traced_service(node.type);
    if (node.resource == nullptr || service == nullptr || service->setting.empty()) continue;
    tracing[i] = of_setting(property(node, service->setting), service->on);
    if (node.type != function_type) continue;
    const std::string_view tracer = foreign_tracer(system, graph::NodeId(i));
    if (tracer.empty()) continue;
    tracing[i].foreign = true;
    if (tracing[i].traced == Traced::yes) continue;
    tracing[i].traced = Traced::unknown;
    tracing[i].reason = "it has a tracer of " + std::string(tracer);
  }
  read_stages(facts, tracing);
  return tracing;
}

} // namespace slsaudit::analysis
