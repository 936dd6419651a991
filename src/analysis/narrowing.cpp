// SPDX-License-Identifier: Apache-2.0
#include "analysis/narrowing.hpp"

#include "analysis/grants.hpp"
#include "analysis/making_order.hpp"
#include "analysis/narrowing_choice.hpp"
#include "analysis/narrowing_role.hpp"
#include "analysis/narrowing_words.hpp"
#include "analysis/permissions.hpp"
#include "graph/types.hpp"
#include "knowledge/iam.hpp"
#include "text/words.hpp"

#include <algorithm>

namespace slsaudit::analysis {
namespace {

constexpr std::size_t most_choices = 5; ///< Resources that are shown where any may be meant.

bool has_wildcard(std::string_view pattern) {
  return pattern.find_first_of("*?") != std::string_view::npos;
}

/// "a, b and c"
std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " and " : ", ";
    text += words[i];
  }
  return text;
}

/// What a statement allows of one service.
struct Part {
  std::vector<std::string> wide;   ///< Patterns to be named.
  std::vector<std::string> named;  ///< Actions that already are.
  std::vector<cel::Value> written; ///< The same, as the author has them.
  std::set<graph::NodeId> targets; ///< What the holders are known to use.
  std::set<graph::EdgeKind> kinds; ///< And how.
};

class Narrower {
public:
  Narrower(const Facts& facts, const graph::Statement& statement, const std::vector<std::string>& only)
      : only_(only), system_(facts.system()), expansions_(facts.shared<Expansions>()), statement_(statement),
        holders_(holders_of(system_, statement.role)), order_(facts.shared<MakingOrder>()),
        choice_(facts.shared<NarrowingChoice>()) {
    const Strings resources = strings_of(statement.value.get("Resource"));
    const cel::Value reach = reach_of(resources);
    const bool names_all_but = statement.value.get("NotResource").is_present();
    open_ = names_all_but || (reach.string().has_value() && *reach.string() != "specific");
    home_ = home();
    if (!open_) {
      const std::size_t where = home_.valid() ? system_.node(home_).template_index : 0;
      for (const value::Value& item : resources.items)
        named_.emplace_back(item, home_.valid() ? service_of_item(system_, where, item) : std::string());
    }
  }

  Narrowing run() {
    sort_out();
    if (!kept_.empty()) add_statement(cel::List(kept_), {});
    for (auto& [service, part] : parts_) add_part(service, part);
    if (!to_choose_.empty())
      remark("# of the actions of " + listed(to_choose_) +
             ", leave those that the code calls, and add what it "
             "calls besides");
    for (const std::string& service : to_fill_)
      remark("# put in, for NAME, the actions of " + service + " that the code calls");
    if (!to_call_.empty())
      remark("# put in the actions of " + listed(to_call_) + " that the code calls: these are examples");
    if (!to_name_.empty()) remark("# put in, for NAME, what it works on of " + listed(to_name_));
    if (to_assume_)
      remark("# put in, for ACCOUNT, the account of the role that is assumed: ${AWS::AccountId} where it is "
             "this one");
    return std::move(result_);
  }

private:
  /// Which actions stay, and which are of services that want naming.
  void sort_out() {
    if (statement_.value.get("NotAction").is_present()) return add_everything();
    for (const value::Value& item : strings_of(statement_.value.get("Action")).items) {
      const auto pattern = item.as_string();
      if (pattern && (*pattern == "*" || *pattern == "*:*")) return add_everything();
    }
    for (const value::Value& item : strings_of(statement_.value.get("Action")).items) add(item);
  }

  void add(const value::Value& item) {
    const std::string pattern(item.as_string().value_or(""));
    Strings alone;
    alone.items = {item};
    const std::string service = text::lower(pattern.substr(0, pattern.find(':')));
    if (service == "sam" || service == "serverless") return; // tools, not services: nothing is asked for them
    const bool meant = only_.empty() || std::ranges::find(only_, pattern) != only_.end();
    const bool wide = meant && has_wildcard(pattern) && !wildcard_grants(expansions_, alone).empty();
    const bool restrictable =
        meant && open_ && !stays_on_all(pattern) && !restrictable_grants(expansions_, alone).empty();
    if (wide) {
      parts_[service].wide.push_back(pattern);
    } else if (restrictable) {
      parts_[service].named.push_back(pattern);
      parts_[service].written.emplace_back(item);
    } else {
      kept_.emplace_back(item);
    }
  }

