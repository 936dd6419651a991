// SPDX-License-Identifier: Apache-2.0
#include "dialect/cloudformation/evaluate.hpp"

#include "dialect/cloudformation/interpreter.hpp"
#include "dialect/cloudformation/parts.hpp"
#include "dialect/cloudformation/shape.hpp"
#include "text/encoding.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace slsaudit::dialect::cloudformation {

using syntax::Entry;
using syntax::Node;
using syntax::NodeKind;
using text::ProblemLevel;
using value::Value;

namespace {

constexpr std::size_t max_logical_id = 255;

bool is_alphanumeric(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  });
}

/// "A::B", "A::B::C" …, none of them empty.
bool is_type_name(std::string_view type) {
  // Nobody else may use the name AWS in another spelling.
  if (type.starts_with("aws::") || type.starts_with("Aws::")) return false;
  std::size_t segments = 0;
  while (true) {
    const std::size_t end = type.find("::");
    if (end == 0 || type.empty()) return false;
    ++segments;
    if (end == std::string_view::npos) return segments >= 2;
    type.remove_prefix(end + 2);
  }
}

/// Each scalar once, in the order of the text.
std::vector<Setting> settings_of(const Node* root) {
  std::vector<Setting> settings;
  std::vector<std::pair<std::string_view, const Node*>> pending;
  std::set<const Node*> seen; // aliases share nodes
  if (root != nullptr) pending.emplace_back("", root);
  while (!pending.empty()) {
    const auto [name, node] = pending.back();
    pending.pop_back();
    if (!seen.insert(node).second) continue;
    for (auto entry = node->children.rbegin(); entry != node->children.rend(); ++entry)
      pending.emplace_back(entry->key.empty() ? name : entry->key, entry->value);
    if (node->is_scalar() && node->tag.empty()) settings.push_back({name, node->text, node->span});
  }
  return settings;
}

/// Turns the resources and outputs of a lowered template into values.
class TemplateMaker {
public:
  TemplateMaker(const Lowered& lowered, text::Arena& arena, const Inputs& inputs, Constants* constants)
      : lowered_(lowered), interpreter_(lowered, arena, inputs, Names::declared, constants) {
    for (const LoweredResource& resource : lowered.resources) ids_.insert(resource.logical_id);
  }

  Template make() {
    Template result;
    result.dialect = lowered_.dialect;
    result.file = lowered_.file;
    result.service = lowered_.service;
    result.own_roles = lowered_.own_roles;
    result.stack_names = lowered_.stack_names;
    result.sections = lowered_.sections;
    result.unread = lowered_.unread;
    result.loops = lowered_.loops;
    result.custom = settings_of(lowered_.custom);
    result.parameters = interpreter_.parameters();
    for (const Condition& condition : interpreter_.conditions()) {
      const Decision* decision = interpreter_.decision(condition.name);
      result.conditions[condition.name] = decision != nullptr ? decision->outcome : std::nullopt;
    }
    result.resources.reserve(lowered_.resources.size());
    for (const LoweredResource& resource : lowered_.resources) {
      if (auto made = make_resource(resource)) result.resources.push_back(std::move(*made));
    }
    make_outputs(result);
    result.used_conditions = interpreter_.used();
    result.comparisons = interpreter_.comparisons();
    result.undeclared.assign(interpreter_.undeclared_names().begin(), interpreter_.undeclared_names().end());
    result.problems = lowered_.problems;
    result.problems.insert(result.problems.end(), interpreter_.problems().begin(),
                           interpreter_.problems().end());
    return result;
  }

private:
  void tell(text::Problem problem) {
    interpreter_.report(problem.level, problem.name, std::move(problem.message), problem.span,
                        std::move(problem.help));
  }

  std::optional<Resource> make_resource(const LoweredResource& lowered) {
    check_id(lowered);
    const Node* body = lowered.body;
    if (body == nullptr || body->kind == NodeKind::unknown) return std::nullopt;
    if (!body->is_mapping()) {
      const Entry entry{lowered.logical_id, lowered.id_span, body, false};
      tell(wrong_shape("wrong-resource-shape", entry, "a mapping with `Type`"));
      return std::nullopt;
    }
    Resource resource;
    resource.logical_id = lowered.logical_id;
    resource.id_span = lowered.id_span;
    resource.span = body->span;
    resource.author = lowered.author;
    const bool typed = read_type(resource, lowered);
    resource.condition = condition_of(*body);
    // No rule is about the CDK's own statistics.
    if (resource.type != "AWS::CDK::Metadata") interpreter_.use(resource.condition);
    const Decision* decision = interpreter_.decision(resource.condition);
    const bool left_out = decision != nullptr && decision->outcome == false;
    if (decision != nullptr) interpreter_.assume(resource.condition);
    read_attributes(resource, *body);
    interpreter_.assume_nothing();
    if (left_out) {
      interpreter_.report(ProblemLevel::note, "left-out",
                          "the resource `" + std::string(resource.logical_id) +
                              "` is left out: its condition `" + std::string(resource.condition) +
                              "` is false",
                          resource.id_span);
    }
    if (!typed || left_out) return std::nullopt;
    return resource;
  }

