// SPDX-License-Identifier: Apache-2.0
// DynamoDB: the change feed into a Kinesis stream. Functions on a table's own stream come from event source
// mappings.
#include "graph/extract.hpp"

namespace slsaudit::graph {

namespace {

void link_feed(Site& site, const value::Value& specification) {
  site.link({.kind = EdgeKind::streams,
             .from = site.self,
             .to = {},
             .mode = Mode::asynchronous,
             .settings = specification,
             .text = site.says("change feed of table")},
            specification.get("StreamArn"));
}

} // namespace

void extract_table(Site& site) {
  link_feed(site, site.get("KinesisStreamSpecification"));
  for (const value::Value& replica : entries(site.get("Replicas")))
    link_feed(site, replica.get("KinesisStreamSpecification"));
}

} // namespace slsaudit::graph
