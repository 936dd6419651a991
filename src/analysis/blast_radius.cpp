// SPDX-License-Identifier: Apache-2.0
// Table "reach": what each function could do to the system's data, were it taken over.
//
// A store counts as readable, writable or deletable where the function's role allows an action that does so
// on the whole of it, under no condition that narrows. Rights on a prefix of keys alone don't count.
#include "analysis/analyses.hpp"
#include "analysis/open_routes.hpp"
#include "analysis/permissions.hpp"
#include "analysis/reach.hpp"
#include "analysis/stores.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>
#include <utility>

namespace slsaudit::analysis {
namespace {

enum Deed : std::uint8_t { reading, writing, deleting };
constexpr std::size_t deed_count = 3;

struct Act {
  std::string_view type; ///< Prefix of store types.
  std::string_view action;
  Deed deed;
};
/// Actions that tell: who has none of these has no such power over the store's data.
constexpr std::array acts{
    Act{"AWS::Cognito::UserPool", "cognito-idp:AdminDeleteUser", deleting},
    Act{"AWS::Cognito::UserPool", "cognito-idp:AdminGetUser", reading},
    Act{"AWS::Cognito::UserPool", "cognito-idp:AdminUpdateUserAttributes", writing},
    Act{"AWS::Cognito::UserPool", "cognito-idp:DeleteUserPool", deleting},
    Act{"AWS::Cognito::UserPool", "cognito-idp:ListUsers", reading},
    Act{"AWS::DocDB::DBCluster", "rds:DeleteDBCluster", deleting},
    Act{"AWS::DynamoDB::", "dynamodb:BatchGetItem", reading},
    Act{"AWS::DynamoDB::", "dynamodb:BatchWriteItem", deleting},
    Act{"AWS::DynamoDB::", "dynamodb:BatchWriteItem", writing},
    Act{"AWS::DynamoDB::", "dynamodb:DeleteItem", deleting},
    Act{"AWS::DynamoDB::", "dynamodb:DeleteTable", deleting},
    Act{"AWS::DynamoDB::", "dynamodb:GetItem", reading},
    Act{"AWS::DynamoDB::", "dynamodb:PutItem", writing},
    Act{"AWS::DynamoDB::", "dynamodb:Query", reading},
    Act{"AWS::DynamoDB::", "dynamodb:Scan", reading},
    Act{"AWS::DynamoDB::", "dynamodb:UpdateItem", writing},
    Act{"AWS::EFS::FileSystem", "elasticfilesystem:ClientMount", reading},
    Act{"AWS::EFS::FileSystem", "elasticfilesystem:ClientWrite", writing},
    Act{"AWS::EFS::FileSystem", "elasticfilesystem:DeleteFileSystem", deleting},
    Act{"AWS::ElastiCache::", "elasticache:DeleteCacheCluster", deleting},
    Act{"AWS::ElastiCache::", "elasticache:DeleteReplicationGroup", deleting},
    Act{"AWS::Elasticsearch::Domain", "es:DeleteElasticsearchDomain", deleting},
    Act{"AWS::Elasticsearch::Domain", "es:ESHttpDelete", deleting},
    Act{"AWS::Elasticsearch::Domain", "es:ESHttpGet", reading},
    Act{"AWS::Elasticsearch::Domain", "es:ESHttpPut", writing},
    Act{"AWS::MSK::", "kafka-cluster:ReadData", reading},
    Act{"AWS::MSK::", "kafka-cluster:WriteData", writing},
    Act{"AWS::MSK::", "kafka:DeleteCluster", deleting},
    Act{"AWS::Neptune::DBCluster", "rds:DeleteDBCluster", deleting},
    Act{"AWS::OpenSearchService::Domain", "es:DeleteDomain", deleting},
    Act{"AWS::OpenSearchService::Domain", "es:ESHttpDelete", deleting},
    Act{"AWS::OpenSearchService::Domain", "es:ESHttpGet", reading},
    Act{"AWS::OpenSearchService::Domain", "es:ESHttpPut", writing},
    Act{"AWS::RDS::DBCluster", "rds-data:ExecuteStatement", reading},
    Act{"AWS::RDS::DBCluster", "rds-data:ExecuteStatement", writing},
    Act{"AWS::RDS::DBCluster", "rds:DeleteDBCluster", deleting},
    Act{"AWS::RDS::DBInstance", "rds:DeleteDBInstance", deleting},
    Act{"AWS::Redshift::Cluster", "redshift:DeleteCluster", deleting},
    Act{"AWS::S3::Bucket", "s3:DeleteObject", deleting},
    Act{"AWS::S3::Bucket", "s3:GetObject", reading},
    Act{"AWS::S3::Bucket", "s3:PutObject", writing},
    Act{"AWS::Timestream::Table", "timestream:DeleteTable", deleting},
    Act{"AWS::Timestream::Table", "timestream:Select", reading},
    Act{"AWS::Timestream::Table", "timestream:WriteRecords", writing},
};

using Nodes = std::vector<graph::NodeId>; ///< Sorted, each once.

/// What one role allows on a store.
struct On {
  graph::NodeId store;
  std::array<Hold, deed_count> holds;
  bool by_name = false; ///< A statement names the store, rather than all of them.
};
using Power = std::vector<On>; ///< By store.

class Radius {
public:
  explicit Radius(const Facts& facts)
      : facts_(facts), system_(facts.system()), permissions_(facts.shared<Permissions>()),
        stores_(stores_of(facts)), exposures_(exposure_of(facts)), by_store_(stores_.size()) {
    for (const graph::NodeId store : stores_) in_use_.push_back(has_users(store));
  }

