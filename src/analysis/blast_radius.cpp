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
#include <set>

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

/// What one role allows on the stores.
struct Power {
  struct On {
    std::array<Hold, deed_count> holds;
    bool by_name = false; ///< A statement names the store, rather than all of them.
  };
  std::map<graph::NodeId, On> stores;
};

class Radius {
public:
  explicit Radius(const Facts& facts)
      : facts_(facts), system_(facts.system()), permissions_(facts.shared<Permissions>()),
        stores_(stores_of(facts)), exposures_(exposure_of(facts)) {}

  void report(const Schema& schema, Table& table) {
    for (const graph::NodeId function : facts_.nodes_of_type(function_type)) add(schema, table, function);
  }

private:
  const Power& power_of(const Principal& principal) {
    const auto [entry, is_new] = powers_.try_emplace(principal.node);
    if (!is_new) return entry->second;
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
          const bool known = std::binary_search(stores_.begin(), stores_.end(), node);
          if (known && system_.node(node).type.starts_with(act.type))
            note(entry->second, principal, node, act, hold);
        }
      }
      if (wide == nullptr) continue;
      for (const graph::NodeId store : stores_under(act.type))
        note(entry->second, principal, store, act, *wide);
    }
    return entry->second;
  }

  /// Stores whose type begins so.
  const std::vector<graph::NodeId>& stores_under(std::string_view type) {
    const auto [entry, is_new] = stores_under_.try_emplace(type);
    if (is_new) {
      std::ranges::copy_if(stores_, std::back_inserter(entry->second),
                           [&](graph::NodeId store) { return system_.node(store).type.starts_with(type); });
    }
    return entry->second;
  }

  void note(Power& power, const Principal& principal, graph::NodeId store, const Act& act,
            const Hold& hold) const {
    const auto found = power.stores.find(store);
    const bool told = found != power.stores.end() && found->second.holds[act.deed].right != nullptr;
    if (told && (found->second.by_name || hold.resource->vague)) return;
    if (!means_whole(system_, act.action, *hold.resource, store)) return;
    if (permissions_.denied(principal, act.action, store)) return;
    Power::On& on = power.stores[store];
    on.by_name = on.by_name || !hold.resource->vague;
    if (on.holds[act.deed].right == nullptr) on.holds[act.deed] = hold;
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
    std::array<std::set<graph::NodeId>, deed_count> stores;
    std::set<graph::NodeId> changeable;
    std::set<graph::NodeId> unused;
    std::map<const Right*, std::pair<const Covered*, std::set<graph::NodeId>>> proof;
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
      for (const auto& [store, on] : power_of(*principal).stores) {
        for (std::size_t deed = 0; deed < deed_count; ++deed) {
          if (on.holds[deed].right == nullptr) continue;
          sum.stores[deed].insert(store);
          if (deed == reading) continue;
          sum.changeable.insert(store);
          auto& proof = sum.proof[on.holds[deed].right];
          proof.first = on.holds[deed].resource;
          proof.second.insert(store);
        }
        // A role of its own that names the store was written for it.
        if (!used.contains(store) && !(alone && on.by_name) && sum.changeable.contains(store))
          sum.unused.insert(store);
      }
    }
    // What its code names without being told says nothing of what it uses.
    if (!is_told_of_stores(function, used)) sum.unused.clear();
    return sum;
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
    const auto list = [&](const std::set<graph::NodeId>& nodes) {
      return resource_list(facts_, {nodes.begin(), nodes.end()});
    };
    add_row(table, schema,
            {{"function", resource_cell(facts_, function)},
             {"open", open == Tri::unknown ? private_api : cel::Value(open == Tri::yes)},
             {"public",
              exposure.reached && !exposure.surely_reached ? private_api : cel::Value(exposure.reached)},
             {"stores_total", total},
             {"readable", list(sum.stores[reading])},
             {"writable", list(sum.stores[writing])},
             {"deletable", list(sum.stores[deleting])},
             {"changeable", list(sum.changeable)},
             {"unused", list(sum.unused)},
             {"share",
              total == 0 ? 0.0 : static_cast<double>(sum.changeable.size()) / static_cast<double>(total)},
             {"grants_at", cel::Value(quoted(shown_name(system_.node(function)))).at(at)},
             {"complete", sum.known && sum.complete}},
            id_span(system_.node(function)), std::move(steps));
  }

  const Facts& facts_;
  const graph::System& system_;
  const Permissions& permissions_;
  std::vector<graph::NodeId> stores_;
  const std::vector<Exposure>& exposures_;
  std::map<graph::NodeId, Power> powers_;
  std::map<std::string_view, std::vector<graph::NodeId>> stores_under_;
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
            "changeable stores that no declaration or environment variable ties to it, and that no role of "
            "its own alone names; none where nothing ties it to any store, or its environment isn't known"},
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
