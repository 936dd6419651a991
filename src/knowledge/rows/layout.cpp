// SPDX-License-Identifier: Apache-2.0
#include "knowledge/rows/layout.hpp"

namespace slsaudit::knowledge::rows {

namespace {

using enum FieldKind;
constexpr bool optional = false;

constexpr std::array<std::string_view, 4> links{"parent", "linked", "manual", "none"};
constexpr std::array<std::string_view, 3> models{"synchronous", "asynchronous", "polled"};
constexpr std::array<std::string_view, 6> escalation_kinds{
    "self", "principal", "new-pass-role", "existing-role", "resource-policy", "data-access"};

constexpr std::array<Field, 4> connections{
    Field{"engine"}, Field{"class"}, Field{"memory_gib", number, optional}, Field{"connections", number}};
constexpr std::array<Field, 4> escalations{Field{"id"}, Field{"name"}, Field{"actions", list},
                                           Field{"kind", choice, true, 0, escalation_kinds}};
constexpr std::array<Field, 10> event_sources{Field{"id"},
                                              Field{"model", choice, true, 0, models},
                                              Field{"retries", integer},
                                              Field{"caller_timeout_s", number, optional},
                                              Field{"default_batch", number, optional, 1},
                                              Field{"max_batch", number, optional, 1},
                                              Field{"ordered", flag, optional},
                                              Field{"filters", flag, optional},
                                              Field{"partial_batch", flag, optional},
                                              Field{"failure_destination", flag, optional}};
constexpr std::array<Field, 2> hourly{Field{"type"}, Field{"by", text, optional}};
constexpr std::array<Field, 3> managed_policies{Field{"name"}, Field{"statements", statements, optional},
                                                Field{"broad", flag, optional}};
constexpr std::array<Field, 4> metric_subjects{Field{"namespace"}, Field{"dimension"}, Field{"type"},
                                               Field{"gives", list, optional}};
constexpr std::array<Field, 6> metrics{Field{"namespace"},
                                       Field{"name"},
                                       Field{"least", list, optional},
                                       Field{"dimensions", list, optional},
                                       Field{"protocol", text, optional},
                                       Field{"failure", text, optional}};
constexpr std::array<Field, 6> portability{Field{"service"},
                                           Field{"types", list},
                                           Field{"lock_in", number},
                                           Field{"alternatives", text, optional},
                                           Field{"gathers_data", flag, optional},
                                           Field{"has_export", flag, optional}};
constexpr std::array<Field, 5> prices{Field{"id"}, Field{"usd", number}, Field{"per", number, optional, 1},
                                      Field{"unit"}, Field{"free", number, optional}};
constexpr std::array<Field, 5> quotas{Field{"id"}, Field{"value", number}, Field{"unit"}, Field{"scope"},
                                      Field{"adjustable", flag, optional}};
constexpr std::array<Field, 9> runtimes{Field{"id"},
                                        Field{"language"},
                                        Field{"deprecation", date, optional},
                                        Field{"block_create", date, optional},
                                        Field{"block_update", date, optional},
                                        Field{"successor", text, optional},
                                        Field{"snapstart", flag, optional},
                                        Field{"cold_start_ms", number, optional},
                                        Field{"heavy", flag, optional}};
constexpr std::array<Field, 3> slas{Field{"prefix"}, Field{"service"}, Field{"percent", number}};
constexpr std::array<Field, 4> traced_hops{Field{"from"}, Field{"to"}, Field{"link", choice, true, 0, links},
                                           Field{"needs", text, optional}};
constexpr std::array<Field, 4> traced_services{Field{"type"}, Field{"makes_segments", flag},
                                               Field{"setting", text, optional}, Field{"on", text, optional}};

constexpr std::array<Layout, table_count> all{{
    {TableId::connections, "connections", "connections.yaml", "connections", connections, 2},
    {TableId::escalations, "escalations", "escalations.yaml", "escalations", escalations},
    {TableId::event_sources, "event_sources", "event-sources.yaml", "sources", event_sources},
    {TableId::hourly, "hourly", "hourly.yaml", "types", hourly},
    {TableId::managed_policies, "managed_policies", "managed-policies.yaml", "policies", managed_policies},
    {TableId::metric_subjects, "metric_subjects", "metrics.yaml", "subjects", metric_subjects, 3},
    {TableId::metrics, "metrics", "metrics.yaml", "metrics", metrics, 2},
    {TableId::portability, "portability", "portability.yaml", "services", portability},
    {TableId::prices, "prices", "prices.yaml", "prices", prices},
    {TableId::quotas, "quotas", "quotas.yaml", "quotas", quotas},
    {TableId::runtimes, "runtimes", "runtimes.yaml", "runtimes", runtimes},
    {TableId::slas, "slas", "slas.yaml", "slas", slas},
    {TableId::traced_hops, "traced_hops", "tracing.yaml", "hops", traced_hops, 2},
    {TableId::traced_services, "traced_services", "tracing.yaml", "services", traced_services},
}};

} // namespace

const std::array<Layout, table_count>& layouts() {
  return all;
}

const Layout& layout(TableId table) {
  return all[static_cast<std::size_t>(table)];
}

} // namespace slsaudit::knowledge::rows