  /// Of everything, what the holders are known to use, and the logs that functions write.
  void add_everything() {
    if (is_for_service(system_, statement_.role, "cloudformation.amazonaws.com")) {
      remark(
          "# put in, for SERVICE and NAME, what makes, changes and deletes what the stacks hold, action by "
          "action, on the resources it is meant for");
      return add_statement({cel::Value("SERVICE:NAME")}, resources_named("SERVICE", "NAME"));
    }
    if (!open_) return add_everything_named();
    if (is_for_people(system_, statement_.role)) {
      remark(
          "# put in, for SERVICE and NAME, what those who sign in call themselves, action by action, on the "
          "resources it is meant for");
      return add_statement({cel::Value("SERVICE:NAME")}, resources_named("SERVICE", "NAME"));
    }
    parts_["logs"].wide.emplace_back("logs:*");
    for (const graph::NodeId holder : holders_) {
      for (const graph::EdgeId id : uses_of(holder)) {
        const graph::Edge& edge = system_.edge(id);
        const std::string service(arn_service(system_, edge.from == holder ? edge.to : edge.from));
        if (!service.empty() && parts_[service].wide.empty()) parts_[service].wide.push_back(service + ":*");
      }
    }
    if (parts_.size() == 1)
      remark("# nothing tells what else the code calls: add that, action by action, on the resources it is "
             "meant for");
  }

  /// Of everything on resources by name, what their services have.
  void add_everything_named() {
    for (const auto& [item, service] : named_) {
      if (!service.empty() && parts_[service].wide.empty()) parts_[service].wide.push_back(service + ":*");
    }
    if (!parts_.empty()) return;
    remark("# put in, for SERVICE and NAME, what the code calls of these resources");
    add_statement({cel::Value("SERVICE:NAME")}, {});
  }

  /// The resources by name that the service's actions can be meant for; nothing where that is all of them, or
  /// none by what their ARNs say: then they stay as they are.
  [[nodiscard]] cel::List named_of(const std::string& service) const {
    cel::List list;
    for (const auto& [item, of] : named_) {
      if (acts_on_service(service, of)) list.emplace_back(item);
    }
    return list.size() == named_.size() ? cel::List{} : list;
  }

  /// The resource that the statement stands in: what the statement names has to be made before it.
  [[nodiscard]] graph::NodeId home() const {
    const graph::NodeId policy = choice_.policy_around(statement_.value.span());
    return policy.valid() ? policy : statement_.role;
  }

  /// Edges of a holder that something else than this statement shows.
  [[nodiscard]] std::vector<graph::EdgeId> uses_of(graph::NodeId holder) const {
    using enum graph::EdgeKind;
    std::vector<graph::EdgeId> uses;
    const auto shown_elsewhere = [&](const graph::Edge& edge) {
      return std::ranges::any_of(edge.evidence, [&](const graph::Evidence& evidence) {
        return evidence.basis != graph::Basis::granted ||
               (evidence.span != statement_.span && !statement_.value.span().contains(evidence.span));
      });
    };
    for (const graph::EdgeId id : system_.outgoing[holder.index()]) {
      const graph::Edge& edge = system_.edge(id);
      const bool use = edge.kind != assumes && edge.kind != logs && edge.kind != refers;
      if (use && shown_elsewhere(edge)) uses.push_back(id);
    }
    for (const graph::EdgeId id : system_.incoming[holder.index()]) {
      if (system_.edge(id).kind == polls) uses.push_back(id);
    }
    return uses;
  }

