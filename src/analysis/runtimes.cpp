// SPDX-License-Identifier: Apache-2.0
// Table "runtimes": what functions run on, those in sight and those whose provider alone is.
#include "analysis/analyses.hpp"
#include "analysis/functions.hpp"
#include "analysis/platform.hpp"

#include <algorithm>

namespace slsaudit::analysis {
namespace {

/// What is known of a runtime, as a cell; null where nothing is.
cel::Value runtime_cell(const knowledge::Runtime* runtime, std::string_view knowledge::Runtime::*part) {
  return runtime == nullptr || (runtime->*part).empty() ? cel::Value() : cel::Value(runtime->*part);
}

/// Where a text that others look up is to be changed.
struct Elsewhere {
  cel::Value mapping;
  cel::Value parameter;
  cel::Value allowed;
};

/// Nothing of what the deployer or a parent stack gives: another default would change nothing.
Elsewhere elsewhere(const graph::System& system, graph::NodeId node) {
  const graph::Node& function = system.node(node);
  if (function.resource == nullptr) return {};
  using Kind = value::Origin::Kind;
  const value::Value runtime = function.resource->properties.at("Runtime");
  for (const value::Origin* origin = runtime.origin(); origin != nullptr; origin = origin->next) {
    if (origin->kind == Kind::mapping) return {cel::Value(origin->name).at(origin->span), {}, {}};
    if (origin->kind == Kind::parameter_default) {
      const auto& parameters = system.templates[function.template_index].parameters;
      const auto found = std::ranges::find(parameters, origin->name, &dialect::Parameter::name);
      if (found == parameters.end()) return {};
      cel::List allowed;
      for (const value::Value& one : found->allowed_values) allowed.emplace_back(one);
      return {{}, cel::Value(origin->name).at(origin->span), cel::Value(std::move(allowed))};
    }
    if (origin->kind != Kind::globals && origin->kind != Kind::include) return {};
  }
  return {};
}

void add(const Facts& facts, const Schema& schema, Table& table, graph::NodeId function,
         std::string_view service, const cel::Value& named, text::Span at) {
  const auto name = named.string();
  const Elsewhere said = function.valid() ? elsewhere(facts.system(), function) : Elsewhere{};
  const knowledge::Runtime* runtime = name ? platform(facts).runtime(*name) : nullptr;
  add_row(
      table, schema,
      {{"function", resource_cell(facts, function)},
       {"service", service.empty() ? cel::Value() : cel::Value(service)},
       {"runtime", named},
       {"deprecation", runtime_cell(runtime, &knowledge::Runtime::deprecation).assuming(named.assumption())},
       {"block_create", runtime_cell(runtime, &knowledge::Runtime::block_create)},
       {"block_update", runtime_cell(runtime, &knowledge::Runtime::block_update)},
       {"successor", runtime_cell(runtime, &knowledge::Runtime::successor)},
       {"mapping", said.mapping},
       {"parameter", said.parameter},
       {"allowed", said.allowed}},
      at);
}

void compute(const Facts& facts, const Schema& schema, Table& table) {
  const graph::System& system = facts.system();
  for (const graph::NodeId node : facts.nodes_of_type(function_type)) {
    const std::string_view service = system.templates[system.node(node).template_index].service;
    add(facts, schema, table, node, service, property_cell(facts, node, "Runtime"),
        facts.object(node)->span());
  }
  for (const dialect::Template& source : system.templates) {
    const dialect::OutOfSight& unread = source.unread;
    if (unread.runtime.empty()) continue;
    add(facts, schema, table, {}, source.service, cel::Value(unread.runtime).at(unread.runtime_span),
        unread.runtime_span);
  }
}

} // namespace

const Analysis& runtime_analysis() {
  static const Analysis analysis{
      {"runtimes",
       "What each Lambda function runs on; and, of a Serverless Framework service that keeps all its "
       "functions "
       "in files that can't be read, what its provider gives them",
       {
           {"function", "resource", "", "the function; null where the functions are out of sight"},
           {"service", "string", "", "the service's name; null where there is none or it isn't known"},
           {"runtime", "string", "", "null for container images"},
           {"deprecation", "string", "",
            "ISO date from which the runtime gets no patches; null when none is known"},
           {"block_create", "string", "", "ISO date from which functions can't be created with it"},
           {"block_update", "string", "", "ISO date from which functions can't be updated with it"},
           {"successor", "string", "", "the runtime to move to; null when there is none"},
           {"mapping", "string", "",
            "the entry of a mapping that says it, as `Node/Runtime/Version`; the mapping's name alone where "
            "several may; else null"},
           {"parameter", "string", "", "the parameter whose default it is; else null"},
           {"allowed", "list", "",
            "the values that this parameter takes; empty where it takes any; else null"},
       }},
      compute};
  return analysis;
}

} // namespace slsaudit::analysis