  void check_id(const LoweredResource& lowered) {
    const std::string_view id = lowered.logical_id;
    // What a framework's variable stands in is not the id yet.
    if (id.find("${") != std::string_view::npos && lowered_.dialect == Dialect::serverless) return;
    if (!id.empty() && id.size() <= max_logical_id && is_alphanumeric(id)) return;
    if (!odd_ids_.insert(lowered.id_span).second) return; // a loop makes many of one key
    interpreter_.report(ProblemLevel::error, "invalid-logical-id",
                        "a logical id is not 1 to 255 letters and digits: `" +
                            std::string(text::beginning(id, 60)) + "`",
                        lowered.id_span, "rename the resource");
  }

  /// Whether a condition got among the resources.
  static bool is_condition(const Node& body) {
    constexpr std::array<std::string_view, 4> functions{"Fn::Equals", "Fn::And", "Fn::Or", "Fn::Not"};
    return std::ranges::any_of(functions, [&](std::string_view function) { return body.find(function); });
  }

  bool read_type(Resource& resource, const LoweredResource& lowered) {
    const Entry* entry = lowered.body->find("Type");
    if (entry == nullptr) {
      // What a transform makes of the resource isn't known, and is told where the transform is read.
      if (lowered.body->find("Fn::Transform") != nullptr) return false;
      interpreter_.report(ProblemLevel::error, "missing-type",
                          "the resource `" + std::string(resource.logical_id) + "` has no `Type`",
                          resource.id_span,
                          is_condition(*lowered.body) ? "move the condition into `Conditions`"
                                                      : "say what it is, such as `Type: AWS::SQS::Queue`");
      return false;
    }
    const Node& type = *entry->value;
    resource.type_span = type.span;
    if (type.kind == NodeKind::unknown) return false;
    const auto call = as_call(type);
    if (call && !is_intrinsic(call->name)) {
      (void)interpreter_.evaluate(type); // tells that there is no such function
      return false;
    }
    if (!type.is_scalar() || call || syntax::is_null(type)) {
      tell(wrong_shape("missing-type", *entry, "the name of a resource type as text"));
      return false;
    }
    resource.type = type.text;
    if (!is_type_name(type.text)) {
      interpreter_.report(ProblemLevel::error, "invalid-type",
                          "`" + std::string(text::beginning(type.text, 80)) +
                              "` is no resource type; expected a name such as `AWS::SQS::Queue`",
                          type.span, "correct the type");
      return false;
    }
    return true;
  }

  std::string_view condition_of(const Node& body) {
    const Entry* entry = body.find("Condition");
    if (entry == nullptr || entry->value->kind == NodeKind::unknown) return {};
    const Node& name = *entry->value;
    if (!name.is_scalar() || !name.tag.empty() || syntax::is_null(name)) {
      tell(wrong_shape("wrong-resource-shape", *entry, "the name of a condition"));
      return {};
    }
    if (interpreter_.decision(name.text) == nullptr)
      interpreter_.undeclared("condition", name.text, name.span);
    return name.text;
  }

  void read_attributes(Resource& resource, const Node& body) {
    resource.properties = map_attribute(body, "Properties");
    if (resource.properties.is_absent()) resource.properties = interpreter_.make().map({}, body.span);
    if (body.find("Fn::Transform") != nullptr) {
      resource.properties = interpreter_.make().unknown("`Fn::Transform` adds to this resource", body.span);
    }
    resource.metadata = map_attribute(body, "Metadata");
    resource.update_policy = map_attribute(body, "UpdatePolicy");
    (void)map_attribute(body, "CreationPolicy"); // tells what is wrong inside
    resource.deletion_policy = policy(body, "DeletionPolicy");
    const Node* deletion = body.get("DeletionPolicy");
    resource.deletion_known =
        deletion == nullptr || !resource.deletion_policy.empty() || syntax::is_null(*deletion);
    resource.update_replace_policy = policy(body, "UpdateReplacePolicy");
    if (const Entry* entry = body.find("DependsOn")) read_depends_on(resource, *entry);
    check_attributes(body);
  }

  Value map_attribute(const Node& body, std::string_view name) {
    const Entry* entry = body.find(name);
    if (entry == nullptr || syntax::is_null(*entry->value)) return interpreter_.make().absent(body.span);
    const Value value = interpreter_.evaluate(*entry->value).with_key_span(entry->key_span);
    const bool odd = value.is_list() || value.as_string() || value.is(value::Kind::symbolic);
    if (!odd) return value;
    tell(wrong_shape("wrong-resource-shape", *entry, "a mapping"));
    return interpreter_.make()
        .unknown("`" + std::string(name) + "` is no mapping", entry->value->span)
        .with_key_span(entry->key_span);
  }