  void find_targets(const std::string& service, Part& part) const {
    for (const graph::NodeId holder : holders_) {
      for (const graph::EdgeId id : uses_of(holder)) {
        const graph::Edge& edge = system_.edge(id);
        const graph::NodeId other = edge.from == holder ? edge.to : edge.from;
        if (!acts_on_service(service, arn_service(system_, other))) continue;
        part.kinds.insert(edge.kind);
        if (can_be_named(other) || can_be_told(other)) part.targets.insert(other);
      }
    }
  }

  /// Whether the role's template declares it.
  [[nodiscard]] bool is_here(const graph::Node& node) const {
    return node.resource != nullptr && statement_.role.valid() &&
           node.template_index == system_.node(statement_.role).template_index;
  }

  /// Whether the role's template can have the ARN, without the resource waiting for the role's function.
  [[nodiscard]] bool can_be_named(graph::NodeId id) const {
    const graph::Node& node = system_.node(id);
    if (!is_here(node) || std::ranges::find(holders_, id) != holders_.end() || id == statement_.role)
      return false;
    if (arn_service(system_, id).empty()) return false; // what its ARN looks like is not known
    if (has_varying_id(node) || order_.is_made_after(id, home_) != Tri::no) return false;
    const graph::Category category = graph::category_of(node.type);
    if (category != graph::Category::bucket && category != graph::Category::user_pool) return true;
    return !starts_holder(id);
  }

  /// Whether it is a resource of the role's template that goes by the name that its author wrote instead.
  [[nodiscard]] bool can_be_told(graph::NodeId id) const {
    const graph::Node& node = system_.node(id);
    return is_here(node) && !can_be_named(id) && can_be_spelled(node);
  }

  /// Whether a holder works on what the node tells it of: it would wait for the node that waits for it.
  [[nodiscard]] bool starts_holder(graph::NodeId id) const {
    return std::ranges::any_of(system_.outgoing[id.index()], [&](graph::EdgeId out) {
      const graph::Edge& edge = system_.edge(out);
      return edge.kind == graph::EdgeKind::triggers && std::ranges::find(holders_, edge.to) != holders_.end();
    });
  }

  /// Those of the template that the service's actions may be meant for, as far as they fit: one more than are
  /// shown, where there are as many.
  template <class Fits>
  [[nodiscard]] std::vector<graph::NodeId>
  candidates(const std::string& service, const std::vector<std::string>& actions, Fits fits) const {
    std::vector<graph::NodeId> found;
    // Nobody can tell whose code is replaced: what deploys works on others' functions.
    if (!statement_.role.valid() || (service == "lambda" && !starts_functions(actions))) return found;
    const std::size_t where = system_.node(statement_.role).template_index;
    const bool is_known = !expansions_.of(service + ":*").empty();
    for (const graph::NodeId id : choice_.of_service(where, service, is_known)) {
      if (!fits(id) || (!can_be_named(id) && !can_be_told(id))) continue;
      found.push_back(id);
      if (found.size() > most_choices) break;
    }
    return found;
  }

  static bool starts_functions(const std::vector<std::string>& actions) {
    return std::ranges::any_of(actions, [](const std::string& action) {
      return action.starts_with("lambda:Invoke") || has_wildcard(action);
    });
  }

  void add_part(const std::string& service, Part& part) {
    find_targets(service, part);
    std::vector<std::string> all = part.named;
    cel::List actions(part.written);
    if (!part.wide.empty()) {
      NamedActions named = named_actions(part.wide, part.kinds);
      if (service == "logs" && have_groups()) std::erase(named.names, "logs:CreateLogGroup");
      if (service == "ec2") {
        for (std::string& name : interface_actions(system_, statement_.role, holders_, part.wide))
          named.names.push_back(std::move(name));
      }
      if (named.names.size() == 1 && named.names.front().ends_with(":NAME"))
        to_fill_.push_back(service);
      else if (!named.known || is_maybe_management(part))
        to_call_.push_back(service);
      else if (!named.sure)
        to_choose_.push_back(service);
      for (std::string& name : named.names) {
        if (std::ranges::find(all, name) != all.end()) continue;
        actions.emplace_back(name);
        all.push_back(std::move(name));
      }
    }
    if (!open_) return add_statement(std::move(actions), named_of(service));
    if (!can_be_restricted(all) && !is_of_few(service, all)) return add_statement(std::move(actions), {});
    add_statement(std::move(actions), resources(service, part, all));
  }

