// SPDX-License-Identifier: Apache-2.0
// The list of tables, and what the files that fill them share. To add an analysis: one .cpp with a `const
// Analysis`, one declaration here, one line in facts.cpp.
#pragma once

#include "analysis/table.hpp"

#include <initializer_list>
#include <utility>

namespace slsaudit::analysis {

struct Analysis {
  Schema schema;
  /// Appends rows in a total order that depends on the system only.
  void (*compute)(const Facts& facts, const Schema& schema, Table& table);
  /// Milliseconds for a system of some thousand resources, where it took many when that was last measured:
  /// tables that take long are begun first.
  unsigned effort = 0;
};

const Analysis& admission_analysis();
const Analysis& alarm_analysis();
const Analysis& alarms_system_analysis();
const Analysis& api_analysis();
const Analysis& concurrency_analysis();
const Analysis& concurrency_budget_analysis();
const Analysis& concurrency_demand_analysis();
const Analysis& connection_analysis();
const Analysis& cost_analysis();
const Analysis& cost_system_analysis();
const Analysis& cycle_analysis();
const Analysis& dead_end_analysis();
const Analysis& denial_of_wallet_analysis();
const Analysis& edge_analysis();
const Analysis& entry_analysis();
const Analysis& escalation_analysis();
const Analysis& event_log_analysis();
const Analysis& exposure_analysis();
const Analysis& failure_point_analysis();
const Analysis& fan_out_analysis();
const Analysis& function_analysis();
const Analysis& grant_analysis();
const Analysis& handed_secret_analysis();
const Analysis& hub_analysis();
const Analysis& identity_analysis();
const Analysis& longest_path_analysis();
const Analysis& loop_analysis();
const Analysis& namesake_analysis();
const Analysis& need_analysis();
const Analysis& ownership_analysis();
const Analysis& parameter_analysis();
const Analysis& path_analysis();
const Analysis& portability_analysis();
const Analysis& portability_system_analysis();
const Analysis& problem_analysis();
const Analysis& quota_analysis();
const Analysis& reach_analysis();
const Analysis& resource_analysis();
const Analysis& retry_analysis();
const Analysis& role_analysis();
const Analysis& runtime_analysis();
const Analysis& saturation_analysis();
const Analysis& secret_analysis();
const Analysis& service_link_analysis();
const Analysis& stage_analysis();
const Analysis& starvation_analysis();
const Analysis& state_analysis();
const Analysis& statement_analysis();
const Analysis& store_analysis();
const Analysis& sync_chain_analysis();
const Analysis& table_analysis();
const Analysis& timeout_analysis();
const Analysis& trace_analysis();
const Analysis& watched_analysis();

/// All of them, by name.
[[nodiscard]] const std::vector<const Analysis*>& analyses();

/// Cells by the names of their columns; those that are not given are null. A name that the schema lacks is a
/// bug.
using Cells = std::initializer_list<std::pair<std::string_view, cel::Value>>;
void add_row(Table& table, const Schema& schema, Cells cells, text::Span span, std::vector<Step> steps = {});

inline constexpr std::string_view function_type = "AWS::Lambda::Function";

[[nodiscard]] bool is_type(const graph::System& system, graph::NodeId node, std::string_view type);
/// "`Orders`"
[[nodiscard]] std::string quoted(std::string_view text);
/// The id that the author knows a node by.
[[nodiscard]] std::string_view author_id(const graph::Node& node);
/// What a message calls it: the same, but for what a service's `provider` makes, which have names of their
/// own.
[[nodiscard]] std::string_view shown_name(const graph::Node& node);
/// Where a finding about the whole resource points: the author's key. Invalid for outside parties.
[[nodiscard]] text::Span id_span(const graph::Node& node);

/// As cells.
[[nodiscard]] cel::Value resource_cell(const Facts& facts, graph::NodeId node); ///< Null when invalid.
[[nodiscard]] cel::Value edge_cell(const Facts& facts, graph::EdgeId edge);
[[nodiscard]] cel::Value resource_list(const Facts& facts, const std::vector<graph::NodeId>& nodes);
[[nodiscard]] cel::Value string_list(const std::vector<std::string>& strings);
/// A property of a resource by dotted path (ResourceObject::property).
[[nodiscard]] cel::Value property_cell(const Facts& facts, graph::NodeId node, std::string_view dotted_path);
/// The same, without cel: absent of an outside party.
[[nodiscard]] value::Value property(const graph::Node& node, std::string_view dotted_path);

/// The string items of a value that is a string or a list of strings; conditional, unknown and other items
/// are left out and make `complete` false.
struct Strings {
  std::vector<value::Value> items;
  bool complete = true;
};
[[nodiscard]] Strings strings_of(const value::Value& value);

/// Whether a part of a text is `!Ref` or `!GetAtt` of a resource of its template.
[[nodiscard]] bool names_resource(const value::Part& part);

/// Nodes that refer to a node by a symbolic part in a property (`!Sub "table/${Orders}"`, `!Ref Orders`),
/// whatever edge the graph made of it.
[[nodiscard]] bool mentions(const graph::System& system, std::size_t template_index,
                            const value::Value& value, graph::NodeId node);

} // namespace slsaudit::analysis
