// SPDX-License-Identifier: Apache-2.0
// What expressions of rules may name: the row, the system, its settings, and functions over resources.
#pragma once

#include "analysis/table.hpp"
#include "cel/program.hpp"
#include "parallel/once.hpp"

#include <array>
#include <deque>
#include <memory>

namespace slsaudit::rules {

struct Rule;

/// The name that a rule's expressions know a row of the table by: "resource", "edge" or "row".
[[nodiscard]] std::string_view subject_name(std::string_view table);

/// Subject, `system`, `settings`, `parameters`: the first variables of each rule.
[[nodiscard]] std::array<std::string_view, 4> fixed_variables(const Rule& rule);

/// Those of fixed_variables(), then the rule's `let` names as far as `lets` of them go, then
/// `last` (`item`, `id`) where one is given.
[[nodiscard]] cel::Environment environment_of(const Rule& rule, std::size_t lets, std::string_view last = {});

/// The functions of environment_of(), in order.
[[nodiscard]] std::span<const cel::Function> host_functions();

/// Names after the subject that the rule's table hasn't got (`row.tiemout`, `edge.kinds`), tables and
/// parameters that there are not.
void check_columns(std::string_view expression, const Rule& rule, std::vector<cel::ParseError>& errors);

/// Every table as a list of its rows: `system.functions`. Safe to use from several threads.
class SystemObject final : public cel::Object {
public:
  explicit SystemObject(const analysis::Facts& facts)
      : facts_(&facts), slots_(analysis::Facts::schemas().size()) {}
  [[nodiscard]] std::string_view type_name() const override { return "system"; }
  [[nodiscard]] cel::Value field(std::string_view name) const override;
  [[nodiscard]] bool has(std::string_view name) const override { return field(name).error() == nullptr; }
  [[nodiscard]] std::string display() const override { return "the system"; }
  [[nodiscard]] text::Span span() const override { return {}; }

private:
  const analysis::Facts* facts_;
  struct Slot {
    parallel::Once once;
    cel::Value list;
  };
  [[nodiscard]] cel::List items_of(std::string_view table) const;
  mutable std::deque<Slot> slots_; ///< By place in Facts::schemas(); each filled at its first use.
};

[[nodiscard]] cel::Value settings_value(const analysis::Settings& settings);

} // namespace slsaudit::rules
