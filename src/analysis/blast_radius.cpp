// SPDX-License-Identifier: Apache-2.0
// Table "reach": what each function could do to the system's data, were it taken over.
//
// A store counts as readable, writable or deletable where the function's role allows an action that does so
// on the whole of it, under no condition that narrows. Rights on a prefix of keys alone don't count.
#include "analysis/analyses.hpp"
#include "analysis/open_routes.hpp"
#include "analysis/permissions.hpp"
#include "analysis/reach.hpp"
#include "analysis/store_powers.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <functional>
#include <iterator>
#include <map>

namespace slsaudit::analysis {
namespace {

/// Of a list that may have all stores of the system in it, for each function of the system, this many are
/// told.
constexpr std::size_t most_listed = 100;

/// Some of the stores: of each kind those that aren't told one by one are all in it, or none is.
struct Some {
  std::size_t count = 0;
  Nodes first; ///< At most `most_listed`.
};

class Radius {
public:
  explicit Radius(const Facts& facts)
      : facts_(facts), system_(facts.system()), permissions_(facts.shared<Permissions>()), powers_(facts),
        exposures_(exposure_of(facts)) {}

  void report(const Schema& schema, Table& table) {
    for (const graph::NodeId function : facts_.nodes_of_type(function_type)) add(schema, table, function);
  }

private:
  [[nodiscard]] bool is_in_use(graph::NodeId store) const {
    return std::ranges::binary_search(powers_.kinds()[powers_.kind_of(store)].in_use, store);
  }

  /// What one role allows; that of a role which several functions have is kept.
  const StorePower& power_of(const Principal& principal, std::deque<StorePower>& own) {
    const auto known = shared_.find(principal.node);
    if (known != shared_.end()) return known->second;
    StorePower power = powers_.of(principal);
    if (holders_of(system_, principal.node).size() < 2) return own.emplace_back(std::move(power));
    return shared_[principal.node] = std::move(power);
  }

  /// Stores that the function is known to use otherwise than by what its role allows.
  [[nodiscard]] Nodes used_by(graph::NodeId function) const {
    Nodes used;
    const auto add = [&](graph::NodeId node) {
      if (powers_.is_store(node)) used.push_back(node);
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
    const StorePower* power;
    bool alone; ///< No other function has the role.
  };

  /// `is_in` tells of a store, or of one of those that aren't in `apart`, by its kind.
  template <class IsIn>
  [[nodiscard]] Some some_of(const Nodes& apart, Nodes StoreKind::*stores, const IsIn& is_in) const {
    Some some;
    for (const graph::NodeId store : apart) {
      if (is_in(store, powers_.kind_of(store))) some.first.push_back(store);
    }
    some.count = some.first.size();
    for (std::size_t kind = 0; kind < powers_.kinds().size(); ++kind) {
      if (!is_in(graph::NodeId(), kind)) continue;
      std::size_t taken = 0;
      const Nodes& all = powers_.kinds()[kind].*stores;
      for (auto store = all.begin(); store != all.end() && taken < most_listed; ++store) {
        if (std::ranges::binary_search(apart, *store)) continue;
        some.first.push_back(*store);
        ++taken;
      }
      some.count +=
          all.size() - static_cast<std::size_t>(std::ranges::count_if(apart, [&](graph::NodeId store) {
            return powers_.kind_of(store) == kind && std::ranges::binary_search(all, store);
          }));
    }
    sort_once(some.first);
    if (some.first.size() > most_listed) some.first.resize(most_listed);
    return some;
  }

  Sum sum_of(graph::NodeId function) {
    Sum sum;
    const Nodes used = used_by(function);
    std::deque<StorePower> own;
    std::vector<Role> held;
    Nodes named;
    for (const Principal* principal : permissions_.of_compute(function)) {
      sum.known = true;
      sum.complete = sum.complete && principal->unknown.empty();
      const StorePower& power = power_of(*principal, own);
      held.push_back({&power, holders_of(system_, principal->node).size() == 1});
      std::ranges::transform(power.named, std::back_inserter(named),
                             &std::pair<graph::NodeId, StoreRights>::first);
      for (const auto& [right, proof] : power.proof) sum.steps.push_back(step_of(*right, proof));
    }
    sort_once(named);
    Nodes apart = used;
    apart.insert(apart.end(), named.begin(), named.end());
    sort_once(apart);
    const auto any = [&](graph::NodeId store, std::size_t kind, const auto& allows) {
      return std::ranges::any_of(held, [&](const Role& one) {
        const StoreRights* on = store.valid() ? one.power->of_named(store) : nullptr;
        return allows(on != nullptr ? *on : one.power->others[kind], one);
      });
    };
    for (const Deed deed : {reading, writing, deleting}) {
      sum.stores[deed] = some_of(apart, &StoreKind::stores, [&](graph::NodeId store, std::size_t kind) {
        return any(store, kind, [&](const StoreRights& on, const Role& /*one*/) { return on.allows(deed); });
      });
    }
    const auto is_changeable = [&](graph::NodeId store, std::size_t kind) {
      return any(store, kind, [](const StoreRights& on, const Role& /*one*/) { return on.changes(); });
    };
    // A role of its own that names the store was written for it.
    const auto is_unused = [&](graph::NodeId store, std::size_t kind) {
      if (store.valid() && (std::ranges::binary_search(used, store) || !is_in_use(store))) return false;
      return any(store, kind, [](const StoreRights& on, const Role& one) {
        return on.changes() && !(one.alone && on.by_name);
      });
    };
    sum.changeable = some_of(apart, &StoreKind::stores, is_changeable);
    for (const graph::NodeId store : named) {
      if (is_changeable(store, powers_.kind_of(store))) sum.changeable_by_name.push_back(store);
    }
    // What its code names without being told says nothing of what it uses.
    if (!is_told_of_stores(function, used)) return sum;
    sum.unused = some_of(apart, &StoreKind::in_use, is_unused);
    for (const graph::NodeId store : named) {
      if (is_unused(store, powers_.kind_of(store))) sum.unused_by_name.push_back(store);
    }
    return sum;
  }

  static Step step_of(const Right& right, const StorePower::Proof& proof) {
    std::string text = right.policy.empty() ? "a statement" : "policy " + quoted(right.policy);
    text +=
        " lets it change " + std::to_string(proof.stores) + " of them by " + quoted(proof.resource->label);
    return {right.span, std::move(text)};
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
    const auto total = static_cast<std::int64_t>(powers_.stores().size());
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
  StorePowers powers_;
  const std::vector<Exposure>& exposures_;
  std::map<graph::NodeId, StorePower> shared_;
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
      compute,
      6};
  return analysis;
}

} // namespace slsaudit::analysis
