// SPDX-License-Identifier: Apache-2.0
// Facts as tables: what analyses compute and rules, reports and users read. A row is a CEL object, so an
// expression says `row.need > row.limit`.
#pragma once

#include "analysis/cells.hpp"
#include "analysis/load_profile.hpp"
#include "cel/value.hpp"
#include "graph/system.hpp"
#include "knowledge/base.hpp"
#include "parallel/workers.hpp"

#include <deque>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <typeindex>
#include <vector>

namespace slsaudit::analysis {

/// What a column holds. `type` is CEL's name ("int", "string", "resource", "list") and `unit` is empty for
/// none.
struct Column {
  std::string_view name;
  std::string_view type;
  std::string_view unit;
  std::string_view meaning;
};

/// One step of the proof of a row: shown as evidence, in order.
struct Step {
  text::Span span;
  std::string text;
};

/// The columns of a table, which are asked for by name all the time.
class Columns {
public:
  Columns(std::initializer_list<Column> columns);
  [[nodiscard]] auto begin() const { return all_.begin(); }
  [[nodiscard]] auto end() const { return all_.end(); }
  [[nodiscard]] std::size_t size() const { return all_.size(); }
  [[nodiscard]] const Column& operator[](std::size_t index) const { return all_[index]; }
  /// The index of the column of that name; `size()` where there is none.
  [[nodiscard]] std::size_t find(std::string_view name) const;

private:
  std::vector<Column> all_;
  std::vector<std::uint8_t> signs_; ///< Of each column's name.
};

struct Schema {
  std::string_view name;
  std::string_view summary;
  Columns columns;
};

class Row final : public cel::Object {
public:
  /// One cell a column, in the schema's order, by place in the pool, which outlives the row.
  Row(const Schema& schema, CellPool& pool, const std::vector<std::uint32_t>& cells, text::Span span,
      std::vector<Step> steps = {});
  [[nodiscard]] std::string_view type_name() const override;
  [[nodiscard]] cel::Value field(std::string_view name) const override;
  [[nodiscard]] bool has(std::string_view name) const override;
  [[nodiscard]] std::string display() const override;
  [[nodiscard]] text::Span span() const override { return span_; }
  [[nodiscard]] const Schema& schema() const { return *schema_; }
  [[nodiscard]] std::size_t size() const { return schema_->columns.size(); }
  [[nodiscard]] const cel::Value& cell(std::size_t column) const { return pool_->kept(first_ + column); }
  [[nodiscard]] const std::vector<Step>& steps() const;

private:
  const Schema* schema_;
  const CellPool* pool_;
  std::unique_ptr<const std::vector<Step>> steps_; ///< Null for none: most rows have none.
  std::uint32_t first_;                            ///< Of its cells, among all of the pool.
  text::Span span_;
};

struct Table {
  const Schema* schema = nullptr;
  std::deque<Row> rows; ///< In a total order that depends on the system only.
  std::shared_ptr<CellPool> pool = std::make_shared<CellPool>(); ///< Of all rows.
};

/// What analyses take for granted about the account; from configuration and command line.
struct Settings {
  std::int64_t account_concurrency = 1000; ///< Lambda's default per account and region.
  std::int64_t minimum_portability = 40;   ///< Score (0 to 100) below which a system counts as hard to move.
  std::string as_of;                       ///< ISO date that lifecycles are judged against.
  LoadProfile load;
  const knowledge::Base* knowledge = nullptr; ///< Null for the rows that are compiled in.
};

/// The graph and its facts as CEL sees them. Built once per system; tables are computed at first use. Objects
/// that it hands out (resources, edges, rows) live as long as it does.
class Facts {
public:
  Facts(const graph::System& system, Settings settings);
  ~Facts();
  Facts(const Facts&) = delete;
  Facts& operator=(const Facts&) = delete;

  [[nodiscard]] const graph::System& system() const;
  /// Every table there is, sorted by name: "resources", "edges", "problems" and one for each analysis.
  [[nodiscard]] static const std::vector<const Schema*>& schemas();
  /// Null for an unknown name.
  [[nodiscard]] const Table* table(std::string_view name) const;
  [[nodiscard]] const Settings& settings() const;
  /// What is known of the platform: the settings' rows, else those compiled in.
  [[nodiscard]] const knowledge::Base& knowledge() const;
  /// Nodes of one resource type, in order; empty when there are none.
  [[nodiscard]] const std::vector<graph::NodeId>& nodes_of_type(std::string_view type) const;
  /// The CEL object of a node or an edge; its fields are the columns of the tables "resources" and "edges".
  /// Any other name that starts with a capital is a property of the resource (`resource.Timeout`); an absent
  /// one is null at the place where it would be added.
  [[nodiscard]] const cel::Object* object(graph::NodeId node) const;
  [[nodiscard]] const cel::Object* object(graph::EdgeId edge) const;
  /// The node behind an object that a Facts handed out; invalid for other objects.
  [[nodiscard]] graph::NodeId node_of(const cel::Object* object) const;
  [[nodiscard]] const Row* row_of(const cel::Object* object) const;
  /// The first row of a table that is about a resource: whose first column is it. Null when there is none.
  [[nodiscard]] const Row* row_about(std::string_view table, graph::NodeId node) const;
  /// What several tables are computed from: made of these facts when it is first asked for, and kept.
  template <class T> [[nodiscard]] const T& shared() const {
    const void* kept = kept_at(typeid(T), [](const Facts& facts) -> std::shared_ptr<const void> {
      return std::make_shared<const T>(facts);
    });
    return *static_cast<const T*>(kept);
  }
  /// How long a table takes to compute, compared with others; 0 for most.
  [[nodiscard]] static unsigned effort(std::string_view table);
  /// What was kept for that goes; who asks again has it made again. Only while nobody asks for anything. No
  /// table points to it.
  void forget_shared() const;
  /// Everything goes, each table by one of the threads. Nobody asks for anything after it.
  void clear(parallel::Workers& workers);

private:
  using Make = std::shared_ptr<const void> (*)(const Facts& facts);
  [[nodiscard]] const void* kept_at(std::type_index type, Make make) const;

  struct State;
  std::unique_ptr<State> state_; ///< Tables fill in when they are first asked for, by whatever thread.
};

} // namespace slsaudit::analysis
