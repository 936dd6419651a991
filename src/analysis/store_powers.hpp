// SPDX-License-Identifier: Apache-2.0
// What roles may do to the data of the system's stores.
#pragma once

#include "analysis/permissions.hpp"
#include "analysis/table.hpp"

#include <array>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

namespace slsaudit::analysis {

enum Deed : std::uint8_t { reading, writing, deleting };
constexpr std::size_t deed_count = 3;

using Nodes = std::vector<graph::NodeId>; ///< Sorted, each once.
void sort_once(Nodes& nodes);

/// What one role allows on a store.
struct StoreRights {
  std::array<Hold, deed_count> holds;
  bool by_name = false; ///< A statement names the store, rather than all of them.
  [[nodiscard]] bool allows(Deed deed) const { return holds[deed].right != nullptr; }
  [[nodiscard]] bool changes() const { return allows(writing) || allows(deleting); }
};

/// What one role allows on all of them. To stores that no statement of it names it does what it does to all
/// others of their type, so that roles which may do all take no more room than those that name one.
struct StorePower {
  struct Proof {
    const Covered* resource = nullptr; ///< That lets it change `last`.
    std::size_t stores = 0;
    graph::NodeId last;
  };
  std::vector<std::pair<graph::NodeId, StoreRights>> named; ///< What statements name, by store.
  std::vector<StoreRights> others;                          ///< By kind.
  std::map<const Right*, Proof> proof;                      ///< What lets it change stores.

  /// Null where no statement names it.
  [[nodiscard]] const StoreRights* of_named(graph::NodeId store) const;
};

/// Stores of one type.
struct StoreKind {
  std::string_view type;
  Nodes stores;
  Nodes in_use; ///< Those of them that any function is shown to use.
};

struct StoreAct;

/// The stores of a system, and what roles may do to them.
class StorePowers {
public:
  explicit StorePowers(const Facts& facts);

  [[nodiscard]] const Nodes& stores() const { return stores_; }
  [[nodiscard]] const std::vector<StoreKind>& kinds() const { return kinds_; }
  [[nodiscard]] bool is_store(graph::NodeId node) const;
  [[nodiscard]] std::size_t kind_of(graph::NodeId store) const { return kind_of_[number_of(store)]; }
  [[nodiscard]] StorePower of(const Principal& principal);

private:
  [[nodiscard]] bool has_users(graph::NodeId store) const;
  [[nodiscard]] std::size_t number_of(graph::NodeId store) const;
  [[nodiscard]] Nodes named_by(const Principal& principal) const;
  void note(graph::NodeId store, const Principal& principal, const StoreAct& act, const Hold& hold);

  const graph::System& system_;
  const Permissions& permissions_;
  Nodes stores_;
  std::vector<std::size_t> kind_of_; ///< Of each store, into `kinds_`.
  std::vector<StoreKind> kinds_;
  std::vector<StoreRights> by_store_; ///< What has been noted so far of the role that is looked at.
};

} // namespace slsaudit::analysis
