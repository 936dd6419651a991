// SPDX-License-Identifier: Apache-2.0
// A node that somebody has taken over: what the rights it runs with reach, and what it sets going.
#include "analysis/analyses.hpp"
#include "analysis/permissions.hpp"
#include "analysis/reach.hpp"
#include "analysis/what_if.hpp"
#include "graph/types.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::analysis {
namespace {

std::string named(const graph::System& system, graph::NodeId node) {
  return quoted(shown_name(system.node(node)));
}

constexpr std::size_t not_told = static_cast<std::size_t>(-1);
enum ChapterIndex : std::size_t { reading, changing, starting, sending, policies, escalating, onward, count };

class Compromise {
public:
  Compromise(const Facts& facts, WhatIf& result)
      : facts_(facts), system_(facts.system()), result_(result), base_(result.chapters.size()) {
    const std::array<std::pair<std::string_view, std::string_view>, count> chapters{{
        {"read", "What it can read"},
        {"change", "What it can change or delete"},
        {"invoke", "What it can start"},
        {"send", "Where it can send events and messages"},
        {"permissions", "Where it can change permissions"},
        {"escalate", "How it can gain more rights"},
        {"onward", "What it sets going beyond that"},
    }};
    for (const auto& [name, title] : chapters) result_.chapters.push_back({name, title, {}});
  }

  void tell() {
    for (const graph::NodeId role : roles()) {
      tell_grants(role);
      tell_escalations(role);
    }
    tell_edges();
    tell_onward();
  }

private:
  Chapter& chapter(std::size_t index) { return result_.chapters[base_ + index]; }

  /// The roles that the node runs with; of a role, user or group itself.
  [[nodiscard]] std::vector<graph::NodeId> roles() const {
    const std::string& type = system_.node(result_.node).type;
    if (type == "AWS::IAM::Role" || type == "AWS::IAM::User" || type == "AWS::IAM::Group")
      return {result_.node};
    std::vector<graph::NodeId> roles;
    for (const graph::EdgeId id : system_.outgoing[result_.node.index()]) {
      if (system_.edge(id).kind == graph::EdgeKind::assumes) roles.push_back(system_.edge(id).to);
    }
    return roles;
  }

  void tell_grants(graph::NodeId role) {
    for (const Row& row : facts_.table("grants")->rows) {
      if (facts_.node_of(row.field("principal").object()) != role) continue;
      const graph::NodeId target = facts_.node_of(row.field("target").object());
      const std::size_t index = chapter_of(row, target);
      if (index == not_told) continue;
      Consequence item;
      item.node = target;
      item.text = text_of(row);
      item.certain = *row.field("certain").boolean() && narrowed(row) == std::optional(false);
      item.steps = row.steps();
      chapter(index).items.push_back(std::move(item));
      if (target.valid()) reached_.push_back(target);
    }
  }

  static std::optional<bool> narrowed(const Row& row) {
    const cel::Value cell = row.field("narrowed");
    return cell.boolean() != nullptr ? std::optional(*cell.boolean()) : std::nullopt;
  }

  /// Logs, traces and metrics are no loot.
  static bool is_telemetry(const Row& row) {
    const cel::Value service = row.field("service");
    return service.string().has_value() &&
           (*service.string() == "logs" || *service.string() == "xray" || *service.string() == "cloudwatch");
  }

  [[nodiscard]] std::size_t chapter_of(const Row& row, graph::NodeId target) const {
    const std::string access = row.field("access").display();
    const std::string service = row.field("service").display();
    if (is_telemetry(row) || access == "list" || access == "tagging") return not_told;
    if (access == "permissions") return policies;
    if (access == "read") return reading;
    if (service == "lambda" || service == "states") return starts(row) ? starting : changing;
    if (service == "sqs" || service == "sns" || service == "events" || service == "kinesis" ||
        service == "firehose")
      return sending;
    using graph::Category;
    const Category category = target.valid() ? graph::category_of(system_.node(target).type) : Category::none;
    return category == Category::function || category == Category::workflow ? starting : changing;
  }

