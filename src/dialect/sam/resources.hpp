// SPDX-License-Identifier: Apache-2.0
// One function a SAM resource type; `lower.cpp` has the table.
#pragma once

#include "dialect/sam/context.hpp"

namespace slsaudit::dialect::sam {

void lower_function(Context& context, const Source& source);
void lower_state_machine(Context& context, const Source& source);
void lower_api(Context& context, const Source& source);
void lower_http_api(Context& context, const Source& source);
void lower_websocket_api(Context& context, const Source& source);
void lower_simple_table(Context& context, const Source& source);
void lower_application(Context& context, const Source& source);
void lower_layer_version(Context& context, const Source& source);
void lower_capacity_provider(Context& context, const Source& source);
void lower_graphql_api(Context& context, const Source& source);
void lower_connector(Context& context, const Source& source);

/// Makes the implicit APIs and collects the routes of all APIs; before any resource is lowered.
void collect_apis(Context& context);
/// The usage plan that APIs share; after the APIs.
void lower_shared_usage_plan(Context& context);
/// The CodeDeploy application, role and groups of all DeploymentPreferences; after the functions.
void lower_deployments(Context& context);

/// A location in S3 (`s3://bucket/key?versionId=v` or {Bucket, Key, Version}) with the given key names;
/// anything else (a local path) as written: what `aws cloudformation package` replaces.
[[nodiscard]] const Node* location(Context& context, const Node* uri, std::string_view bucket,
                                   std::string_view key, std::string_view version);
/// `Tags` of the author as a tag list on each draft of `source` that takes tags, when PropagateTags is true.
void propagate_tags(Context& context, const Source& source);

} // namespace slsaudit::dialect::sam
