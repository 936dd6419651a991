// SPDX-License-Identifier: Apache-2.0
// What a base holds, and how rows as they are read or compiled become its tables. Private to this folder.
#pragma once

#include "knowledge/base.hpp"
#include "knowledge/rows/reader.hpp"

#include <map>

namespace slsaudit::knowledge {

class TableView;

struct Base::State {
  /// Of rows that were read at run time.
  std::unique_ptr<text::Arena> arena;

  std::vector<Quota> quotas;
  std::vector<Price> prices;
  std::vector<Sla> slas;
  std::vector<Runtime> runtimes;
  std::vector<TracedHop> traced_hops;
  std::vector<TracedService> traced_services;
  std::vector<EventSource> event_sources;
  std::vector<Hourly> hourly;
  std::vector<ManagedPolicy> managed_policies;
  std::vector<MetricSubject> metric_subjects;
  std::vector<Metric> metrics;
  std::vector<Escalation> escalations;
  std::vector<ConnectionLimit> connection_limits;
  std::vector<Portability> portabilities;
  std::map<std::string_view, std::size_t> portability_by_type;

  void lay_out(const rows::Table& table);
  void lay_out_builtin(rows::TableId table);
  void lay_out(rows::TableId id, const TableView& table);
  /// After all tables.
  void index();
};

} // namespace slsaudit::knowledge
