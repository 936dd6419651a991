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
#include <deque>
#include <functional>
#include <iterator>
#include <map>
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

/// Of a list that may have all stores of the system in it, for each function of the system, this many are
/// told.
constexpr std::size_t most_listed = 100;

/// What one role allows on a store.
struct On {
  std::array<Hold, deed_count> holds;
  bool by_name = false; ///< A statement names the store, rather than all of them.
  [[nodiscard]] bool allows(Deed deed) const { return holds[deed].right != nullptr; }
  [[nodiscard]] bool changes() const { return allows(writing) || allows(deleting); }
};

/// What one role allows on all of them. To stores that no statement of it names it does what it does to all
/// others of their type, so that roles which may do all take no more room than those that name one.
struct Power {
  struct Proof {
    const Covered* resource = nullptr; ///< That lets it change `last`.
    std::size_t stores = 0;
    graph::NodeId last;
  };
  std::vector<std::pair<graph::NodeId, On>> named; ///< What statements name, by store.
  std::vector<On> others;                          ///< By kind.
  std::map<const Right*, Proof> proof;             ///< What lets it change stores.

  [[nodiscard]] const On* of_named(graph::NodeId store) const {
    const auto at = std::ranges::lower_bound(named, store, {}, &std::pair<graph::NodeId, On>::first);
    return at != named.end() && at->first == store ? &at->second : nullptr;
  }
};

/// Stores of one type.
struct Kind {
  std::string_view type;
  Nodes stores;
  Nodes in_use; ///< Those of them that any function is shown to use.
};

/// Some of the stores: of each kind those that aren't told one by one are all in it, or none is.
struct Some {
  std::size_t count = 0;
  Nodes first; ///< At most `most_listed`.
};