  /// Whether the functions' log groups are there already, so that none makes its own.
  [[nodiscard]] bool have_groups() const {
    return !holders_.empty() && std::ranges::all_of(holders_, [&](graph::NodeId holder) {
      return std::ranges::any_of(system_.outgoing[holder.index()], [&](graph::EdgeId id) {
        return system_.edge(id).kind == graph::EdgeKind::logs;
      });
    });
  }

  /// Whether nothing tells if functions are called or changed: `lambda:*` of a holder that is not known to
  /// call one.
  static bool is_maybe_management(const Part& part) {
    return part.kinds.empty() && std::ranges::any_of(part.wide, [](const std::string& pattern) {
             const std::string lower = text::lower(pattern);
             return lower.starts_with("lambda:") && !lower.starts_with("lambda:invoke");
           });
  }

  [[nodiscard]] bool can_be_restricted(const std::vector<std::string>& actions) const {
    return std::ranges::any_of(actions, [&](const std::string& action) {
      const auto& known = expansions_.of(action);
      return !stays_on_all(action) && std::ranges::any_of(known, [](const knowledge::Action& one) {
        return one.resource_level != knowledge::ResourceLevel::star_only;
      });
    });
  }

  /// Whether the template has resources of a service whose actions aren't known, and not too many.
  [[nodiscard]] bool is_of_few(const std::string& service, const std::vector<std::string>& actions) const {
    if (!expansions_.of(service + ":*").empty()) return false;
    const auto any = [](graph::NodeId) { return true; };
    const std::size_t found = candidates(service, actions, any).size();
    return found > 0 && found <= most_choices;
  }

  cel::List resources(const std::string& service, const Part& part, const std::vector<std::string>& actions) {
    if (is_for_service(system_, statement_.role, "states.amazonaws.com") && are_of_rules(actions))
      return {rule_of_workflows()};
    const auto needed = [&](graph::NodeId id) { return is_needed(system_.node(id), service, actions); };
    std::vector<graph::NodeId> nodes(part.targets.begin(), part.targets.end());
    std::erase_if(nodes, [&](graph::NodeId id) { return !needed(id); });
    if (nodes.empty()) {
      nodes = candidates(service, actions, needed);
      if (nodes.size() > most_choices) nodes.clear();
      if (nodes.size() > 1) remark("# of these resources, leave those that it works on, and add others");
      if (nodes.size() == 1)
        remark("# it may work on " + std::string(system_.node(nodes.front()).resource->logical_id) +
               "; where it is others of " + service + ", put those in");
    }
    for (const graph::NodeId bucket : starting_buckets(service)) {
      const bool is_new = can_be_told(bucket) && std::ranges::find(nodes, bucket) == nodes.end();
      if (is_new) nodes.push_back(bucket); // what it tells of is read, mostly
    }
    cel::List list;
    std::vector<std::pair<std::string_view, cel::Value>> conditional; // on what, and what is there then
    std::vector<const graph::Node*> there;
    for (const graph::NodeId node : nodes) {
      const graph::Node& target = system_.node(node);
      const bool named = can_be_named(node);
      there.push_back(&target);
      for (cel::Value& resource :
           named ? resources_for(target, actions) : resources_spelled(target, actions)) {
        if (named && is_conditional(target))
          conditional.emplace_back(target.resource->condition, std::move(resource));
        else
          list.push_back(std::move(resource));
      }
    }
    for (auto& [condition, resource] : conditional) {
      // Something has to be named in stages that lack it, too.
      const bool alone = list.empty();
      if (alone) add_to_name(service);
      cel::Value otherwise = alone ? resources_named(service, "NAME", actions).front()
                                   : cel::Value(cel::Map{{"Ref", cel::Value("AWS::NoValue")}});
      list.push_back(where_made(condition, std::move(resource), std::move(otherwise)));
    }
    const std::vector<graph::NodeId> starting = starting_buckets(service);
    const bool all_told =
        std::ranges::all_of(starting, [&](graph::NodeId bucket) { return can_be_told(bucket); });
    if (!list.empty() && all_told) {
      cel::List others = resources_beside(there, service, "NAME", actions);
      if (!others.empty()) add_to_name(service);
      for (cel::Value& resource : others) list.push_back(std::move(resource));
      return list;
    }
    add_to_name(service);
    for (cel::Value& resource : resources_named(service, "NAME", actions)) {
      if (resource.display().find(":TYPE/") != std::string::npos)
        remark("# put in, for TYPE, the kind of that: some of the calls take one, some another");
      list.push_back(std::move(resource));
    }
    return list;
  }

