// SPDX-License-Identifier: Apache-2.0
#include "audit/worlds.hpp"

#include "audit/covering.hpp"
#include "audit/groups.hpp"
#include "audit/stacks.hpp"
#include "dialect/cloudformation/choice.hpp"
#include "dialect/cloudformation/evaluate.hpp"
#include "dialect/json_properties.hpp"

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

namespace slsaudit::audit {

namespace {

using dialect::Choice;
using dialect::Choices;
using dialect::cloudformation::choice_of;
using dialect::cloudformation::variable_of;

/// Combinations of choices that are tried: all, or those that show each two choices together.
constexpr std::size_t max_combinations = 64;
constexpr std::size_t few_combinations = 4;

bool is_pseudo(std::string_view name) {
  return name == "AWS::Region" || name == "AWS::AccountId" || name == "AWS::Partition";
}

const dialect::Parameter* find_parameter(const dialect::Template& source, std::string_view name) {
  const auto found = std::ranges::find(source.parameters, name, &dialect::Parameter::name);
  return found != source.parameters.end() ? &*found : nullptr;
}

/// Whether a parameter of that type can have the value at all.
bool fits(std::string_view type, const std::string& text) {
  if (type == "Number") {
    double number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    return read.ec == std::errc{} && read.ptr == text.data() + text.size();
  }
  const bool names_something = type.starts_with("AWS::") && !type.starts_with("AWS::SSM::Parameter::Value<");
  return !names_something || !text.empty();
}

/// What the parent's choices say of the parameters that it passes.
Choices choices_of_nested(const value::Value& passed, const Choices& parent) {
  Choices result;
  for (const auto& [name, choice] : parent) {
    if (is_pseudo(name)) result.emplace(name, choice);
  }
  for (const value::Member& member : passed.members()) {
    const auto chosen = parent.find(variable_of(member.value));
    if (chosen != parent.end()) {
      result.insert_or_assign(std::string(member.key), chosen->second);
    } else if (const auto choice = choice_of(member.value, parent)) {
      result.insert_or_assign(std::string(member.key), *choice);
    }
  }
  return result;
}

} // namespace

/// A parameter that several templates may share: those of one name that allow the same.
struct Worlds::Variable {
  std::string_view name;
  const dialect::Parameter* declared = nullptr; ///< Null for pseudo-parameters.
  std::set<std::string> constants;
  std::set<std::size_t> roots;
  std::vector<Choice> choices; ///< The default's first.
};

struct Worlds::Finder {
  explicit Finder(Worlds& worlds) : worlds_(worlds), members_(worlds.members_), together_(members_.size()) {}

  void run(std::size_t resources) {
    for (std::size_t i = 0; i < members_.size(); ++i) {
      if (members_[i]->parent) together_.join(i, *members_[i]->parent);
      if (members_[i]->evaluated.used_conditions.empty()) continue;
      for (const dialect::Comparison& comparison : members_[i]->evaluated.comparisons)
        add_comparison(i, comparison);
    }
    for (auto& [key, variable] : variables_) set_choices(variable);
    std::map<std::size_t, std::vector<const Variable*>> groups;
    for (const auto& [key, variable] : variables_) {
      if (variable.choices.size() > 1) groups[together_.first(*variable.roots.begin())].push_back(&variable);
    }
    limit_ = std::min(max_judged_resources / std::max<std::size_t>(resources, 1), max_worlds);
    if (limit_ < least_worlds) limit_ = 1;
    for (const auto& [group, variables] : groups) find_worlds(group, variables);
  }

private:
  /// Follows what parents pass up to the parameter that the deployer gives.
  void add_comparison(std::size_t member, const dialect::Comparison& comparison) {
    std::string_view name = comparison.name;
    while (!is_pseudo(name) && members_[member]->parent) {
      const std::size_t parent = *members_[member]->parent;
      const auto passed = passed_by(members_[parent]->evaluated, members_[member]->stack);
      name = variable_of(passed.get(name));
      member = parent;
    }
    const dialect::Parameter* declared = find_parameter(members_[member]->evaluated, name);
    if (declared == nullptr && !is_pseudo(name)) return;
    std::string key(name);
    if (declared != nullptr) {
      for (const value::Value& allowed : declared->allowed_values) {
        if (!allowed.as_string()) return;
        key += '\n' + std::string(*allowed.as_string());
      }
    }
    Variable& variable = variables_[key];
    if (variable.roots.empty()) variable.name = name;
    if (variable.declared == nullptr) variable.declared = declared;
    variable.constants.insert(comparison.constants.begin(), comparison.constants.end());
    variable.roots.insert(member);
    together_.join(member, *variable.roots.begin());
  }

