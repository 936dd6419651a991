// SPDX-License-Identifier: Apache-2.0
#include "graph/asl.hpp"

#include "value/json_in_text.hpp"

namespace slsaudit::graph {

namespace {

using value::Member;
using value::Part;
using value::Value;

/// `${Name}` in a definition that was not written with Fn::Sub, replaced from DefinitionSubstitutions.
Value substitute(const Value& text, const Value& substitutions, const value::Factory& make) {
  const auto known = text.as_string();
  if (!known || !text.is(value::Kind::string) || known->find("${") == std::string_view::npos) return text;
  std::vector<Part> parts;
  std::string_view rest = *known;
  for (std::size_t begin = rest.find("${"); begin != std::string_view::npos; begin = rest.find("${")) {
    const std::size_t end = rest.find('}', begin);
    if (end == std::string_view::npos) break;
    const Value replacement = substitutions.get(rest.substr(begin + 2, end - begin - 2));
    const auto literal = replacement.as_string();
    if (literal || replacement.is(value::Kind::symbolic)) {
      parts.push_back({.literal = rest.substr(0, begin), .name = {}, .attribute = {}});
      if (literal) parts.push_back({.literal = *literal, .name = {}, .attribute = {}});
      parts.insert(parts.end(), replacement.parts().begin(), replacement.parts().end());
    } else {
      parts.push_back({.literal = rest.substr(0, end + 1), .name = {}, .attribute = {}});
    }
    rest.remove_prefix(end + 1);
  }
  parts.push_back({.literal = rest, .name = {}, .attribute = {}});
  return make.symbolic(parts, text.span());
}

// Recursion: depth is that of the author's tree.
Value substitute_all(const Value& value, const Value& substitutions, const value::Factory& make) {
  if (value.is_list()) {
    std::vector<Value> items;
    for (const Value& item : value.items()) items.push_back(substitute_all(item, substitutions, make));
    return make.list(items, value.span());
  }
  if (value.is_map()) {
    std::vector<Member> members;
    for (const Member& member : value.members()) {
      members.push_back(
          {member.key,
           substitute_all(member.value, substitutions, make).with_key_span(member.value.key_span())});
    }
    return make.map(members, value.span());
  }
  return substitute(value, substitutions, make);
}

struct Level {
  Value states;
  std::vector<Value> maps; ///< Around them, the nearest first.
};

/// What readers need to know of a Map state.
Value map_summary(std::string_view name, const Value& state, const value::Factory& make) {
  std::vector<Member> members{{"Name", make.string(name, state.span())}};
  for (const std::string_view key : {"Items", "ItemReader", "MaxConcurrency", "MaxConcurrencyPath",
                                     "ItemBatcher", "ToleratedFailureCount", "ToleratedFailurePercentage"}) {
    if (const Value setting = state.get(key); setting.is_present()) members.push_back({key, setting});
  }
  const Value mode = state.at("ItemProcessor.ProcessorConfig.Mode");
  if (mode.is_present()) members.push_back({"Mode", mode});
  return make.map(members, state.span());
}

TaskState task(std::string_view name, const Value& state, const std::vector<Value>& maps,
               const value::Factory& make) {
  std::vector<Member> settings{{"Name", make.string(name, state.span())}};
  for (const Member& member : state.members()) {
    // What is inside a Map has edges of its own.
    if (member.key != "ItemProcessor" && member.key != "Iterator") settings.push_back(member);
  }
  if (!maps.empty()) settings.push_back({"Maps", make.list(maps, state.span())});
  return {std::string(name), state, make.map(settings, state.span())};
}

} // namespace

Value read_definition(const Value& definition, text::Arena& arena) {
  return definition.is_map() ? definition : value::read_json(definition, arena);
}

std::vector<TaskState> task_states(const Value& definition, const Value& substitutions, text::Arena& arena) {
  const value::Factory make(arena);
  const Value whole = substitutions.is_map() ? substitute_all(definition, substitutions, make) : definition;
  std::vector<TaskState> result;
  std::vector<Level> pending{{whole.get("States"), {}}};
  while (!pending.empty()) {
    const Level level = pending.back();
    pending.pop_back();
    std::vector<Level> inner;
    for (const Member& state : level.states.members()) {
      const auto type = state.value.get("Type").as_string();
      if (type == "Task" || type == "Map") result.push_back(task(state.key, state.value, level.maps, make));
      for (const Value& branch : state.value.get("Branches").items())
        inner.push_back({branch.get("States"), level.maps});
      if (type != "Map") continue;
      std::vector<Value> maps{map_summary(state.key, state.value, make)};
      maps.insert(maps.end(), level.maps.begin(), level.maps.end());
      for (const std::string_view key : {"ItemProcessor", "Iterator"}) {
        inner.push_back({state.value.get(key).get("States"), maps});
      }
    }
    pending.insert(pending.end(), inner.rbegin(), inner.rend());
  }
  return result;
}

} // namespace slsaudit::graph
