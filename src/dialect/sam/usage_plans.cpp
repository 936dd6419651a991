// SPDX-License-Identifier: Apache-2.0
#include "dialect/sam/usage_plans.hpp"

#include "dialect/sam/resources.hpp"

#include <algorithm>

namespace slsaudit::dialect::sam {

namespace {

struct Ids {
  std::string plan;
  std::string key;
  std::string plan_key;
};

struct Parts {
  const Node* stages = nullptr;     ///< ApiStages
  const Node* stage_keys = nullptr; ///< StageKeys
  std::vector<std::string_view> depends_on;
  const Node* settings = nullptr; ///< UsagePlan as written.
  const std::vector<Entry>* attributes = nullptr;
};

void emit(Context& context, const Source& source, const Ids& ids, const Parts& parts) {
  const Span span = key_span(source.get("Auth"), "UsagePlan", source.span_of("Auth"));
  const Make make = context.make(span);
  Map plan(context.arena);
  plan.set("ApiStages", parts.stages);
  for (const std::string_view key : {"UsagePlanName", "Description", "Quota", "Tags", "Throttle"})
    plan.copy(parts.settings, key);
  const auto add = [&](const std::string& id, std::string_view type, const Node* properties,
                       const std::vector<std::string_view>& after) {
    Draft& draft = context.emit(source, id, type, properties, span, "Auth");
    draft.depends_on = after;
    draft.attributes = *parts.attributes;
  };
  add(ids.plan, "AWS::ApiGateway::UsagePlan", plan.node(span), parts.depends_on);
  add(ids.key, "AWS::ApiGateway::ApiKey",
      make.map({{"Enabled", make.boolean(true)}, {"StageKeys", parts.stage_keys}}), {context.keep(ids.plan)});
  add(ids.plan_key, "AWS::ApiGateway::UsagePlanKey",
      make.map({{"KeyId", make.ref(ids.key)},
                {"KeyType", make.text("API_KEY")},
                {"UsagePlanId", make.ref(ids.plan)}}),
      {context.keep(ids.key)});
}

void refer(Context& context, const Source& source, const Ids& ids) {
  context.refer(source.id, "UsagePlan", ids.plan);
  context.refer(source.id, "ApiKey", ids.key);
  context.refer(source.id, "UsagePlanKey", ids.plan_key);
}

std::string stage_of(const Source& source) {
  const std::string_view name = text_of(source.get("StageName"));
  return std::string(source.id) + (is_alphanumeric(name) ? std::string(name) : std::string()) + "Stage";
}

Ids shared_ids() {
  return {"ServerlessUsagePlan", "ServerlessApiKey", "ServerlessUsagePlanKey"};
}

/// Conditions and policies of all APIs that share the plan, combined.
std::vector<Entry> shared_attributes(Context& context, Span span) {
  std::vector<std::string_view> conditions;
  bool unconditional = false;
  const Node* kept[2] = {nullptr, nullptr};
  constexpr std::string_view names[2] = {"DeletionPolicy", "UpdateReplacePolicy"};
  for (const Source* source : context.shared_usage_plans) {
    const std::string_view condition = source->condition();
    unconditional = unconditional || condition.empty();
    if (std::find(conditions.begin(), conditions.end(), condition) == conditions.end())
      conditions.push_back(condition);
    for (std::size_t i = 0; i < 2; ++i) {
      const Node* policy = get(source->body, names[i]);
      const bool stronger =
          text_of(policy) == "Retain" || (text_of(policy) == "Snapshot" && text_of(kept[i]) == "Delete");
      if (policy != nullptr && (kept[i] == nullptr || stronger)) kept[i] = policy;
    }
  }
  std::vector<Entry> result;
  for (std::size_t i = 0; i < 2; ++i) {
    if (kept[i] != nullptr) result.push_back({names[i], kept[i]->span, kept[i]});
  }
  if (unconditional) return result;
  const Make make = context.make(span);
  const std::string name = "SharedUsagePlanCondition";
  std::sort(conditions.begin(), conditions.end());
  if (conditions.size() == 1) {
    context.add_condition(name, make.text(conditions[0]));
  } else {
    context.add_any_condition(name, conditions, span);
  }
  result.push_back({"Condition", span, make.text(name)});
  return result;
}

} // namespace

void emit_usage_plan(Context& context, const Source& source, const Node* auth, std::string_view stage) {
  const Node* plan = context.expect_map(get(auth, "UsagePlan"), "UsagePlan");
  if (plan == nullptr) return;
  const std::string_view kind = text_of(get(plan, "CreateUsagePlan"));
  if (kind == "SHARED") {
    context.shared_usage_plans.push_back(&source);
    refer(context, source, shared_ids());
    return;
  }
  if (kind != "PER_API") {
    if (kind == "NONE") return;
    context.problem(text::ProblemLevel::finding, "wrong-usage-plan",
                    "`CreateUsagePlan` of `" + std::string(source.id) +
                        "` is not one of `PER_API`, `SHARED` and `NONE`",
                    plan->span);
    return;
  }
  const Make make = context.make(plan->span);
  const std::string id(source.id);
  const Ids ids{id + "UsagePlan", id + "ApiKey", id + "UsagePlanKey"};
  emit(context, source, ids,
       {make.list({make.map({{"ApiId", make.ref(id)}, {"Stage", make.ref(stage)}})}),
        make.list({make.map({{"RestApiId", make.ref(id)}, {"StageName", make.ref(stage)}})}),
        {source.id},
        plan,
        &source.attributes});
  refer(context, source, ids);
}

void lower_shared_usage_plan(Context& context) {
  if (context.shared_usage_plans.empty()) return;
  const Source& last = *context.shared_usage_plans.back();
  const Span span = last.span_of("Auth");
  const Make make = context.make(span);
  std::vector<const Node*> stages;
  std::vector<const Node*> stage_keys;
  std::vector<std::string_view> ids;
  for (const Source* source : context.shared_usage_plans) {
    const std::string stage = stage_of(*source);
    stages.push_back(make.map({{"ApiId", make.ref(source->id)}, {"Stage", make.ref(stage)}}));
    stage_keys.push_back(make.map({{"RestApiId", make.ref(source->id)}, {"StageName", make.ref(stage)}}));
    ids.push_back(source->id);
  }
  const std::vector<Entry> attributes = shared_attributes(context, span);
  const Node* settings = get(context.resolve_deep(last.get("Auth")), "UsagePlan");
  emit(context, last, shared_ids(), {make.list(stages), make.list(stage_keys), ids, settings, &attributes});
  propagate_tags(context, last);
}

} // namespace slsaudit::dialect::sam
