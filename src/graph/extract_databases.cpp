// SPDX-License-Identifier: Apache-2.0
// Databases that are reached over a network: proxies before them, what copies them, and streams between.
#include "graph/extract.hpp"

namespace slsaudit::graph {

/// A proxy passes connections on to the databases of its target group.
void extract_proxy_targets(Site& site) {
  for (const Target& proxy : site.targets(site.get("DBProxyName"))) {
    for (const std::string_view property : {"DBClusterIdentifiers", "DBInstanceIdentifiers"}) {
      for (const value::Value& database : entries(site.get(property))) {
        site.link({.kind = EdgeKind::routes,
                   .from = proxy.node,
                   .to = {},
                   .mode = Mode::synchronous,
                   .via = site.self,
                   .settings = site.resource.properties,
                   .text = site.says("target group of proxy")},
                  database);
      }
    }
  }
}

void extract_proxy(Site& site) {
  for (const value::Value& entry : entries(site.get("Auth"))) {
    site.link({.kind = EdgeKind::reads,
               .from = site.self,
               .to = {},
               .mode = Mode::synchronous,
               .settings = entry,
               .text = site.says("credentials of proxy")},
              entry.get("SecretArn"));
  }
}

/// Events of a database instance or cluster that go to a topic.
void extract_database_events(Site& site) {
  for (const value::Value& source : entries(site.get("SourceIds"))) {
    for (const Target& database : site.draft.known_targets(site.template_index, source)) {
      site.deliver({.from = database.node,
                    .to = {},
                    .via = site.self,
                    .settings = site.resource.properties,
                    .text = site.says("event subscription")},
                   site.get("SnsTopicArn"));
    }
  }
}

/// A replica gets all that its source is given.
void extract_database(Site& site) {
  for (const std::string_view property : {"SourceDBInstanceIdentifier", "ReplicationSourceIdentifier"}) {
    for (const Target& source : site.draft.known_targets(site.template_index, site.get(property))) {
      site.draft.add({.kind = EdgeKind::writes,
                      .from = source.node,
                      .to = site.self,
                      .mode = Mode::asynchronous,
                      .span = source.value.span(),
                      .text = site.says("replica")});
    }
  }
}

} // namespace slsaudit::graph