  static void set_choices(Variable& variable) {
    std::vector<Choice> exact;
    std::vector<std::string> compared(variable.constants.begin(), variable.constants.end());
    bool others = true;
    std::optional<std::string> standard;
    if (const dialect::Parameter* declared = variable.declared) {
      const auto is_allowed = [&](const std::string& text) {
        const auto& allowed = declared->allowed_values;
        return allowed.empty() ? fits(declared->type, text)
                               : std::ranges::any_of(allowed, [&](const value::Value& value) {
                                   return value.as_string() == text;
                                 });
      };
      std::erase_if(compared, [&](const std::string& text) { return !is_allowed(text); });
      others = declared->allowed_values.empty() || declared->allowed_values.size() > compared.size();
      if (const auto text = declared->default_value.as_string()) standard = std::string(*text);
      if (declared->default_value.is(value::Kind::null)) standard = "";
    }
    for (const std::string& text : compared) variable.choices.push_back({text, {}});
    const bool is_compared = standard && std::ranges::find(compared, *standard) != compared.end();
    // A default that is compared with nothing stands for all that is so.
    if (standard && !is_compared)
      variable.choices.push_back({standard, {}});
    else if (others)
      variable.choices.push_back({std::nullopt, compared});
    const auto first = std::ranges::find_if(
        variable.choices, [&](const Choice& choice) { return standard && choice.value == standard; });
    if (first != variable.choices.end()) std::rotate(variable.choices.begin(), first, first + 1);
  }

  void find_worlds(std::size_t group, const std::vector<const Variable*>& variables) {
    std::vector<std::size_t> members;
    for (std::size_t i = 0; i < members_.size(); ++i) {
      if (together_.first(i) == group) members.push_back(i);
    }
    std::vector<std::size_t> counts;
    for (const Variable* variable : variables) counts.push_back(variable->choices.size());
    std::set<std::vector<Outcomes>> known;
    std::vector<std::vector<Choices>> worlds;
    std::vector<std::vector<Outcomes>> outcomes;
    // Of a large system only whether there are more is told, which a few combinations mostly show.
    const auto is_enough = [&] { return limit_ == 1 && worlds.size() > limit_; };
    bool pairs = false;
    for (const std::size_t most : {limit_ == 1 ? few_combinations : max_combinations, max_combinations}) {
      const Combinations tried = combinations(counts, most);
      pairs = tried.pairs;
      for (const Combination& combination : tried.list) {
        if (is_enough()) break;
        std::vector<Choices> choices = choices_for(members, variables, combination);
        std::vector<Outcomes> decided;
        for (std::size_t i = 0; i < members.size(); ++i) decided.push_back(decide(members[i], choices[i]));
        if (!known.insert(decided).second) continue;
        worlds.push_back(std::move(choices));
        outcomes.push_back(std::move(decided));
      }
      if (most == max_combinations || is_enough()) break;
    }
    if (worlds.size() > limit_) worlds_.sampled_ = true;
    const bool complete = choose(members, worlds, outcomes) && pairs;
    for (std::size_t i = 0; i < members.size(); ++i) {
      worlds_.complete_[members[i]] = complete;
      if (worlds.size() < 2) continue;
      auto& own_choices = worlds_.choices_[members[i]];
      auto& own_outcomes = worlds_.outcomes_[members[i]];
      own_choices.clear();
      own_outcomes.clear();
      for (std::size_t w = 0; w < worlds.size(); ++w) {
        own_choices.push_back(std::move(worlds[w][i]));
        own_outcomes.push_back(std::move(outcomes[w][i]));
      }
    }
    worlds_.count_ = std::max(worlds_.count_, worlds.size());
  }

  /// Few worlds are judged all, of many those in which every two outcomes are together. False where that
  /// leaves out a pair.
  bool choose(const std::vector<std::size_t>& members, std::vector<std::vector<Choices>>& worlds,
              std::vector<std::vector<Outcomes>>& outcomes) const {
    if (worlds.size() <= limit_) return true;
    const Cover cover = covering_rows(table_of(members, outcomes), limit_);
    std::vector<std::vector<Choices>> chosen;
    std::vector<std::vector<Outcomes>> chosen_outcomes;
    for (const std::size_t row : cover.rows) {
      chosen.push_back(std::move(worlds[row]));
      chosen_outcomes.push_back(std::move(outcomes[row]));
    }
    worlds = std::move(chosen);
    outcomes = std::move(chosen_outcomes);
    return cover.pairs;
  }

  /// A row for each world; a column for conditions that come out differently in some worlds, one for all that
  /// always come out together. Cells are numbered as the outcomes come.
  std::vector<std::vector<std::uint8_t>> table_of(const std::vector<std::size_t>& members,
                                                  const std::vector<std::vector<Outcomes>>& outcomes) const {
    std::set<std::vector<std::uint8_t>> columns;
    for (std::size_t i = 0; i < members.size(); ++i) {
      for (const auto& used : members_[members[i]]->evaluated.used_conditions) {
        std::vector<std::optional<bool>> seen;
        std::vector<std::uint8_t> column;
        for (const std::vector<Outcomes>& world : outcomes) {
          const auto found = world[i].find(used.first);
          const auto outcome = found != world[i].end() ? std::optional(found->second) : std::nullopt;
          const auto place = std::ranges::find(seen, outcome) - seen.begin();
          if (place == std::ssize(seen)) seen.push_back(outcome);
          column.push_back(static_cast<std::uint8_t>(place));
        }
        if (seen.size() > 1) columns.insert(std::move(column));
      }
    }
    std::vector<std::vector<std::uint8_t>> rows(outcomes.size());
    for (const auto& column : columns) {
      for (std::size_t row = 0; row < rows.size(); ++row) rows[row].push_back(column[row]);
    }
    return rows;
  }

