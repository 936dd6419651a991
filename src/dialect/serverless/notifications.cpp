// SPDX-License-Identifier: Apache-2.0
// Events that another service pushes: topics, buckets, user pools.
#include "dialect/serverless/events.hpp"
#include "dialect/serverless/naming.hpp"

#include <algorithm>

namespace slsaudit::dialect::serverless {

namespace {

// Topics
// ------------------------------------------------------------------------------------------------------------

struct DeadLetters {
  const Node* arn = nullptr;
  const Node* url = nullptr;
};

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

DeadLetters dead_letters(const Make& at, const Node* policy) {
  if (const Node* arn = dig(policy, {"deadLetterTargetArn"})) {
    const auto text = known_text(arn);
    const std::vector<std::string_view> parts = split(text.value_or(""), ':');
    if (parts.size() < 6) return {arn, at.unknown("the queue's ARN isn't a text")};
    const std::string host = "https://sqs." + std::string(parts[3]) + ".";
    const std::string path = "/" + std::string(parts[4]) + "/" + std::string(parts[5]);
    return {arn, at.join("", {at.text(host), at.ref("AWS::URLSuffix"), at.text(path)})};
  }
  if (const auto id = known_text(dig(policy, {"deadLetterTargetRef"})))
    return {at.get_att(*id, "Arn"), at.ref(*id)};
  const Node* imported = dig(policy, {"deadLetterTargetImport"});
  if (imported == nullptr) return {};
  return {at.map({{"Fn::ImportValue", dig(imported, {"arn"}), {}}}),
          at.map({{"Fn::ImportValue", dig(imported, {"url"}), {}}})};
}

/// The subscription's RedrivePolicy; lets the topic send to the queue.
const Node* redrive(Service& service, const Use& use, const std::string& topic, const Node* topic_arn) {
  const Node* written = dig(use.event->body, {"redrivePolicy"});
  if (written == nullptr) return nullptr;
  const Make at = service.make.at(written->span);
  const DeadLetters queue = dead_letters(at, written);
  if (queue.arn == nullptr) return written->kind == syntax::NodeKind::unknown ? written : nullptr;
  const std::string id = naming::alphanumeric(topic) + "To" + use.function->normalized + "DLQPolicy";
  const Node* condition = at.map({{"ArnEquals", at.map({{"aws:SourceArn", topic_arn, {}}}), {}}});
  const Node* statement = at.map({{"Effect", at.text("Allow"), {}},
                                  {"Principal", at.map({{"Service", at.text("sns.amazonaws.com"), {}}}), {}},
                                  {"Action", at.text("sqs:SendMessage"), {}},
                                  {"Resource", queue.arn, {}},
                                  {"Condition", condition, {}}});
  service.add(id, "AWS::SQS::QueuePolicy", generated_by(*use.function, at.span(), "sns.redrivePolicy"),
              {{"PolicyDocument",
                at.map({{"Version", at.text("2012-10-17"), {}},
                        {"Id", at.text(id), {}},
                        {"Statement", at.list({statement}), {}}}),
                {}},
               {"Queues", at.list({queue.url}), {}}});
  return at.map({{"deadLetterTargetArn", queue.arn, {}}});
}

void add_to_topic(Service& service, const Use& use, const std::string& topic_id, const Node* name,
                  const Node* subscription) {
  const Make at = service.make.at(use.event->span);
  Draft* topic = service.find(topic_id);
  if (topic == nullptr) {
    topic =
        &service.add(topic_id, "AWS::SNS::Topic", declared_by(*use.event, at.keep(topic_id)),
                     {{"TopicName", name, {}}, {"DisplayName", dig(use.event->body, {"displayName"}), {}}});
  }
  depend_on_alias(*topic, *use.function);
  if (subscription == nullptr) return;
  std::vector<const Node*> subscriptions;
  if (const Node* before = topic->get("Subscription")) {
    for (const syntax::Entry& item : before->children) subscriptions.push_back(item.value);
  }
  subscriptions.push_back(subscription);
  topic->set("Subscription", at.list(subscriptions));
}

// Buckets
// -----------------------------------------------------------------------------------------------------------

const Node* notification(Service& service, const Use& use) {
  const Make at = service.make.at(use.event->span);
  const Node* event = dig(use.event->body, {"event"});
  std::vector<const Node*> rules;
  if (const Node* written = dig(use.event->body, {"rules"})) {
    for (const syntax::Entry& item : written->children) {
      if (!item.value->is_mapping() || item.value->children.empty()) continue;
      const syntax::Entry& rule = item.value->children.front();
      const Make here = at.at(item.value->span);
      rules.push_back(here.map({{"Name", here.text(rule.key), {}}, {"Value", rule.value, rule.key_span}}));
    }
  }
  const Node* filter =
      rules.empty() ? nullptr : at.map({{"S3Key", at.map({{"Rules", at.list(rules), {}}}), {}}});
  return at.map({{"Event", event != nullptr ? event : at.text("s3:ObjectCreated:*"), {}},
                 {"Function", service.target(at, *use.function), {}},
                 {"Filter", filter, {}}});
}

void add_new_bucket(Service& service, const Use& use, const std::string& written_name) {
  const Make at = service.make.at(use.event->span);
  const Node* settings = service.from_provider({"s3", written_name});
  const Node* name = dig(settings, {"name"});
  const Node& body = *use.event->body;
  if (name == nullptr) name = body.is_mapping() ? dig(&body, {"bucket"}) : &body;
  if (name == nullptr || !name->is_scalar()) name = at.text(written_name);
  const std::string id = "S3Bucket" + naming::alphanumeric(written_name);
  Draft* bucket = service.find(id);
  if (bucket == nullptr) {
    Properties properties = {{"BucketName", name, {}}};
    if (settings != nullptr) {
      for (const syntax::Entry& entry : settings->children) {
        if (entry.key != "name")
          properties.push_back({at.keep(naming::upper_first(entry.key)), entry.value, entry.key_span});
      }
    }
    bucket = &service.add(id, "AWS::S3::Bucket", declared_by(*use.event, at.keep(id)), properties);
  }
  std::vector<const Node*> notifications;
  const Node* before = bucket->get("NotificationConfiguration");
  if (const Node* list = dig(before, {"LambdaConfigurations"})) {
    for (const syntax::Entry& item : list->children) notifications.push_back(item.value);
  }
  notifications.push_back(notification(service, use));
  bucket->set("NotificationConfiguration",
              merge_shallow(at, before, at.map({{"LambdaConfigurations", at.list(notifications), {}}})));
  const std::string permission =
      use.function->normalized + "LambdaPermission" + naming::alphanumeric(written_name) + "S3";
  bucket->depends_on.push_back(permission);
  depend_on_alias(*bucket, *use.function);
  Draft& draft = add_permission(service, *use.function, *use.event, permission, "s3.amazonaws.com",
                                at.arn({at.concat({at.text(":s3:::"), name})}));
  draft.set("SourceAccount", at.ref("AWS::AccountId"));
}

const Node* bucket_config(const Make& at, const Use& use) {
  const Node* event = dig(use.event->body, {"event"});
  std::vector<const Node*> rules;
  if (const Node* written = dig(use.event->body, {"rules"})) {
    for (const syntax::Entry& item : written->children) {
      if (!item.value->is_mapping() || item.value->children.empty()) continue;
      const syntax::Entry& rule = item.value->children.front();
      rules.push_back(at.map({{at.keep(naming::upper_first(rule.key)), rule.value, rule.key_span}}));
    }
  }
  return at.map({{"Event", event != nullptr ? event : at.text("s3:ObjectCreated:*"), {}},
                 {"Rules", at.list(rules), {}}});
}

/// Buckets of other stacks get their notifications from a function of the framework.
void add_existing_bucket(Service& service, const Use& use, const Node* bucket) {
  const Make at = service.make.at(use.event->span);
  const std::string id = use.function->normalized + "CustomS31";
  if (Draft* draft = service.find(id)) {
    std::vector<const Node*> configs;
    for (const syntax::Entry& item : draft->get("BucketConfigs")->children) configs.push_back(item.value);
    configs.push_back(bucket_config(at, use));
    draft->set("BucketConfigs", at.list(configs));
    return;
  }
  const Node* arn = at.join(
      ":", {at.text("arn"), at.ref("AWS::Partition"), at.text("s3"), at.text(""), at.text(""), bucket});
  const Node* functions =
      at.join(":", {at.text("arn"), at.ref("AWS::Partition"), at.text("lambda"), at.ref("AWS::Region"),
                    at.ref("AWS::AccountId"), at.text("function"), at.text("*")});
  std::vector<const Node*> statements = {
      at.map({{"Effect", at.text("Allow"), {}},
              {"Resource", arn, {}},
              {"Action", at.texts({"s3:PutBucketNotification", "s3:GetBucketNotification"}), {}}})};
  if (service.find("IamRoleCustomResourcesLambdaExecution") == nullptr) {
    statements.push_back(
        at.map({{"Effect", at.text("Allow"), {}},
                {"Resource", functions, {}},
                {"Action", at.texts({"lambda:AddPermission", "lambda:RemovePermission"}), {}}}));
  }
  const std::string handler =
      add_custom_resource_handler(service, generated_by(*use.function, at.span(), use.event->type),
                                  "custom-resource-existing-s3", statements);
  service
      .add(id, "Custom::S3", author_of(*use.function, *use.event),
           {{"ServiceToken", at.get_att(handler, "Arn"), {}},
            {"FunctionName", use.function->name, {}},
            {"BucketName", bucket, {}},
            {"BucketConfigs", at.list({bucket_config(at, use)}), {}}})
      .depends_on = {use.function->logical_id, handler};
}

// User pools
// --------------------------------------------------------------------------------------------------------

void add_existing_pool(Service& service, const Use& use, const Node* pool) {
  const Make at = service.make.at(use.event->span);
  const std::string id = use.function->normalized + "CustomCognitoUserPool1";
  const Node* trigger = dig(use.event->body, {"trigger"});
  const auto trigger_name = known_text(trigger);
  const bool sends = trigger_name == "CustomEmailSender" || trigger_name == "CustomSMSSender";
  const Node* key = sends ? dig(use.event->body, {"kmsKeyId"}) : nullptr;
  const Node* version = sends ? dig(use.event->body, {"lambdaVersion"}) : nullptr;
  if (sends && version == nullptr) version = at.text("V1_0");
  const Node* config =
      at.map({{"Trigger", trigger, {}}, {"LambdaVersion", version, {}}, {"KMSKeyID", key, {}}});
  if (Draft* draft = service.find(id)) {
    std::vector<const Node*> configs;
    for (const syntax::Entry& item : draft->get("UserPoolConfigs")->children) configs.push_back(item.value);
    configs.push_back(config);
    draft->set("UserPoolConfigs", at.list(configs));
    return;
  }
  const Node* lambda = at.sub({at.text("arn:${AWS::Partition}:lambda:*:*:function:"), use.function->name});
  const auto allow = [&](const Node* resource, const std::vector<std::string_view>& actions) {
    return at.map(
        {{"Effect", at.text("Allow"), {}}, {"Resource", resource, {}}, {"Action", at.texts(actions), {}}});
  };
  const std::string handler = add_custom_resource_handler(
      service, generated_by(*use.function, at.span(), use.event->type), "custom-resource-existing-cup",
      {key == nullptr ? nullptr : allow(key, {"kms:CreateGrant"}),
       allow(at.text("*"),
             {"cognito-idp:ListUserPools", "cognito-idp:DescribeUserPool", "cognito-idp:UpdateUserPool"}),
       allow(lambda, {"lambda:AddPermission", "lambda:RemovePermission"}),
       allow(at.sub("arn:${AWS::Partition}:iam::*:role/*"), {"iam:PassRole"})});
  service
      .add(id, "Custom::CognitoUserPool", author_of(*use.function, *use.event),
           {{"ServiceToken", at.get_att(handler, "Arn"), {}},
            {"FunctionName", use.function->name, {}},
            {"UserPoolName", pool, {}},
            {"UserPoolConfigs", at.list({config}), {}}})
      .depends_on = {use.function->logical_id, handler};
}

} // namespace

void lower_sns(Service& service, const Uses& uses) {
  for (const Use& use : uses) {
    const Function& function = *use.function;
    const Node* body = use.event->body;
    const Make at = service.make.at(use.event->span);
    const bool is_object = body->is_mapping() && !is_intrinsic(body);
    const auto text = known_text(body);
    const Node* arn = is_object ? dig(body, {"arn"}) : text && !text->starts_with("arn:") ? nullptr : body;
    const Node* name = is_object ? dig(body, {"topicName"}) : arn == nullptr ? body : nullptr;
    const std::string topic = known_text(name) ? std::string(*known_text(name)) : source_name(arn, ':');
    if (arn == nullptr && name == nullptr) {
      service.wrong_shape("sns", *body, "an `arn` or a `topicName`");
      continue;
    }
    const Node* endpoint = service.target(at, function);
    const std::string topic_id = "SNSTopic" + naming::alphanumeric(topic);
    const Node* topic_arn = arn;
    if (arn == nullptr) {
      topic_arn = at.arn({at.text(":sns:"), at.ref("AWS::Region"), at.text(":"), at.ref("AWS::AccountId"),
                          at.text(":"), name});
    }
    Properties subscription = {{"Protocol", at.text("lambda"), {}}, {"Endpoint", endpoint, {}}};
    const Node* redrive_policy = redrive(service, use, topic, arn);
    const bool alone = arn != nullptr || redrive_policy != nullptr || dig(body, {"filterPolicy"}) != nullptr;
    if (arn == nullptr) add_to_topic(service, use, topic_id, name, alone ? nullptr : at.map(subscription));
    if (alone) {
      subscription.push_back({"TopicArn", arn != nullptr ? arn : at.ref(topic_id), {}});
      copy_properties(subscription, body,
                      {{"filterPolicy", "FilterPolicy"}, {"filterPolicyScope", "FilterPolicyScope"}});
      subscription.push_back({"RedrivePolicy", redrive_policy, {}});
      if (const auto known = known_text(arn); known && is_object) {
        const std::vector<std::string_view> parts = split(*known, ':');
        const auto region = known_text(service.region);
        if (parts.size() > 3 && region && parts[3] != *region)
          subscription.push_back({"Region", at.text(parts[3]), {}});
      }
      depend_on_alias(service.add(function.normalized + "SnsSubscription" + naming::alphanumeric(topic),
                                  "AWS::SNS::Subscription", author_of(function, *use.event), subscription),
                      function);
    }
    add_permission(service, function, *use.event,
                   function.normalized + "LambdaPermission" + naming::alphanumeric(topic) + "SNS",
                   "sns.amazonaws.com", topic_arn);
  }
}

/// Whether a part of it isn't known, so that the author may well have written what is expected. Recursion
/// follows the nesting of a tree that the resolver has bounded.
bool has_unknown(const Node& node) {
  return node.kind == syntax::NodeKind::unknown ||
         std::ranges::any_of(node.children,
                             [](const syntax::Entry& entry) { return has_unknown(*entry.value); });
}

/// Something whose name isn't known calls the function: what it is can't be made, but that it is there shows.
void add_unknown_source(Service& service, const Use& use, std::string_view principal) {
  add_permission(service, *use.function, *use.event,
                 use.function->normalized + "LambdaPermission" + naming::upper_first(use.event->type),
                 principal, nullptr);
}

void lower_s3(Service& service, const Uses& uses) {
  for (const Use& use : uses) {
    const Node* bucket = short_or(use.event->body, "bucket");
    const auto name = known_text(bucket);
    if (is_set(dig(use.event->body, {"existing"})) && bucket != nullptr) {
      add_existing_bucket(service, use, bucket);
    } else if (name) {
      add_new_bucket(service, use, std::string(*name));
    } else if (bucket != nullptr && has_unknown(*bucket)) {
      add_unknown_source(service, use, "s3.amazonaws.com");
    } else {
      service.wrong_shape("s3.bucket", bucket != nullptr ? *bucket : *use.event->body,
                          "the name of a bucket");
    }
  }
}

void lower_cognito_user_pool(Service& service, const Uses& uses) {
  for (const Use& use : uses) {
    const Node* pool = dig(use.event->body, {"pool"});
    const auto name = known_text(pool);
    const auto trigger = known_text(dig(use.event->body, {"trigger"}));
    if (!name && pool != nullptr && has_unknown(*pool)) {
      if (trigger && is_set(dig(use.event->body, {"existing"})))
        add_existing_pool(service, use, pool);
      else
        add_unknown_source(service, use, "cognito-idp.amazonaws.com");
      continue;
    }
    if (!name || !trigger) {
      service.wrong_shape("cognitoUserPool", pool != nullptr && !name ? *pool : *use.event->body,
                          "a `pool` and a `trigger`");
      continue;
    }
    if (is_set(dig(use.event->body, {"existing"}))) {
      add_existing_pool(service, use, pool);
      continue;
    }
    const Make at = service.make.at(use.event->span);
    const std::string id = "CognitoUserPool" + naming::alphanumeric(*name);
    Draft* draft = service.find(id);
    if (draft == nullptr) {
      draft = &service.add(id, "AWS::Cognito::UserPool", declared_by(*use.event, at.keep(id)),
                           {{"UserPoolName", pool, {}}});
    }
    const Node* target = service.target(at, *use.function);
    const bool sender = *trigger == "CustomSMSSender" || *trigger == "CustomEmailSender";
    if (sender) target = at.map({{"LambdaArn", target, {}}, {"LambdaVersion", at.text("V1_0"), {}}});
    const Node* config = at.map(
        {{*trigger, target, {}}, {"KMSKeyID", sender ? dig(use.event->body, {"kmsKeyId"}) : nullptr, {}}});
    draft->set("LambdaConfig", merge_shallow(at, draft->get("LambdaConfig"), config));
    draft->depends_on.push_back(use.function->alias_id.empty() ? use.function->logical_id
                                                               : use.function->alias_id);
    add_permission(service, *use.function, *use.event,
                   use.function->normalized + "LambdaPermissionCognitoUserPool" +
                       naming::alphanumeric(*name) + "TriggerSource" + naming::alphanumeric(*trigger),
                   "cognito-idp.amazonaws.com", at.get_att(id, "Arn"));
  }
}

} // namespace slsaudit::dialect::serverless
