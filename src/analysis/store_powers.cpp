// SPDX-License-Identifier: Apache-2.0
#include "analysis/store_powers.hpp"

#include "analysis/stores.hpp"

#include <algorithm>
#include <iterator>

namespace slsaudit::analysis {

struct StoreAct {
  std::string_view type; ///< Prefix of store types.
  std::string_view action;
  Deed deed;
};
namespace {

/// Actions that tell: who has none of these has no such power over the store's data.
constexpr std::array acts{
    StoreAct{"AWS::Cognito::UserPool", "cognito-idp:AdminDeleteUser", deleting},
    StoreAct{"AWS::Cognito::UserPool", "cognito-idp:AdminGetUser", reading},
    StoreAct{"AWS::Cognito::UserPool", "cognito-idp:AdminUpdateUserAttributes", writing},
    StoreAct{"AWS::Cognito::UserPool", "cognito-idp:DeleteUserPool", deleting},
    StoreAct{"AWS::Cognito::UserPool", "cognito-idp:ListUsers", reading},
    StoreAct{"AWS::DocDB::DBCluster", "rds:DeleteDBCluster", deleting},
    StoreAct{"AWS::DynamoDB::", "dynamodb:BatchGetItem", reading},
    StoreAct{"AWS::DynamoDB::", "dynamodb:BatchWriteItem", deleting},
    StoreAct{"AWS::DynamoDB::", "dynamodb:BatchWriteItem", writing},
    StoreAct{"AWS::DynamoDB::", "dynamodb:DeleteItem", deleting},
    StoreAct{"AWS::DynamoDB::", "dynamodb:DeleteTable", deleting},
    StoreAct{"AWS::DynamoDB::", "dynamodb:GetItem", reading},
    StoreAct{"AWS::DynamoDB::", "dynamodb:PutItem", writing},
    StoreAct{"AWS::DynamoDB::", "dynamodb:Query", reading},
    StoreAct{"AWS::DynamoDB::", "dynamodb:Scan", reading},
    StoreAct{"AWS::DynamoDB::", "dynamodb:UpdateItem", writing},
    StoreAct{"AWS::EFS::FileSystem", "elasticfilesystem:ClientMount", reading},
    StoreAct{"AWS::EFS::FileSystem", "elasticfilesystem:ClientWrite", writing},
    StoreAct{"AWS::EFS::FileSystem", "elasticfilesystem:DeleteFileSystem", deleting},
    StoreAct{"AWS::ElastiCache::", "elasticache:DeleteCacheCluster", deleting},
    StoreAct{"AWS::ElastiCache::", "elasticache:DeleteReplicationGroup", deleting},
    StoreAct{"AWS::Elasticsearch::Domain", "es:DeleteElasticsearchDomain", deleting},
    StoreAct{"AWS::Elasticsearch::Domain", "es:ESHttpDelete", deleting},
    StoreAct{"AWS::Elasticsearch::Domain", "es:ESHttpGet", reading},
    StoreAct{"AWS::Elasticsearch::Domain", "es:ESHttpPut", writing},
    StoreAct{"AWS::MSK::", "kafka-cluster:ReadData", reading},
    StoreAct{"AWS::MSK::", "kafka-cluster:WriteData", writing},
    StoreAct{"AWS::MSK::", "kafka:DeleteCluster", deleting},
    StoreAct{"AWS::Neptune::DBCluster", "rds:DeleteDBCluster", deleting},
    StoreAct{"AWS::OpenSearchService::Domain", "es:DeleteDomain", deleting},
    StoreAct{"AWS::OpenSearchService::Domain", "es:ESHttpDelete", deleting},
    StoreAct{"AWS::OpenSearchService::Domain", "es:ESHttpGet", reading},
    StoreAct{"AWS::OpenSearchService::Domain", "es:ESHttpPut", writing},
    StoreAct{"AWS::RDS::DBCluster", "rds-data:ExecuteStatement", reading},
    StoreAct{"AWS::RDS::DBCluster", "rds-data:ExecuteStatement", writing},
    StoreAct{"AWS::RDS::DBCluster", "rds:DeleteDBCluster", deleting},
    StoreAct{"AWS::RDS::DBInstance", "rds:DeleteDBInstance", deleting},
    StoreAct{"AWS::Redshift::Cluster", "redshift:DeleteCluster", deleting},
    StoreAct{"AWS::S3::Bucket", "s3:DeleteObject", deleting},
    StoreAct{"AWS::S3::Bucket", "s3:GetObject", reading},
    StoreAct{"AWS::S3::Bucket", "s3:PutObject", writing},
    StoreAct{"AWS::Timestream::Table", "timestream:DeleteTable", deleting},
    StoreAct{"AWS::Timestream::Table", "timestream:Select", reading},
    StoreAct{"AWS::Timestream::Table", "timestream:WriteRecords", writing},
};

/// Of each act, the first with the same action.
constexpr std::array<std::size_t, acts.size()> first_with_action = [] {
  std::array<std::size_t, acts.size()> made{};
  for (std::size_t i = 0; i < acts.size(); ++i) {
    while (acts[made[i]].action != acts[i].action) ++made[i];
  }
  return made;
}();

void prove(StorePower& power, const StoreRights& on, std::size_t stores, graph::NodeId last) {
  for (const Deed deed : {writing, deleting}) {
    if (!on.allows(deed)) continue;
    StorePower::Proof& proof = power.proof[on.holds[deed].right];
    const bool is_counted = deed == deleting && on.holds[deed].right == on.holds[writing].right;
    if (!is_counted) proof.stores += stores;
    if (proof.resource != nullptr && last < proof.last) continue;
    proof.resource = on.holds[deed].resource;
    proof.last = last;
  }
}

} // namespace

void sort_once(Nodes& nodes) {
  if (std::ranges::adjacent_find(nodes, std::ranges::greater_equal()) == nodes.end()) return;
  std::ranges::sort(nodes);
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
}

const StoreRights* StorePower::of_named(graph::NodeId store) const {
  const auto at = std::ranges::lower_bound(named, store, {}, &std::pair<graph::NodeId, StoreRights>::first);
  return at != named.end() && at->first == store ? &at->second : nullptr;
}

StorePowers::StorePowers(const Facts& facts)
    : system_(facts.system()), permissions_(facts.shared<Permissions>()), stores_(stores_of(facts)),
      by_store_(stores_.size()) {
  std::map<std::string_view, std::size_t> kinds;
  for (const graph::NodeId store : stores_) {
    const auto [kind, is_new] = kinds.try_emplace(system_.node(store).type, kinds_.size());
    if (is_new) kinds_.push_back({kind->first, {}, {}});
    kind_of_.push_back(kind->second);
    kinds_[kind->second].stores.push_back(store);
    if (has_users(store)) kinds_[kind->second].in_use.push_back(store);
  }
}

/// Whether any function is shown to use it: by its environment, or because events of the store start it.
bool StorePowers::has_users(graph::NodeId store) const {
  const auto is_told = [&](graph::EdgeId id) {
    const graph::Edge& edge = system_.edge(id);
    return is_type(system_, edge.from, function_type) &&
           std::ranges::find(edge.evidence, graph::Basis::hinted, &graph::Evidence::basis) !=
               edge.evidence.end();
  };
  return std::ranges::any_of(system_.incoming[store.index()], is_told) ||
         std::ranges::any_of(system_.outgoing[store.index()], [&](graph::EdgeId id) {
           return is_type(system_, system_.edge(id).to, function_type);
         });
}

bool StorePowers::is_store(graph::NodeId node) const {
  return std::ranges::binary_search(stores_, node);
}

std::size_t StorePowers::number_of(graph::NodeId store) const {
  return static_cast<std::size_t>(std::ranges::lower_bound(stores_, store) - stores_.begin());
}

/// Stores that any statement of it names, a Deny too.
Nodes StorePowers::named_by(const Principal& principal) const {
  Nodes named;
  for (const Right& right : principal.rights) {
    for (const Covered& resource : right.resources) {
      std::ranges::copy_if(resource.nodes, std::back_inserter(named),
                           [&](graph::NodeId node) { return is_store(node); });
    }
  }
  sort_once(named);
  return named;
}

StorePower StorePowers::of(const Principal& principal) {
  std::array<std::vector<Hold>, acts.size()> holds; // at the first act with each action
  for (std::size_t i = 0; i < acts.size(); ++i) {
    if (first_with_action[i] != i) continue;
    holds[i] = permissions_.holds(principal, acts[i].action);
    std::erase_if(holds[i], [](const Hold& hold) {
      return hold.right->narrowed != false || hold.right->all_but || !hold.resource->sure;
    });
  }
  const Nodes named = named_by(principal);
  // One store of each kind stands for all that aren't named.
  Nodes looked_at = named;
  std::vector<graph::NodeId> samples;
  for (const StoreKind& kind : kinds_) {
    const auto sample = std::ranges::find_if_not(
        kind.stores, [&](graph::NodeId store) { return std::ranges::binary_search(named, store); });
    samples.push_back(sample == kind.stores.end() ? graph::NodeId() : *sample);
    if (sample != kind.stores.end()) looked_at.push_back(*sample);
  }
  for (std::size_t i = 0; i < acts.size(); ++i) {
    const StoreAct& act = acts[i];
    const Hold* wide = nullptr; // Of those on everything one is enough.
    for (const Hold& hold : holds[first_with_action[i]]) {
      if (hold.resource->vague && wide == nullptr) wide = &hold;
      for (const graph::NodeId node : hold.resource->nodes) {
        if (is_store(node)) note(node, principal, act, hold);
      }
    }
    if (wide == nullptr) continue;
    for (const graph::NodeId store : looked_at) note(store, principal, act, *wide);
  }
  StorePower power;
  for (const graph::NodeId store : named) {
    power.named.emplace_back(store, std::exchange(by_store_[number_of(store)], {}));
    prove(power, power.named.back().second, 1, store);
  }
  for (std::size_t kind = 0; kind < kinds_.size(); ++kind) {
    StoreRights on;
    if (samples[kind].valid()) on = std::exchange(by_store_[number_of(samples[kind])], {});
    power.others.push_back(on);
    if (!on.changes()) continue;
    const Nodes& stores = kinds_[kind].stores;
    const auto is_named = [&](graph::NodeId store) { return std::ranges::binary_search(named, store); };
    const auto count = static_cast<std::size_t>(std::ranges::count_if(
        named, [&](graph::NodeId store) { return kind_of_[number_of(store)] == kind; }));
    prove(power, on, stores.size() - count, *std::find_if_not(stores.rbegin(), stores.rend(), is_named));
  }
  return power;
}

void StorePowers::note(graph::NodeId store, const Principal& principal, const StoreAct& act,
                       const Hold& hold) {
  if (!system_.node(store).type.starts_with(act.type)) return;
  StoreRights& on = by_store_[number_of(store)];
  Hold& told = on.holds[act.deed];
  if (told.right != nullptr && (on.by_name || hold.resource->vague)) return;
  if (!means_whole(system_, act.action, *hold.resource, store)) return;
  if (permissions_.denied(principal, act.action, store)) return;
  on.by_name = on.by_name || !hold.resource->vague;
  if (told.right == nullptr) told = hold;
}

} // namespace slsaudit::analysis