  std::vector<Choices> choices_for(const std::vector<std::size_t>& members,
                                   const std::vector<const Variable*>& variables,
                                   const Combination& combination) const {
    std::vector<Choices> result;
    std::map<std::size_t, std::size_t> place; // of a member, in `members`: parents come first
    for (const std::size_t member : members) {
      place.emplace(member, result.size());
      Choices choices;
      if (const auto parent = members_[member]->parent) {
        choices = choices_of_nested(passed_by(members_[*parent]->evaluated, members_[member]->stack),
                                    result[place.at(*parent)]);
      } else {
        for (std::size_t v = 0; v < variables.size(); ++v) {
          const Variable& variable = *variables[v];
          if (variable.roots.contains(member) || is_pseudo(variable.name))
            choices.emplace(variable.name, variable.choices[combination[v]]);
        }
      }
      result.push_back(std::move(choices));
    }
    return result;
  }

  Outcomes decide(std::size_t member, const Choices& choices) const {
    const LoadedTemplate& loaded = *members_[member];
    dialect::Inputs inputs = worlds_.given_;
    inputs.choices = choices;
    if (loaded.parent) { // as if the deployer gave what the parent passes
      inputs.parameters.clear();
      for (const dialect::Parameter& parameter : loaded.evaluated.parameters) {
        const auto chosen = choices.find(parameter.name);
        const auto known = chosen != choices.end() ? chosen->second.value
                           : parameter.value.as_string()
                               ? std::optional(std::string(*parameter.value.as_string()))
                               : std::nullopt;
        if (known) inputs.parameters.emplace(std::string(parameter.name), *known);
      }
    }
    dialect::cloudformation::Evaluator evaluator(loaded.lowered, worlds_.arena_, inputs);
    Outcomes outcomes;
    for (const auto& used : loaded.evaluated.used_conditions) {
      if (const auto outcome = evaluator.condition(used.first)) outcomes.emplace(used.first, *outcome);
    }
    return outcomes;
  }

  Worlds& worlds_;
  const Members& members_;
  Groups together_; ///< Members that share parameters or nest each other.
  std::map<std::string, Variable> variables_;
  std::size_t limit_ = max_worlds;
};

Worlds::Worlds(Members members, std::size_t resources, const dialect::Inputs& given,
               const text::SourceMap& texts, text::Arena& arena)
    : members_(std::move(members)), given_(given), texts_(texts), arena_(arena), constants_(members_.size()),
      complete_(members_.size(), true), choices_(members_.size(), {Choices{}}),
      outcomes_(members_.size(), {Outcomes{}}) {
  Finder(*this).run(resources);
}

bool Worlds::all_complete() const {
  return std::ranges::find(complete_, false) == complete_.end();
}

const std::optional<dialect::Template>& Worlds::evaluated(std::size_t member, std::size_t index) {
  const auto [made, is_new] = made_.try_emplace({member, index});
  if (!is_new) return made->second;
  const LoadedTemplate& loaded = *members_[member];
  if (choices_[member].size() == 1) {
    made->second = loaded.evaluated;
    return made->second;
  }
  dialect::Inputs inputs = given_;
  if (loaded.parent) {
    const auto& parent = made_.at({*loaded.parent, index});
    if (!parent) return made->second;
    const bool deployed = std::ranges::any_of(parent->resources, [&](const dialect::Resource& resource) {
      return resource.logical_id == loaded.stack;
    });
    if (!deployed) return made->second;
    inputs = inputs_of_nested(given_, passed_by(*parent, loaded.stack));
  }
  inputs.choices = choices_[member][index];
  dialect::Template result =
      dialect::cloudformation::evaluate(loaded.lowered, arena_, inputs, constants_[member]);
  dialect::read_json_properties(result, texts_, arena_);
  result.problems = loaded.evaluated.problems; // what is wrong with the text is so in every world
  made->second = std::move(result);
  return made->second;
}

std::vector<std::size_t> Worlds::deployed(std::size_t world) {
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    if (evaluated(i, index_of(world, i))) result.push_back(i);
  }
  return result;
}

std::vector<LoadedTemplate> Worlds::templates(std::size_t world) {
  std::vector<LoadedTemplate> result;
  std::vector<std::optional<std::size_t>> places(members_.size());
  for (const std::size_t i : deployed(world)) {
    LoadedTemplate loaded;
    loaded.evaluated = *evaluated(i, index_of(world, i));
    if (members_[i]->parent) {
      loaded.parent = places[*members_[i]->parent];
      loaded.stack = members_[i]->stack;
    }
    places[i] = result.size();
    result.push_back(std::move(loaded));
  }
  return result;
}

} // namespace slsaudit::audit