  void add_to_name(const std::string& service) {
    to_assume_ = to_assume_ || service == "sts";
    std::string told = go_by_id(service) ? service + " (its id)" : service;
    if (std::ranges::find(to_name_, told) == to_name_.end()) to_name_.push_back(std::move(told));
  }

  /// Whether it may be missing where the statement is there: its ARN can't be asked for then.
  [[nodiscard]] bool is_conditional(const graph::Node& node) const {
    const std::string_view condition = node.resource->condition;
    if (condition.empty() || !home_.valid() || system_.node(home_).resource == nullptr)
      return !condition.empty();
    return condition != system_.node(home_).resource->condition;
  }

  /// Buckets of the role's template that start a holder: those go by a name that is written out.
  [[nodiscard]] std::vector<graph::NodeId> starting_buckets(const std::string& service) const {
    std::vector<graph::NodeId> found;
    if (!acts_on_service(service, "s3")) return found;
    for (const graph::NodeId holder : holders_) {
      for (const graph::EdgeId in : system_.incoming[holder.index()]) {
        const graph::Edge& edge = system_.edge(in);
        const graph::Node& from = system_.node(edge.from);
        if (edge.kind == graph::EdgeKind::triggers && is_here(from) &&
            graph::category_of(from.type) == graph::Category::bucket)
          found.push_back(edge.from);
      }
    }
    std::ranges::sort(found);
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
  }

  void add_statement(const cel::List& actions, const cel::List& resources) {
    cel::Map map = with_lists(statement_, actions, resources);
    // Each statement of a policy has a Sid of its own.
    if (!result_.statements.empty())
      std::erase_if(map, [](const auto& member) { return *member.first.string() == "Sid"; });
    result_.statements.emplace_back(std::move(map));
  }

  void remark(const std::string& line) {
    if (result_.remarks.find(line) != std::string::npos) return;
    result_.remarks += (result_.remarks.empty() ? "" : "\n") + line;
  }

  const std::vector<std::string>& only_;
  const graph::System& system_;
  const Expansions& expansions_;
  const graph::Statement& statement_;
  std::vector<graph::NodeId> holders_;
  graph::NodeId home_;
  const MakingOrder& order_;
  const NarrowingChoice& choice_;
  bool open_ = false;                                       ///< `Resource` names no resource.
  std::vector<std::pair<value::Value, std::string>> named_; ///< Else what it names, and of which service.
  std::vector<cel::Value> kept_;
  std::vector<std::string> to_choose_; ///< Services of which more is allowed than one call.
  std::vector<std::string> to_call_;   ///< Services of which nothing tells the actions.
  std::vector<std::string> to_fill_;   ///< Services of which no action is known.
  std::vector<std::string> to_name_;   ///< Services whose resources are not known.
  bool to_assume_ = false;             ///< Roles, of whatever account.
  std::map<std::string, Part> parts_;
  Narrowing result_;
};

} // namespace

Narrowing narrowed(const Facts& facts, const graph::Statement& statement,
                   const std::vector<std::string>& only) {
  return Narrower(facts, statement, only).run();
}

} // namespace slsaudit::analysis
