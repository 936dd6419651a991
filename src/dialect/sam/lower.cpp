// SPDX-License-Identifier: Apache-2.0
#include "dialect/sam/lower.hpp"

#include "dialect/cloudformation/evaluate.hpp"
#include "dialect/cloudformation/misnamed.hpp"
#include "dialect/cloudformation/shape.hpp"
#include "dialect/sam/connectors.hpp"
#include "dialect/sam/event_shape.hpp"
#include "dialect/sam/globals.hpp"
#include "dialect/sam/resources.hpp"
#include "text/encoding.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::dialect::sam {

namespace {

constexpr std::string_view prefix = "AWS::Serverless::";
constexpr std::string_view transform = "AWS::Serverless-2016-10-31";

/// In the order of lowering: APIs come after the events that add routes to them, connectors last.
struct Row {
  std::string_view type;
  void (*lower)(Context&, const Source&);
  int turn;
};
constexpr Row rows[] = {
    {"AWS::Serverless::Api", lower_api, 2},
    {"AWS::Serverless::Application", lower_application, 3},
    {"AWS::Serverless::CapacityProvider", lower_capacity_provider, 3},
    {"AWS::Serverless::Connector", lower_connector, 4},
    {"AWS::Serverless::Function", lower_function, 0},
    {"AWS::Serverless::GraphQLApi", lower_graphql_api, 3},
    {"AWS::Serverless::HttpApi", lower_http_api, 2},
    {"AWS::Serverless::LayerVersion", lower_layer_version, 3},
    {"AWS::Serverless::SimpleTable", lower_simple_table, 3},
    {"AWS::Serverless::StateMachine", lower_state_machine, 1},
    {"AWS::Serverless::WebSocketApi", lower_websocket_api, 2},
};
constexpr int turns = 5;

const Row* row_of(std::string_view type) {
  const auto* found =
      std::find_if(std::begin(rows), std::end(rows), [&](const Row& row) { return row.type == type; });
  return found == std::end(rows) ? nullptr : found;
}

bool has_transform(const Node* root) {
  const Node* written = get(root, "Transform");
  if (written == nullptr) return false;
  if (written->is_sequence()) {
    return std::any_of(written->children.begin(), written->children.end(),
                       [](const Entry& entry) { return text_of(entry.value) == transform; });
  }
  return text_of(written) == transform;
}

void check_transform(Context& context, const Node* root) {
  if (has_transform(root)) return;
  const auto first = std::find_if(context.sources.begin(), context.sources.end(),
                                  [](const Source& source) { return row_of(source.type) != nullptr; });
  if (first == context.sources.end()) return;
  const Node* type = get(first->body, "Type");
  context.problem(text::ProblemLevel::finding, "missing-transform",
                  "`" + std::string(first->type) + "` needs the transform `" + std::string(transform) +
                      "`, which the template does not name",
                  type->span, "add `Transform: " + std::string(transform) + "` at the top of the template");
}

/// The translator makes a resource of its `Properties`, and leaves out what stands beside them.
void check_attributes(Context& context, const Source& source) {
  if (!source.body->is_mapping()) return;
  const bool macro = !context.out.macro.empty(); // it may read attributes of its own
  for (const Entry& entry : source.body->children) {
    if (cloudformation::is_resource_attribute(entry.key)) continue;
    context.problem(macro ? text::ProblemLevel::note : text::ProblemLevel::finding,
                    "unknown-resource-attribute",
                    "`" + std::string(text::beginning(entry.key, 60)) +
                        "` is no attribute of a resource: SAM leaves it out",
                    entry.key_span, "move it into `Properties` if it is a property");
  }
}

void read_sources(Context& context, const std::vector<LoweredResource>& resources) {
  for (const LoweredResource& resource : resources) {
    if (resource.body == nullptr) continue;
    Source& source = context.sources.emplace_back();
    source.id = resource.logical_id;
    source.id_span = resource.id_span;
    source.body = resource.body;
    source.type = text_of(get(resource.body, "Type"));
    for (const std::string_view key : {"Condition", "DeletionPolicy", "UpdateReplacePolicy"}) {
      if (const Entry* entry = source.body->find(key)) source.attributes.push_back(*entry);
    }
    if (row_of(source.type) != nullptr) {
      check_attributes(context, source);
      source.properties = source.type == "AWS::Serverless::Connector"
                              ? get(source.body, "Properties")
                              : with_globals(context, source.type, source.body);
    } else if (source.type.starts_with(prefix) && cloudformation::closest_type(source.type).empty()) {
      context.problem(text::ProblemLevel::finding, "unknown-sam-type",
                      "SAM has no type `" + std::string(source.type) + "`", get(source.body, "Type")->span,
                      "correct the type: the deployment fails with it");
    }
  }
}

void lower_all(Context& context) {
  mend_events(context);
  collect_apis(context); // An API of SAM's own may take the place of another resource.
  for (const Source& source : context.sources) {
    if (row_of(source.type) == nullptr) context.pass_on(source);
  }
  for (int turn = 0; turn < turns; ++turn) {
    for (const Source& source : context.sources) {
      const Row* row = row_of(source.type);
      if (row != nullptr && row->turn == turn) row->lower(context, source);
    }
    if (turn == 2) lower_shared_usage_plan(context);
  }
  for (const Source& source : context.sources) lower_embedded_connectors(context, source);
  lower_deployments(context);
}

void add_sections(const Node* root, Sections& sections) {
  const syntax::Entry* globals = root == nullptr ? nullptr : root->find("Globals");
  if (globals == nullptr) return;
  sections["Globals"] = globals->key_span;
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> inherited{{
      {"Api", "Globals.Api"},
      {"Function", "Globals.Function"},
      {"HttpApi", "Globals.HttpApi"},
      {"SimpleTable", "Globals.SimpleTable"},
      {"StateMachine", "Globals.StateMachine"},
  }};
  for (const auto& [key, name] : inherited) {
    if (const syntax::Entry* entry = globals->value->find(key)) sections[name] = entry->key_span;
  }
}

} // namespace

Lowered lower(const syntax::Document& as_written, text::Arena& arena, const Inputs& inputs,
              const Limits& limits) {
  const std::optional<syntax::Document> kept = syntax::with_kept_entries(as_written, arena);
  const syntax::Document& document = kept ? *kept : as_written;
  Lowered out = cloudformation::lower(document, arena, inputs, limits);
  out.dialect = Dialect::sam;
  const std::vector<LoweredResource> written = std::move(out.resources);
  out.resources.clear();
  Context context(arena, inputs, out);
  context.globals = get(document.root, "Globals");
  if (context.globals != nullptr) {
    out.passages.push_back(
        {context.globals->span,
         {value::Origin::Kind::globals, document.root->find("Globals")->key_span, "Globals", nullptr}});
  }
  add_sections(document.root, out.sections);
  check_globals(context);
  read_sources(context, written);
  check_transform(context, document.root);
  lower_all(context);
  context.finish();
  return out;
}

} // namespace slsaudit::dialect::sam