  static bool starts(const Row& row) {
    const cel::Value actions = row.field("actions");
    return std::any_of(actions.list()->begin(), actions.list()->end(), [](const cel::Value& action) {
      return action.display().find("Invoke") != std::string::npos ||
             action.display().find("Start") != std::string::npos;
    });
  }

  static std::string text_of(const Row& row) {
    std::string text = row.field("label").display() + ": ";
    const cel::Value actions = row.field("actions");
    const auto& list = *actions.list();
    for (std::size_t i = 0; i < list.size() && i < 3; ++i)
      text += (i == 0 ? "" : ", ") + quoted(list[i].display());
    const cel::Value number = row.field("action_count");
    if (number.integer() != nullptr && *number.integer() > 3)
      text += " and " + std::to_string(*number.integer() - 3) + " more";
    if (*row.field("part").boolean()) text += ", on a part of it";
    if (narrowed(row) != std::optional(false)) text += ", under a condition";
    return text;
  }

  void tell_escalations(graph::NodeId role) {
    for (const Row& row : facts_.table("escalations")->rows) {
      if (facts_.node_of(row.field("principal").object()) != role) continue;
      Consequence item;
      item.node = role;
      item.text = named(system_, role) + " " + row.field("name").display();
      item.certain = row.field("certain").boolean() != nullptr && *row.field("certain").boolean();
      item.steps = row.steps();
      chapter(escalating).items.push_back(std::move(item));
    }
  }

  /// What the node itself feeds without any role: the consumers of a queue, the targets of a rule.
  void tell_edges() {
    for (const graph::EdgeId id : system_.outgoing[result_.node.index()]) {
      const graph::Edge& edge = system_.edge(id);
      if (carries_event(edge)) reached_.push_back(edge.to);
    }
    std::sort(reached_.begin(), reached_.end());
    reached_.erase(std::unique(reached_.begin(), reached_.end()), reached_.end());
  }

  /// What acts on events that come from what it reaches, and the data that those change.
  void tell_onward() {
    std::vector<bool> seen(system_.nodes.size());
    seen[result_.node.index()] = true;
    std::vector<graph::NodeId> work;
    for (const graph::NodeId node : reached_) {
      if (!seen[node.index()] && is_set_going(node)) work.push_back(node);
      seen[node.index()] = seen[node.index()] || is_set_going(node);
    }
    for (std::size_t done = 0; done < work.size(); ++done) {
      for (const graph::EdgeId id : system_.outgoing[work[done].index()]) {
        const graph::Edge& edge = system_.edge(id);
        if (!carries_event(edge) || seen[edge.to.index()]) continue;
        seen[edge.to.index()] = true;
        work.push_back(edge.to);
        Consequence item;
        item.node = edge.to;
        item.text = named(system_, edge.from) + " → " + named(system_, edge.to);
        item.certain = is_declared(edge);
        item.steps = {step_of(system_, edge)};
        chapter(onward).items.push_back(std::move(item));
      }
    }
  }

  /// What it may only read does nothing on its behalf.
  [[nodiscard]] bool is_set_going(graph::NodeId node) const {
    for (const std::size_t index : {changing, starting, sending}) {
      const auto& items = result_.chapters[base_ + index].items;
      if (std::any_of(items.begin(), items.end(), [&](const Consequence& item) { return item.node == node; }))
        return true;
    }
    return std::any_of(system_.incoming[node.index()].begin(), system_.incoming[node.index()].end(),
                       [&](graph::EdgeId id) {
                         return system_.edge(id).from == result_.node && carries_event(system_.edge(id));
                       });
  }

  const Facts& facts_;
  const graph::System& system_;
  WhatIf& result_;
  std::size_t base_;
  std::vector<graph::NodeId> reached_;
};

} // namespace

void tell_compromise(const Facts& facts, WhatIf& result) {
  Compromise(facts, result).tell();
}

} // namespace slsaudit::analysis