  std::string_view policy(const Node& body, std::string_view name) {
    static constexpr std::array<std::string_view, 4> policies{"Delete", "Retain", "RetainExceptOnCreate",
                                                              "Snapshot"};
    const Entry* entry = body.find(name);
    if (entry == nullptr) return {};
    const Value value = interpreter_.evaluate(*entry->value);
    const auto text = value.as_string();
    if (text && std::ranges::find(policies, *text) != policies.end()) return *text;
    if (!text &&
        (value.is_unknown() || value.is(value::Kind::symbolic) || value.is(value::Kind::conditional)))
      return {};
    if (value.is_absent()) return {};
    tell(wrong_shape("wrong-resource-shape", *entry,
                     "`Delete`, `Retain`, `RetainExceptOnCreate` or `Snapshot`"));
    return {};
  }

  void read_depends_on(Resource& resource, const Entry& entry) {
    const auto add = [&](const Node& node) {
      if (node.kind == NodeKind::unknown) return;
      const Entry place{entry.key, entry.key_span, &node, false};
      if (!node.is_scalar() || !node.tag.empty() || syntax::is_null(node)) {
        tell(wrong_shape("wrong-resource-shape", place, "the name of a resource, or a list of names"));
        return;
      }
      resource.depends_on.push_back(node.text);
      if (node.text == resource.logical_id) {
        interpreter_.report(ProblemLevel::finding, "depends-on-itself",
                            "the resource `" + std::string(node.text) + "` depends on itself", node.span,
                            "remove the name");
      } else if (!ids_.contains(node.text)) {
        interpreter_.undeclared("reference", node.text, node.span);
      }
    };
    if (!entry.value->is_sequence()) {
      add(*entry.value);
      return;
    }
    for (const Entry& item : entry.value->children) add(*item.value);
  }

  void check_attributes(const Node& body) {
    if (body.find("Type") == nullptr && is_condition(body)) return; // told as what it is
    for (const Entry& entry : body.children) {
      if (is_resource_attribute(entry.key)) continue;
      const bool macro = !lowered_.macro.empty(); // it may read attributes of its own
      interpreter_.report(macro ? ProblemLevel::note : ProblemLevel::finding, "unknown-resource-attribute",
                          "`" + std::string(text::beginning(entry.key, 60)) +
                              "` is no attribute of a resource",
                          entry.key_span, "move it into `Properties` if it is a property");
    }
  }

  void make_outputs(Template& result) {
    if (lowered_.outputs == nullptr || !lowered_.outputs->is_mapping()) return;
    std::map<std::string_view, const Entry*> last; // of the entries with one key, the last counts
    for (const Entry& entry : lowered_.outputs->children) last[entry.key] = &entry;
    for (const Entry& entry : lowered_.outputs->children) {
      if (last[entry.key] != &entry || entry.value->kind == NodeKind::unknown) continue;
      if (entry.key.starts_with("Fn::")) continue;
      if (!entry.value->is_mapping()) {
        tell(wrong_shape("wrong-output-shape", entry, "a mapping with `Value`"));
        continue;
      }
      make_output(result, entry);
    }
  }

  void make_output(Template& result, const Entry& entry) {
    const Node& body = *entry.value;
    Output output;
    output.name = entry.key;
    output.name_span = entry.key_span;
    output.condition = condition_of(body);
    const Decision* decision = interpreter_.decision(output.condition);
    const bool left_out = decision != nullptr && decision->outcome == false;
    if (decision != nullptr) interpreter_.assume(output.condition);
    const Entry* value = body.find("Value");
    if (value != nullptr) {
      output.value = interpreter_.evaluate(*value->value).with_key_span(value->key_span);
    } else {
      interpreter_.report(ProblemLevel::error, "wrong-output-shape",
                          "the output `" + std::string(entry.key) + "` has no `Value`", entry.key_span,
                          "give it a `Value`");
    }
    const Node* exported = body.get("Export");
    const Entry* name = exported != nullptr ? exported->find("Name") : nullptr;
    if (name != nullptr)
      output.export_name = interpreter_.evaluate(*name->value).with_key_span(name->key_span);
    interpreter_.assume_nothing();
    if (!left_out) result.outputs.push_back(output);
  }

  const Lowered& lowered_;
  Interpreter interpreter_;
  std::set<std::string_view> ids_;
  std::set<text::Span> odd_ids_;
};

} // namespace

Template evaluate(const Lowered& lowered, text::Arena& arena, const Inputs& inputs) {
  return TemplateMaker(lowered, arena, inputs, nullptr).make();
}

Template evaluate(const Lowered& lowered, text::Arena& arena, const Inputs& inputs, Constants& constants) {
  return TemplateMaker(lowered, arena, inputs, &constants).make();
}

struct Evaluator::State {
  Interpreter interpreter;
};

Evaluator::Evaluator(const Lowered& sections, text::Arena& arena, const Inputs& inputs)
    : state_(new State{{sections, arena, inputs, Names::open}}) {}
Evaluator::~Evaluator() = default;

value::Value Evaluator::evaluate(const syntax::Node& node) {
  return state_->interpreter.evaluate(node);
}

std::optional<bool> Evaluator::condition(std::string_view name) {
  const Decision* decision = state_->interpreter.decision(name);
  return decision != nullptr ? decision->outcome : std::nullopt;
}

const text::Problems& Evaluator::problems() const {
  return state_->interpreter.problems();
}

} // namespace slsaudit::dialect::cloudformation