class Radius {
public:
  explicit Radius(const Facts& facts)
      : facts_(facts), system_(facts.system()), permissions_(facts.shared<Permissions>()),
        stores_(stores_of(facts)), exposures_(exposure_of(facts)), by_store_(stores_.size()) {
    std::map<std::string_view, std::size_t> kinds;
    for (const graph::NodeId store : stores_) {
      const auto [kind, is_new] = kinds.try_emplace(system_.node(store).type, kinds_.size());
      if (is_new) kinds_.push_back({kind->first, {}, {}});
      kind_of_.push_back(kind->second);
      kinds_[kind->second].stores.push_back(store);
      if (has_users(store)) kinds_[kind->second].in_use.push_back(store);
    }
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

  [[nodiscard]] bool counts(graph::NodeId node) const { return std::ranges::binary_search(stores_, node); }
  [[nodiscard]] std::size_t number_of(graph::NodeId store) const {
    return static_cast<std::size_t>(std::ranges::lower_bound(stores_, store) - stores_.begin());
  }
  [[nodiscard]] bool is_in_use(graph::NodeId store) const {
    return std::ranges::binary_search(kinds_[kind_of_[number_of(store)]].in_use, store);
  }

  /// What one role allows; that of a role which several functions have is kept.
  const Power& power_of(const Principal& principal, std::deque<Power>& own) {
    const auto known = shared_.find(principal.node);
    if (known != shared_.end()) return known->second;
    Power power = make_power(principal);
    if (holders_of(system_, principal.node).size() < 2) return own.emplace_back(std::move(power));
    return shared_[principal.node] = std::move(power);
  }

  /// Stores that any statement of it names, a Deny too.
  [[nodiscard]] Nodes named_by(const Principal& principal) const {
    Nodes named;
    for (const Right& right : principal.rights) {
      for (const Covered& resource : right.resources) {
        std::ranges::copy_if(resource.nodes, std::back_inserter(named),
                             [&](graph::NodeId node) { return counts(node); });
      }
    }
    sort_once(named);
    return named;
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
    const Nodes named = named_by(principal);
    // One store of each kind stands for all that aren't named.
    Nodes looked_at = named;
    std::vector<graph::NodeId> samples;
    for (const Kind& kind : kinds_) {
      const auto sample = std::ranges::find_if_not(
          kind.stores, [&](graph::NodeId store) { return std::ranges::binary_search(named, store); });
      samples.push_back(sample == kind.stores.end() ? graph::NodeId() : *sample);
      if (sample != kind.stores.end()) looked_at.push_back(*sample);
    }
    for (const Act& act : acts) {
      const Hold* wide = nullptr; // Of those on everything one is enough.
      for (const Hold& hold : holds[act.action]) {
        if (hold.resource->vague && wide == nullptr) wide = &hold;
        for (const graph::NodeId node : hold.resource->nodes) {
          if (counts(node)) note(node, principal, act, hold);
        }
      }
      if (wide == nullptr) continue;
      for (const graph::NodeId store : looked_at) note(store, principal, act, *wide);
    }
    Power power;
    for (const graph::NodeId store : named) {
      power.named.emplace_back(store, std::exchange(by_store_[number_of(store)], {}));
      prove(power, power.named.back().second, 1, store);
    }
    for (std::size_t kind = 0; kind < kinds_.size(); ++kind) {
      On on;
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

  static void prove(Power& power, const On& on, std::size_t stores, graph::NodeId last) {
    for (const Deed deed : {writing, deleting}) {
      if (!on.allows(deed)) continue;
      Power::Proof& proof = power.proof[on.holds[deed].right];
      const bool is_counted = deed == deleting && on.holds[deed].right == on.holds[writing].right;
      if (!is_counted) proof.stores += stores;
      if (proof.resource != nullptr && last < proof.last) continue;
      proof.resource = on.holds[deed].resource;
      proof.last = last;
    }
  }

  void note(graph::NodeId store, const Principal& principal, const Act& act, const Hold& hold) {
    if (!system_.node(store).type.starts_with(act.type)) return;
    On& on = by_store_[number_of(store)];
    Hold& told = on.holds[act.deed];
    if (told.right != nullptr && (on.by_name || hold.resource->vague)) return;
    if (!means_whole(system_, act.action, *hold.resource, store)) return;
    if (permissions_.denied(principal, act.action, store)) return;
    on.by_name = on.by_name || !hold.resource->vague;
    if (told.right == nullptr) told = hold;
  }

  /// Stores that the function is known to use otherwise than by what its role allows.
  [[nodiscard]] Nodes used_by(graph::NodeId function) const {
    Nodes used;
    const auto add = [&](graph::NodeId node) {
      if (counts(node)) used.push_back(node);
    };
    for (const graph::EdgeId id : system_.outgoing[function.index()]) {
      const graph::Edge& edge = system_.edge(id);
      const bool shown =
          std::any_of(edge.evidence.begin(), edge.evidence.end(),
                      [](const graph::Evidence& e) { return e.basis != graph::Basis::granted; });
      if (shown && edge.kind != graph::EdgeKind::assumes) add(edge.to);
    }
    for (const graph::EdgeId id : system_.incoming[function.index()]) add(system_.edge(id).from);
    sort_once(used);
    return used;
  }

  /// Whether the template says which stores the function works on: it is tied to one at least, and its
  /// environment is known.
  [[nodiscard]] bool is_told_of_stores(graph::NodeId function, const Nodes& used) const {
    return !used.empty() && !property(system_.node(function), "Environment").get("Variables").is_unknown();
  }

  /// All that its roles allow together.
  struct Sum {
    std::array<Some, deed_count> stores;
    Some changeable;
    Some unused;
    Nodes changeable_by_name;
    Nodes unused_by_name;
    std::vector<Step> steps;
    bool complete = true;
    bool known = false;
  };

  struct Role {
    const Power* power;
    bool alone; ///< No other function has the role.
  };

  /// `is_in` tells of a store, or of one of those that aren't in `apart`, by its kind.
  template <class IsIn>
  [[nodiscard]] Some some_of(const Nodes& apart, Nodes Kind::*stores, const IsIn& is_in) const {
    Some some;
    for (const graph::NodeId store : apart) {
      if (is_in(store, kind_of_[number_of(store)])) some.first.push_back(store);
    }
    some.count = some.first.size();
    for (std::size_t kind = 0; kind < kinds_.size(); ++kind) {
      if (!is_in(graph::NodeId(), kind)) continue;
      std::size_t taken = 0;
      const Nodes& all = kinds_[kind].*stores;
      for (auto store = all.begin(); store != all.end() && taken < most_listed; ++store) {
        if (std::ranges::binary_search(apart, *store)) continue;
        some.first.push_back(*store);
        ++taken;
      }
      some.count +=
          all.size() - static_cast<std::size_t>(std::ranges::count_if(apart, [&](graph::NodeId store) {
            return kind_of_[number_of(store)] == kind && std::ranges::binary_search(all, store);
          }));
    }
    sort_once(some.first);
    if (some.first.size() > most_listed) some.first.resize(most_listed);
    return some;
  }

  Sum sum_of(graph::NodeId function) {
    Sum sum;
    const Nodes used = used_by(function);
    std::deque<Power> own;
    std::vector<Role> held;
    Nodes named;
    for (const Principal* principal : permissions_.of_compute(function)) {
      sum.known = true;
      sum.complete = sum.complete && principal->unknown.empty();
      const Power& power = power_of(*principal, own);
      held.push_back({&power, holders_of(system_, principal->node).size() == 1});
      std::ranges::transform(power.named, std::back_inserter(named), &std::pair<graph::NodeId, On>::first);
      for (const auto& [right, proof] : power.proof) sum.steps.push_back(step_of(*right, proof));
    }
    sort_once(named);
    Nodes apart = used;
    apart.insert(apart.end(), named.begin(), named.end());
    sort_once(apart);
    const auto any = [&](graph::NodeId store, std::size_t kind, const auto& allows) {
      return std::ranges::any_of(held, [&](const Role& one) {
        const On* on = store.valid() ? one.power->of_named(store) : nullptr;
        return allows(on != nullptr ? *on : one.power->others[kind], one);
      });
    };
    for (const Deed deed : {reading, writing, deleting}) {
      sum.stores[deed] = some_of(apart, &Kind::stores, [&](graph::NodeId store, std::size_t kind) {
        return any(store, kind, [&](const On& on, const Role& /*one*/) { return on.allows(deed); });
      });
    }
    const auto is_changeable = [&](graph::NodeId store, std::size_t kind) {
      return any(store, kind, [](const On& on, const Role& /*one*/) { return on.changes(); });
    };
    // A role of its own that names the store was written for it.
    const auto is_unused = [&](graph::NodeId store, std::size_t kind) {
      if (store.valid() && (std::ranges::binary_search(used, store) || !is_in_use(store))) return false;
      return any(store, kind,
                 [](const On& on, const Role& one) { return on.changes() && !(one.alone && on.by_name); });
    };
    sum.changeable = some_of(apart, &Kind::stores, is_changeable);
    for (const graph::NodeId store : named) {
      if (is_changeable(store, kind_of_[number_of(store)])) sum.changeable_by_name.push_back(store);
    }
    // What its code names without being told says nothing of what it uses.
    if (!is_told_of_stores(function, used)) return sum;
    sum.unused = some_of(apart, &Kind::in_use, is_unused);
    for (const graph::NodeId store : named) {
      if (is_unused(store, kind_of_[number_of(store)])) sum.unused_by_name.push_back(store);
    }
    return sum;
  }

  static Step step_of(const Right& right, const Power::Proof& proof) {
    std::string text = right.policy.empty() ? "a statement" : "policy " + quoted(right.policy);
    text +=
        " lets it change " + std::to_string(proof.stores) + " of them by " + quoted(proof.resource->label);
    return {right.span, std::move(text)};
  }

  static void sort_once(Nodes& nodes) {
    if (std::ranges::adjacent_find(nodes, std::ranges::greater_equal()) == nodes.end()) return;
    std::ranges::sort(nodes);
    nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  }

  /// Functions that may do all have the same lists: one stands for all of them.
  const cel::Value& list_of(const Nodes& nodes) {
    const auto [entry, is_new] = lists_.try_emplace(nodes);
    if (is_new) entry->second = resource_list(facts_, nodes);
    return entry->second;
  }

  void add(const Schema& schema, Table& table, graph::NodeId function) {
    Sum sum = sum_of(function);
    std::vector<Step> steps = std::move(sum.steps);
    std::stable_sort(steps.begin(), steps.end(), [](const Step& a, const Step& b) {
      return std::tie(a.span, a.text) < std::tie(b.span, b.text);
    });
    const auto total = static_cast<std::int64_t>(stores_.size());
    const Exposure& exposure = exposures_[function.index()];
    const Tri open = open_function(system_, function);
    const cel::Value private_api =
        cel::Value::unknown("whether the API in front of it is private is not known");
    const text::Span at = steps.empty() ? id_span(system_.node(function)) : steps.front().span;
    add_row(
        table, schema,
        {{"function", resource_cell(facts_, function)},
         {"open", open == Tri::unknown ? private_api : cel::Value(open == Tri::yes)},
         {"public",
          exposure.reached && !exposure.surely_reached ? private_api : cel::Value(exposure.reached)},
         {"stores_total", total},
         {"readable", list_of(sum.stores[reading].first)},
         {"writable", list_of(sum.stores[writing].first)},
         {"deletable", list_of(sum.stores[deleting].first)},
         {"changeable", list_of(sum.changeable.first)},
         {"unused", list_of(sum.unused.first)},
         {"readable_count", static_cast<std::int64_t>(sum.stores[reading].count)},
         {"writable_count", static_cast<std::int64_t>(sum.stores[writing].count)},
         {"deletable_count", static_cast<std::int64_t>(sum.stores[deleting].count)},
         {"changeable_count", static_cast<std::int64_t>(sum.changeable.count)},
         {"unused_count", static_cast<std::int64_t>(sum.unused.count)},
         {"changeable_by_name", list_of(sum.changeable_by_name)},
         {"unused_by_name", list_of(sum.unused_by_name)},
         {"share", total == 0 ? 0.0 : static_cast<double>(sum.changeable.count) / static_cast<double>(total)},
         {"grants_at", cel::Value(quoted(shown_name(system_.node(function)))).at(at)},
         {"complete", sum.known && sum.complete}},
        id_span(system_.node(function)), std::move(steps));
  }

  const Facts& facts_;
  const graph::System& system_;
  const Permissions& permissions_;
  Nodes stores_;
  std::vector<std::size_t> kind_of_; ///< Of each store, into `kinds_`.
  std::vector<Kind> kinds_;
  const std::vector<Exposure>& exposures_;
  std::vector<On> by_store_; ///< What has been noted so far of the role that is looked at.
  std::map<graph::NodeId, Power> shared_;
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
           {"readable", "list", "", "stores whose data it may read: of this and the next four the first 100"},
           {"writable", "list", "", "stores whose data it may overwrite"},
           {"deletable", "list", "", "stores whose data it may delete, or which it may delete"},
           {"changeable", "list", "", "either of the last two"},
           {"unused", "list", "",
            "changeable stores that some function is shown to use, but no declaration or environment "
            "variable "
            "ties to this one and no role of its own alone names; none where nothing ties it to any store, "
            "or "
            "its environment isn't known"},
           {"readable_count", "int", "stores", "how many are readable, beyond the first 100 too"},
           {"writable_count", "int", "stores", "how many are writable"},
           {"deletable_count", "int", "stores", "how many are deletable"},
           {"changeable_count", "int", "stores", "how many are changeable"},
           {"unused_count", "int", "stores", "how many of those are unused"},
           {"changeable_by_name", "list", "",
            "all changeable stores that a statement of its role names, rather than all stores of a service"},
           {"unused_by_name", "list", "", "those of them that are unused"},
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
