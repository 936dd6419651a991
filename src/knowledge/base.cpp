// SPDX-License-Identifier: Apache-2.0
#include "knowledge/base.hpp"

#include "knowledge/state.hpp"

#include <algorithm>

namespace slsaudit::knowledge {

namespace {

/// The row with a key among rows sorted by it, or null.
template <class RowType>
const RowType* find(const std::vector<RowType>& rows, std::string_view RowType::*key,
                    std::string_view wanted) {
  const auto found =
      std::lower_bound(rows.begin(), rows.end(), wanted,
                       [&](const RowType& row, std::string_view name) { return row.*key < name; });
  return found == rows.end() || (*found).*key != wanted ? nullptr : &*found;
}

/// How exactly a pattern of a hop names a type: 0 when it doesn't.
std::size_t exactness(std::string_view pattern, std::string_view type) {
  if (pattern == type) return type.size() + 2;
  if (pattern == "*") return 1;
  return pattern.ends_with("::") && type.starts_with(pattern) ? pattern.size() + 1 : 0;
}

} // namespace

Base::Base() : state_(std::make_unique<State>()) {}
Base::~Base() = default;
Base::Base(Base&&) noexcept = default;
Base& Base::operator=(Base&&) noexcept = default;

const Base& Base::builtin() {
  static const Base base = [] {
    Base laid_out;
    for (const rows::Layout& layout : rows::layouts()) laid_out.state_->lay_out_builtin(layout.id);
    laid_out.state_->index();
    return laid_out;
  }();
  return base;
}

const std::vector<Quota>& Base::quotas() const {
  return state_->quotas;
}
const std::vector<Price>& Base::prices() const {
  return state_->prices;
}
const std::vector<Sla>& Base::slas() const {
  return state_->slas;
}
const std::vector<Runtime>& Base::runtimes() const {
  return state_->runtimes;
}
const std::vector<TracedHop>& Base::traced_hops() const {
  return state_->traced_hops;
}
const std::vector<TracedService>& Base::traced_services() const {
  return state_->traced_services;
}
const std::vector<EventSource>& Base::event_sources() const {
  return state_->event_sources;
}
const std::vector<Hourly>& Base::hourly() const {
  return state_->hourly;
}
const std::vector<ManagedPolicy>& Base::managed_policies() const {
  return state_->managed_policies;
}
const std::vector<Metric>& Base::metrics() const {
  return state_->metrics;
}
const std::vector<MetricSubject>& Base::metric_subjects() const {
  return state_->metric_subjects;
}
const std::vector<Escalation>& Base::escalations() const {
  return state_->escalations;
}
const std::vector<ConnectionLimit>& Base::connection_limits() const {
  return state_->connection_limits;
}
const std::vector<Portability>& Base::portabilities() const {
  return state_->portabilities;
}

const Quota* Base::quota(std::string_view id) const {
  return find(quotas(), &Quota::id, id);
}
const Price* Base::price(std::string_view id) const {
  return find(prices(), &Price::id, id);
}
const Runtime* Base::runtime(std::string_view id) const {
  return find(runtimes(), &Runtime::id, id);
}
const EventSource* Base::event_source(std::string_view id) const {
  return find(event_sources(), &EventSource::id, id);
}
const ManagedPolicy* Base::managed_policy(std::string_view name) const {
  return find(managed_policies(), &ManagedPolicy::name, name);
}
const Metric* Base::metric(std::string_view name_space, std::string_view name) const {
  const std::pair key{name_space, name};
  const auto found = std::ranges::lower_bound(metrics(), key, {}, [](const Metric& row) {
    return std::pair{row.name_space, row.name};
  });
  return found != metrics().end() && found->name_space == name_space && found->name == name ? &*found
                                                                                            : nullptr;
}
const TracedService* Base::traced_service(std::string_view resource_type) const {
  return find(traced_services(), &TracedService::type, resource_type);
}

const Sla* Base::sla(std::string_view resource_type) const {
  const Sla* best = nullptr;
  for (const Sla& row : slas()) {
    if (!resource_type.starts_with(row.prefix)) continue;
    if (best == nullptr || row.prefix.size() > best->prefix.size()) best = &row;
  }
  return best;
}

const TracedHop* Base::traced_hop(std::string_view from, std::string_view to) const {
  const TracedHop* best = nullptr;
  std::pair<std::size_t, std::size_t> most{0, 0};
  for (const TracedHop& row : traced_hops()) {
    const std::pair exact{exactness(row.from, from), exactness(row.to, to)};
    if (exact.first == 0 || exact.second == 0 || exact <= most) continue;
    most = exact;
    best = &row;
  }
  return best;
}

const ConnectionLimit* Base::connection_limit(std::string_view engine, std::string_view class_name) const {
  const ConnectionLimit* any = nullptr;
  for (const ConnectionLimit& row : connection_limits()) {
    if (row.engine != engine) continue;
    if (row.class_name == class_name) return &row;
    if (row.class_name == "*") any = &row;
  }
  return any;
}

const Portability* Base::portability(std::string_view resource_type) const {
  const auto found = state_->portability_by_type.find(resource_type);
  return found == state_->portability_by_type.end() ? nullptr : &portabilities()[found->second];
}

} // namespace slsaudit::knowledge
