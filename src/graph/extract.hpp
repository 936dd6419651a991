// SPDX-License-Identifier: Apache-2.0
// One extractor a service: it reads one resource's properties and says which edges they declare.
#pragma once

#include "graph/draft.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace slsaudit::graph {

/// One resource, as its extractor sees it.
class Site {
public:
  Site(Draft& draft, NodeId self);

  Draft& draft;
  NodeId self;
  std::size_t template_index;
  const dialect::Resource& resource;

  [[nodiscard]] value::Value get(std::string_view dotted_path) const {
    return resource.properties.at(dotted_path);
  }
  [[nodiscard]] std::vector<Target> targets(const value::Value& value) const {
    return draft.targets(template_index, value);
  }
  /// "what `LogicalId`", for evidence.
  [[nodiscard]] std::string says(std::string_view what) const;

  /// Edges of that kind to everything that `to` names. The Link's kind, mode, via … are taken; `to`, span are
  /// set.
  void link(Link link, const value::Value& to) const;
  /// The same, but the kind and mode follow from what the target is: functions are triggered, queues are sent
  /// to.
  void deliver(Link link, const value::Value& to) const;
  /// The internet's requests reach this resource itself, as `said` says or, where it is absent, the resource.
  void open_to_internet(std::string_view what, const value::Value& said, const value::Value& settings) const;
};

using Extractor = void (*)(Site&);
/// Null for types that have none; they get only their references.
[[nodiscard]] Extractor extractor_for(std::string_view type);

/// How something arrives at a target that is no function of its own choosing.
struct Arrival {
  EdgeKind kind = EdgeKind::sends;
  Mode mode = Mode::asynchronous;
};
[[nodiscard]] Arrival arrival_at(Category category);

/// A list's items with their alternatives; a single entry where a list is expected counts as one.
[[nodiscard]] std::vector<value::Value> entries(const value::Value& list);
/// The members of a map, of each alternative of it.
[[nodiscard]] std::vector<value::Member> members(const value::Value& map);
/// The text of a known scalar, else nothing.
[[nodiscard]] std::string_view text_of(const value::Value& value);
/// Whether a list, or a single entry, holds that text.
[[nodiscard]] bool holds(const value::Value& list, std::string_view text);
/// Every string and every symbolic string in a value, however deep.
void for_each_string(const value::Value& value, const std::function<void(const value::Value&)>& visit);

// The extractors, by file.
void extract_function(Site& site);
void extract_event_source_mapping(Site& site);
void extract_event_invoke_config(Site& site);
void extract_function_url(Site& site);
void extract_rest_api(Site& site);
void extract_method(Site& site);
void extract_authorizer(Site& site);
void extract_rest_stage(Site& site);
void extract_http_api(Site& site);
void extract_route(Site& site);
void extract_http_integration(Site& site);
void extract_http_authorizer(Site& site);
void extract_http_stage(Site& site);
void extract_queue(Site& site);
void extract_topic(Site& site);
void extract_subscription(Site& site);
void extract_rule(Site& site);
void extract_archive(Site& site);
void extract_api_destination(Site& site);
void extract_schedule(Site& site);
void extract_pipe(Site& site);
void extract_bucket(Site& site);
void extract_table(Site& site);
void extract_firehose(Site& site);
void extract_state_machine(Site& site);
void extract_user_pool(Site& site);
void extract_subscription_filter(Site& site);
void extract_log_group(Site& site);
void extract_topic_rule(Site& site);
void extract_graphql_api(Site& site);
void extract_data_source(Site& site);
void extract_resolver(Site& site);
void extract_listener(Site& site);
void extract_load_balancer(Site& site);
void extract_distribution(Site& site);
void extract_task(Site& site);
void extract_build(Site& site);
void extract_app(Site& site);
void extract_crawler(Site& site);
void extract_proxy(Site& site);
void extract_proxy_targets(Site& site);
void extract_database(Site& site);
void extract_database_events(Site& site);
void extract_alarm(Site& site);
void extract_receipt_rule(Site& site);
void extract_alias(Site& site);
void extract_config_rule(Site& site);
void extract_dashboard(Site& site);
void extract_domain_mapping(Site& site);
void extract_record(Site& site);
void extract_glue_trigger(Site& site);
void extract_workgroup(Site& site);
void extract_rotation(Site& site);
void extract_deployment_group(Site& site);
void extract_bucket_notifications(Site& site);
void extract_existing_bucket(Site& site);
void extract_existing_pool(Site& site);
void extract_pool_roles(Site& site);
void extract_identity_pool(Site& site);
void extract_identity_provider(Site& site);
void extract_web_acl_association(Site& site);
/// Functions of other platforms and what starts them.
void extract_other_platform(Site& site);

/// Tells the draft what is in which target group; before all extractors.
void register_targets(Draft& draft);

/// Routes that an OpenAPI document in an API's Body declares (REST and HTTP APIs).
void extract_openapi(Site& site, const value::Value& body);
/// Whose tokens an API or a user pool trusts.
void link_issuer(Site& site, NodeId api, NodeId via, const value::Value& issuer);
/// What a state machine's definition calls.
void extract_definition(Site& site, const value::Value& definition);

} // namespace slsaudit::graph
