// SPDX-License-Identifier: Apache-2.0
#include "knowledge/state.hpp"

#include "knowledge/tables.hpp"
#include "text/assert.hpp"

#include <algorithm>
#include <span>

namespace slsaudit::knowledge {

namespace {

/// Gives a row's cells in the order of its layout; the struct's fields are written in the same order.
class Cells {
public:
  explicit Cells(const rows::Row& row) : row_(row) {}
  /// Of a row that is compiled in, whose texts are pieces of `text`.
  Cells(std::span<const tables::PackedCell> row, std::string_view text) : packed_(row), text_(text) {}

  std::string_view text() { return next().text; }
  double number() { return next().number; }
  std::int64_t integer() { return static_cast<std::int64_t>(next().number); }
  bool flag() { return next().number != 0; }
  template <class Enumeration> Enumeration choice() { return static_cast<Enumeration>(next().number); }

  std::vector<std::string_view> list() {
    std::vector<std::string_view> items;
    std::string_view rest = next().text;
    while (!rest.empty()) {
      const std::size_t end = rest.find('\n');
      items.push_back(rest.substr(0, end));
      rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    }
    return items;
  }

  Origin origin() {
    Origin origin;
    origin.source = text();
    origin.as_of = text();
    origin.verified = flag();
    SLSAUDIT_ASSERT(at_ == std::max(row_.size(), packed_.size()));
    return origin;
  }

private:
  rows::Cell next() {
    SLSAUDIT_ASSERT(at_ < std::max(row_.size(), packed_.size()));
    const std::size_t at = at_++;
    if (packed_.empty()) return row_[at];
    return {packed_[at].text.of(text_), packed_[at].number};
  }

  std::span<const rows::Cell> row_;
  std::span<const tables::PackedCell> packed_;
  std::string_view text_;
  std::size_t at_ = 0;
};

/// What stands before the first '/' of an id.
std::string_view service_of(std::string_view id) {
  return id.substr(0, id.find('/'));
}

// Initializers in braces are evaluated in order, so each of these reads its cells from left to right.

Quota make_quota(Cells cells) {
  const std::string_view id = cells.text();
  return {id, service_of(id), cells.number(), cells.text(), cells.text(), cells.flag(), cells.origin()};
}
Price make_price(Cells cells) {
  const std::string_view id = cells.text();
  return {id, service_of(id), cells.number(), cells.number(), cells.text(), cells.number(), cells.origin()};
}
Sla make_sla(Cells cells) {
  return {cells.text(), cells.text(), cells.number(), cells.origin()};
}
Runtime make_runtime(Cells cells) {
  return {cells.text(), cells.text(), cells.text(),   cells.text(), cells.text(),
          cells.text(), cells.flag(), cells.number(), cells.flag(), cells.origin()};
}
TracedHop make_traced_hop(Cells cells) {
  return {cells.text(), cells.text(), cells.choice<TraceLink>(), cells.text(), cells.origin()};
}
TracedService make_traced_service(Cells cells) {
  return {cells.text(), cells.flag(), cells.text(), cells.text(), cells.origin()};
}
EventSource make_event_source(Cells cells) {
  return {cells.text(), cells.text(), cells.integer(), cells.integer(), cells.integer(), cells.integer(),
          cells.flag(), cells.flag(), cells.flag(),    cells.flag(),    cells.origin()};
}
Hourly make_hourly(Cells cells) {
  return {cells.text(), cells.text(), cells.origin()};
}
ManagedPolicy make_managed_policy(Cells cells) {
  return {cells.text(), cells.text(), cells.flag(), cells.origin()};
}
MetricSubject make_metric_subject(Cells cells) {
  return {cells.text(), cells.text(), cells.text(), cells.list(), cells.origin()};
}
Metric make_metric(Cells cells) {
  return {cells.text(), cells.text(), cells.list(), cells.list(), cells.text(), cells.text(), cells.origin()};
}
Escalation make_escalation(Cells cells) {
  return {cells.text(), cells.text(), cells.list(), cells.text(), cells.origin()};
}
ConnectionLimit make_connection_limit(Cells cells) {
  return {cells.text(), cells.text(), cells.number(), cells.integer(), cells.origin()};
}
Portability make_portability(Cells cells) {
  return {cells.text(), cells.list(), cells.integer(), cells.text(),
          cells.flag(), cells.flag(), cells.origin()};
}

} // namespace

/// A table as it was read, or as it is compiled in.
class TableView {
public:
  explicit TableView(const rows::Table& table) : read_(table.rows), count_(table.rows.size()) {}
  TableView(const tables::Rows& packed, std::size_t width)
      : packed_(packed), width_(width), count_(packed.cells.size() / width) {}
  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] Cells operator[](std::size_t i) const {
    return read_.empty() ? Cells(packed_.cells.subspan(i * width_, width_), packed_.text) : Cells(read_[i]);
  }

private:
  std::span<const rows::Row> read_;
  tables::Rows packed_;
  std::size_t width_ = 1;
  std::size_t count_;
};

namespace {

template <class Struct>
void fill(std::vector<Struct>& target, const TableView& table, Struct (*make)(Cells)) {
  target.clear();
  target.reserve(table.size());
  for (std::size_t i = 0; i < table.size(); ++i) target.push_back(make(table[i]));
}

} // namespace

void Base::State::lay_out(rows::TableId id, const TableView& table) {
  using rows::TableId;
  switch (id) {
  case TableId::connections:
    return fill(connection_limits, table, make_connection_limit);
  case TableId::escalations:
    return fill(escalations, table, make_escalation);
  case TableId::event_sources:
    return fill(event_sources, table, make_event_source);
  case TableId::hourly:
    return fill(hourly, table, make_hourly);
  case TableId::managed_policies:
    return fill(managed_policies, table, make_managed_policy);
  case TableId::metric_subjects:
    return fill(metric_subjects, table, make_metric_subject);
  case TableId::metrics:
    return fill(metrics, table, make_metric);
  case TableId::portability:
    return fill(portabilities, table, make_portability);
  case TableId::prices:
    return fill(prices, table, make_price);
  case TableId::quotas:
    return fill(quotas, table, make_quota);
  case TableId::runtimes:
    return fill(runtimes, table, make_runtime);
  case TableId::slas:
    return fill(slas, table, make_sla);
  case TableId::traced_hops:
    return fill(traced_hops, table, make_traced_hop);
  case TableId::traced_services:
    return fill(traced_services, table, make_traced_service);
  }
}

void Base::State::lay_out(const rows::Table& table) {
  lay_out(table.id, TableView(table));
}

void Base::State::lay_out_builtin(rows::TableId table) {
  lay_out(table, TableView(tables::rows_of(table), rows::cell_count(rows::layout(table))));
}

void Base::State::index() {
  portability_by_type.clear();
  for (std::size_t i = 0; i < portabilities.size(); ++i) {
    for (const std::string_view type : portabilities[i].types) portability_by_type.emplace(type, i);
  }
}

} // namespace slsaudit::knowledge