  void report(const Schema& schema, Table& table) {
    for (const graph::NodeId function : facts_.nodes_of_type(function_type)) add(schema, table, function);
  }

private:
  /// Whether any function is shown to use it: by its environment, or because events of the store start it.
  [[nodiscard]] bool has_users(graph::NodeId store) const {
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

  /// Of a role that several functions have it is kept: of all roles together it would be the square of a
  /// system in which each may do all.
  const Power& power_of(const Principal& principal) {
    const auto known = shared_.find(principal.node);
    if (known != shared_.end()) return known->second;
    Power power = make_power(principal);
    if (holders_of(system_, principal.node).size() < 2) return last_ = std::move(power);
    constexpr std::size_t most_kept = 1'000'000;
    if ((kept_ += power.size()) > most_kept) {
      shared_.clear();
      kept_ = power.size();
    }
    return shared_[principal.node] = std::move(power);
  }

  Power make_power(const Principal& principal) {
    std::map<std::string_view, std::vector<Hold>> holds;
    for (const Act& act : acts) holds.try_emplace(act.action);
    for (auto& [action, list] : holds) {
      list = permissions_.holds(principal, action);
      std::erase_if(list, [](const Hold& hold) {
        return hold.right->narrowed != false || hold.right->all_but || !hold.resource->sure;
      });
    }
    for (const Act& act : acts) {
      const Hold* wide = nullptr; // Of those on everything one is enough.
      for (const Hold& hold : holds[act.action]) {
        if (hold.resource->vague && wide == nullptr) wide = &hold;
        for (const graph::NodeId node : hold.resource->nodes) {
          const auto store = std::ranges::lower_bound(stores_, node);
          const bool known = store != stores_.end() && *store == node;
          if (known && system_.node(node).type.starts_with(act.type))
            note(static_cast<std::size_t>(store - stores_.begin()), principal, act, hold);
        }
      }
      if (wide == nullptr) continue;
      for (const std::size_t store : stores_under(act.type)) note(store, principal, act, *wide);
    }
    std::ranges::sort(noted_);
    Power all;
    all.reserve(noted_.size());
    for (const std::size_t store : noted_) all.push_back(std::exchange(by_store_[store], {}));
    noted_.clear();
    return all;
  }

  /// Which stores' types begin so.
  const std::vector<std::size_t>& stores_under(std::string_view type) {
    const auto [entry, is_new] = stores_under_.try_emplace(type);
    for (std::size_t i = 0; is_new && i < stores_.size(); ++i) {
      if (system_.node(stores_[i]).type.starts_with(type)) entry->second.push_back(i);
    }
    return entry->second;
  }

  void note(std::size_t store, const Principal& principal, const Act& act, const Hold& hold) {
    On& on = by_store_[store];
    Hold& told = on.holds[act.deed];
    if (told.right != nullptr && (on.by_name || hold.resource->vague)) return;
    if (!means_whole(system_, act.action, *hold.resource, stores_[store])) return;
    if (permissions_.denied(principal, act.action, stores_[store])) return;
    if (!on.store.valid()) noted_.push_back(store);
    on.store = stores_[store];
    on.by_name = on.by_name || !hold.resource->vague;
    if (told.right == nullptr) told = hold;
  }

  /// Stores that the function is known to use otherwise than by what its role allows.
  [[nodiscard]] std::set<graph::NodeId> used_by(graph::NodeId function) const {
    std::set<graph::NodeId> used;
    for (const graph::EdgeId id : system_.outgoing[function.index()]) {
      const graph::Edge& edge = system_.edge(id);
      const bool shown =
          std::any_of(edge.evidence.begin(), edge.evidence.end(),
                      [](const graph::Evidence& e) { return e.basis != graph::Basis::granted; });
      if (shown && edge.kind != graph::EdgeKind::assumes) used.insert(edge.to);
    }
    for (const graph::EdgeId id : system_.incoming[function.index()]) used.insert(system_.edge(id).from);
    return used;
  }

  /// Whether the template says which stores the function works on: it is tied to one at least, and its
  /// environment is known.
  [[nodiscard]] bool is_told_of_stores(graph::NodeId function, const std::set<graph::NodeId>& used) const {
    if (property(system_.node(function), "Environment").get("Variables").is_unknown()) return false;
    return std::ranges::any_of(
        used, [&](graph::NodeId node) { return std::binary_search(stores_.begin(), stores_.end(), node); });
  }

  /// All that its roles allow together.
  struct Sum {
    std::array<Nodes, deed_count> stores;
    Nodes changeable;
    Nodes unused;
    std::map<const Right*, std::pair<const Covered*, Nodes>> proof;
    bool complete = true;
    bool known = false;
  };

  Sum sum_of(graph::NodeId function) {
    Sum sum;
    const std::set<graph::NodeId> used = used_by(function);
    for (const Principal* principal : permissions_.of_compute(function)) {
      sum.known = true;
      sum.complete = sum.complete && principal->unknown.empty();
      const bool alone = holders_of(system_, principal->node).size() == 1;
      for (const On& on : power_of(*principal)) {
        for (std::size_t deed = 0; deed < deed_count; ++deed) {
          if (on.holds[deed].right != nullptr) sum.stores[deed].push_back(on.store);
        }
        bool changes = false;
        for (const Deed deed : {writing, deleting}) {
          if (on.holds[deed].right == nullptr) continue;
          changes = true;
          auto& proof = sum.proof[on.holds[deed].right];
          proof.first = on.holds[deed].resource;
          proof.second.push_back(on.store);
        }
        if (!changes) continue;
        sum.changeable.push_back(on.store);
        // A role of its own that names the store was written for it.
        if (!(alone && on.by_name) && !used.contains(on.store) && is_in_use(on.store))
          sum.unused.push_back(on.store);
      }
    }
    for (Nodes* nodes :
         {&sum.stores[reading], &sum.stores[writing], &sum.stores[deleting], &sum.changeable, &sum.unused})
      sort_once(*nodes);
    for (auto& [right, proof] : sum.proof) sort_once(proof.second);
    // What its code names without being told says nothing of what it uses.
    if (!is_told_of_stores(function, used)) sum.unused.clear();
    return sum;
  }

  static void sort_once(Nodes& nodes) {
    if (std::ranges::adjacent_find(nodes, std::ranges::greater_equal()) == nodes.end()) return;
    std::ranges::sort(nodes);
    nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  }

  [[nodiscard]] bool is_in_use(graph::NodeId store) const {
    return in_use_[static_cast<std::size_t>(std::ranges::lower_bound(stores_, store) - stores_.begin())];
  }

  /// Functions that may do all have the same lists: one stands for all of them.
  const cel::Value& list_of(const Nodes& nodes) {
    const auto [entry, is_new] = lists_.try_emplace(nodes);
    if (is_new) entry->second = resource_list(facts_, nodes);
    return entry->second;
  }

  void add(const Schema& schema, Table& table, graph::NodeId function) {
    const Sum sum = sum_of(function);
    std::vector<Step> steps;
    for (const auto& [right, proof] : sum.proof) {
      std::string text = right->policy.empty() ? "a statement" : "policy " + quoted(right->policy);
      text += " lets it change " + std::to_string(proof.second.size()) + " of them by " +
              quoted(proof.first->label);
      steps.push_back({right->span, std::move(text)});
    }
    std::stable_sort(steps.begin(), steps.end(), [](const Step& a, const Step& b) {
      return std::tie(a.span, a.text) < std::tie(b.span, b.text);
    });
    const auto total = static_cast<std::int64_t>(stores_.size());
    const Exposure& exposure = exposures_[function.index()];
    const Tri open = open_function(system_, function);
    const cel::Value private_api =
        cel::Value::unknown("whether the API in front of it is private is not known");
    const text::Span at = steps.empty() ? id_span(system_.node(function)) : steps.front().span;
    add_row(table, schema,
            {{"function", resource_cell(facts_, function)},
             {"open", open == Tri::unknown ? private_api : cel::Value(open == Tri::yes)},
             {"public",
              exposure.reached && !exposure.surely_reached ? private_api : cel::Value(exposure.reached)},
             {"stores_total", total},
             {"readable", list_of(sum.stores[reading])},
             {"writable", list_of(sum.stores[writing])},
             {"deletable", list_of(sum.stores[deleting])},
             {"changeable", list_of(sum.changeable)},
             {"unused", resource_list(facts_, sum.unused)},
             {"share",
              total == 0 ? 0.0 : static_cast<double>(sum.changeable.size()) / static_cast<double>(total)},
             {"grants_at", cel::Value(quoted(shown_name(system_.node(function)))).at(at)},
             {"complete", sum.known && sum.complete}},
            id_span(system_.node(function)), std::move(steps));
  }

  const Facts& facts_;
  const graph::System& system_;
  const Permissions& permissions_;
  Nodes stores_;
  std::vector<bool> in_use_; ///< Of each store, has_users().
  const std::vector<Exposure>& exposures_;
  std::vector<On> by_store_;       ///< Of the role that is looked at, what has been noted so far …
  std::vector<std::size_t> noted_; ///< … and of which stores there is anything.
  std::map<graph::NodeId, Power> shared_;
  std::size_t kept_ = 0; ///< What is in `shared_`.
  Power last_;
  std::map<std::string_view, std::vector<std::size_t>> stores_under_; ///< Indices into `stores_`.
  std::map<Nodes, cel::Value> lists_;
};

void compute(const Facts& facts, const Schema& schema, Table& table) {
  Radius(facts).report(schema, table);
}

} // namespace

const Analysis& reach_analysis() {
  static const Analysis analysis{
      {"reach",
       "What each function could do to the system's data stores, were it taken over; narrowed grants and "
       "those "
       "on a part of a store don't count; the proof is the statements that let it change stores",
       {
           {"function", "resource", "", "the function"},
           {"open", "bool", "", "as in `functions`: anyone may call it"},
           {"public", "bool", "", "as in `functions`: requests from the internet get to it"},
           {"stores_total", "int", "stores", "data stores of the system that somebody wrote"},
           {"readable", "list", "", "stores whose data it may read"},
           {"writable", "list", "", "stores whose data it may overwrite"},
           {"deletable", "list", "", "stores whose data it may delete, or which it may delete"},
           {"changeable", "list", "", "either of the last two"},
           {"unused", "list", "",
            "changeable stores that some function is shown to use, but no declaration or environment "
            "variable "
            "ties to this one and no role of its own alone names; none where nothing ties it to any store, "
            "or "
            "its environment isn't known"},
           {"share", "double", "", "changeable stores of all: 0 to 1"},
           {"grants_at", "string", "",
            "stands at the first statement that lets it change a store, else at the "
            "function; for `at`"},
           {"complete", "bool", "", "its role and every policy of that are in sight: it may do no more"},
       }},
      compute};
  return analysis;
}

} // namespace slsaudit::analysis
