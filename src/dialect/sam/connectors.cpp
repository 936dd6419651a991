// SPDX-License-Identifier: Apache-2.0
#include "dialect/sam/connectors.hpp"

#include "dialect/sam/resources.hpp"
#include "dialect/shape.hpp"

#include <algorithm>

namespace slsaudit::dialect::sam {

namespace {

constexpr std::pair<std::string_view, std::string_view> cloudformation_types[] = {
    {"AWS::Serverless::Function", "AWS::Lambda::Function"},
    {"AWS::Serverless::StateMachine", "AWS::StepFunctions::StateMachine"},
    {"AWS::Serverless::Api", "AWS::ApiGateway::RestApi"},
    {"AWS::Serverless::HttpApi", "AWS::ApiGatewayV2::Api"},
    {"AWS::Serverless::SimpleTable", "AWS::DynamoDB::Table"},
};

std::string_view cloudformation_type(std::string_view type) {
  for (const auto& row : cloudformation_types) {
    if (row.first == type) return row.second;
  }
  return type;
}

/// Types whose Ref is their ARN.
bool is_ref_arn(std::string_view type) {
  return type == "AWS::StepFunctions::StateMachine" || type == "AWS::SNS::Topic" ||
         type == "AWS::AppSync::GraphQLApi" || type == "AWS::AppSync::DataSource";
}

/// The property of a resource that holds its role's ARN.
const Node* role_arn(Draft& draft, const ConnectorEnd& other) {
  Tree* properties = draft.properties;
  const Node* all = properties != nullptr ? properties->node() : get(draft.untouched, "Properties");
  if (draft.type == "AWS::Lambda::Function") return get(all, "Role");
  if (draft.type == "AWS::StepFunctions::StateMachine") return get(all, "RoleArn");
  if (draft.type == "AWS::AppSync::DataSource") return get(all, "ServiceRoleArn");
  const Node* targets = draft.type == "AWS::Events::Rule" ? get(all, "Targets") : nullptr;
  if (targets == nullptr || !targets->is_sequence()) return nullptr;
  for (const Entry& target : targets->children) {
    const Node* arn = get(target.value, "Arn");
    const std::string_view id = logical_id_of(arn);
    if ((!id.empty() && id == other.id) || (other.arn != nullptr && same(arn, other.arn)))
      return get(target.value, "RoleArn");
  }
  return nullptr;
}

/// An end that is given by its logical id.
ConnectorEnd end_by_id(Context& context, std::string_view id, const Node* given, Span span) {
  const Make make = context.make(span);
  ConnectorEnd end;
  end.id = id;
  Draft* draft = context.find_draft(id);
  const Source* source = context.find(id);
  if (draft == nullptr || source == nullptr) return end;
  end.type = draft->type;
  end.written_type = source->implicit ? draft->type : source->type;
  end.arn = is_ref_arn(end.type) ? make.ref(id) : make.get_att(id, "Arn");
  if (end.type == "AWS::SQS::Queue") end.queue_url = make.ref(id);
  if (end.type == "AWS::StepFunctions::StateMachine") end.name = make.get_att(id, "Name");
  if (end.type == "AWS::AppSync::GraphQLApi") end.resource_id = make.get_att(id, "ApiId");
  const bool api = end.type == "AWS::ApiGateway::RestApi" || end.type == "AWS::ApiGatewayV2::Api";
  if (api) end.resource_id = make.ref(id);
  end.qualifier = get(given, "Qualifier");
  if (api && end.qualifier == nullptr) end.qualifier = make.text("*");
  return end;
}

ConnectorEnd read_end(Context& context, const Node* given, Span span) {
  const std::string_view id = text_of(get(given, "Id"));
  if (!id.empty()) return end_by_id(context, id, given, span);
  ConnectorEnd end;
  end.written_type = text_of(get(given, "Type"));
  end.type = cloudformation_type(end.written_type);
  end.written_type = end.type;
  end.arn = get(given, "Arn");
  end.role = get(given, "RoleName");
  end.queue_url = get(given, "QueueUrl");
  end.resource_id = get(given, "ResourceId");
  end.name = get(given, "Name");
  end.qualifier = get(given, "Qualifier");
  return end;
}

void find_role(Context& context, ConnectorEnd& end, const ConnectorEnd& other, Span span) {
  Draft* draft = end.id.empty() ? nullptr : context.find_draft(end.id);
  if (draft == nullptr) return;
  const std::string_view role = logical_id_of(role_arn(*draft, other));
  if (!role.empty()) end.role = context.make(span).ref(role);
}

/// A string of a profile: `%{Source.Arn}` alone is the node, inside a string a variable of Fn::Sub.
const Node* profile_string(Context& context, const Make& make, const Connection& connection,
                           std::string_view string) {
  struct Variable {
    std::string_view pattern;
    std::string_view name;
    const Node* value;
  };
  const Variable variables[] = {
      {"%{Source.Arn}", "SourceArn", connection.source.arn},
      {"%{Destination.Arn}", "DestinationArn", connection.destination.arn},
      {"%{Source.ResourceId}", "SourceResourceId", connection.source.resource_id},
      {"%{Destination.Name}", "DestinationName", connection.destination.name},
      {"%{Source.Qualifier}", "SourceQualifier", connection.source.qualifier},
  };
  std::string text(string);
  Map used(context.arena);
  for (const Variable& variable : variables) {
    if (text == variable.pattern) return variable.value;
    const auto at = text.find(variable.pattern);
    if (at == std::string::npos) continue;
    text.replace(at, variable.pattern.size(), "${" + std::string(variable.name) + "}");
    used.set(variable.name, variable.value);
  }
  if (text.find("${") == std::string::npos) return make.text(text);
  return used.empty() ? make.sub(text) : make.sub(text, used.node(make.span()));
}

const Node* document(Context& context, const Make& make, const Connection& connection,
                     const ConnectorProfile& profile) {
  std::vector<const Node*> statements;
  const auto add = [&](std::string_view json) {
    if (json.empty()) return;
    const Node* list = read_shape(make.builder(), make.span(), json, [&](std::string_view text) {
      return profile_string(context, make, connection, text);
    });
    for (const Entry& entry : list->children) statements.push_back(entry.value);
  };
  if (connection.read) add(profile.read);
  if (connection.write) add(profile.write);
  return make.map({{"Version", make.text("2012-10-17")}, {"Statement", make.list(statements)}});
}

void tell(Context& context, const Connection& connection, const std::string& what) {
  context.problem(text::ProblemLevel::finding, "wrong-connector",
                  "connector `" + std::string(connection.id) + "` " + what, connection.span,
                  "the deployment fails with it");
}

void wait_for(Context& context, std::string_view waiting, std::string_view id) {
  Draft* draft = context.find_draft(waiting);
  if (draft == nullptr) return;
  (void)context.edit(*draft);
  auto& all = draft->depends_on;
  if (std::find(all.begin(), all.end(), id) == all.end()) all.push_back(id);
}

/// The only event source mapping between the two ends waits for the policy.
void make_mapping_wait(Context& context, const Connection& connection, std::string_view policy) {
  std::vector<std::string_view> mappings;
  context.each_draft([&](Draft& draft) {
    if (draft.type != "AWS::Lambda::EventSourceMapping") return;
    const Node* properties =
        draft.properties != nullptr ? draft.properties->node() : get(draft.untouched, "Properties");
    const bool both = logical_id_of(get(properties, "FunctionName")) == connection.destination.id &&
                      logical_id_of(get(properties, "EventSourceArn")) == connection.source.id;
    if (both && !connection.source.id.empty()) mappings.push_back(draft.id);
  });
  if (mappings.size() == 1) wait_for(context, mappings[0], policy);
}

/// Type, properties and id suffix of what a connection makes.
struct Made {
  std::string_view type;
  std::string suffix;
  const Node* properties = nullptr;
};

Made make_policy(Context& context, const Make& make, const Connection& connection,
                 const ConnectorProfile& profile) {
  const Node* policy = document(context, make, connection, profile);
  const ConnectorEnd& end = profile.on_source ? connection.source : connection.destination;
  switch (profile.mechanism) {
  case Mechanism::role_policy:
    if (end.role == nullptr)
      tell(context, connection,
           "can't find the role of its " + std::string(profile.on_source ? "source" : "destination"));
    return {"AWS::IAM::ManagedPolicy", "Policy",
            make.map({{"PolicyDocument", policy}, {"Roles", make.list({end.role})}})};
  case Mechanism::queue_policy:
    return {"AWS::SQS::QueuePolicy", "QueuePolicy",
            make.map({{"PolicyDocument", policy}, {"Queues", make.list({end.queue_url})}})};
  case Mechanism::topic_policy:
    return {"AWS::SNS::TopicPolicy", "TopicPolicy",
            make.map({{"PolicyDocument", policy}, {"Topics", make.list({end.arn})}})};
  case Mechanism::lambda_permission:
    break;
  }
  Map permission(context.arena);
  permission.add(read_shape(make.builder(), make.span(), profile.write, [&](std::string_view text) {
    return profile_string(context, make, connection, text);
  }));
  permission.set("FunctionName", end.arn);
  return {"AWS::Lambda::Permission", "WriteLambdaPermission", permission.node(make.span())};
}

const Node* connector_metadata(const Make& make, const Connection& connection) {
  const auto end = [&](std::string_view type) { return make.map({{"Type", make.text(type)}}); };
  return make.map({{connection.id, make.map({{"Source", end(connection.source.written_type)},
                                             {"Destination", end(connection.destination.written_type)}})}});
}

void lower_one(Context& context, const Source& owner, std::string_view id, Span span, const Node* body,
               const Node* own_source) {
  const Node* properties = context.expect_map(get(body, "Properties"), "Properties");
  const Node* from =
      own_source != nullptr ? own_source : context.expect_map(get(properties, "Source"), "Source");
  const Node* to = get(properties, "Destination");
  if (from == nullptr || to == nullptr) {
    context.problem(text::ProblemLevel::finding, "wrong-connector",
                    "connector `" + std::string(id) + "` needs `Source` and `Destination`", span);
    return;
  }
  std::vector<const Node*> destinations;
  const bool several = to->is_sequence();
  if (several) {
    for (const Entry& entry : to->children) destinations.push_back(entry.value);
  } else {
    destinations.push_back(to);
  }
  const Node* permissions = get(properties, "Permissions");
  std::vector<std::string_view> made;
  for (std::size_t i = 0; i < destinations.size(); ++i) {
    Connection connection{
        id,    span, read_end(context, from, span), read_end(context, destinations[i], span), false,
        false, "",   get(body, "Metadata")};
    if (permissions != nullptr && permissions->is_sequence()) {
      for (const Entry& entry : permissions->children) {
        connection.read = connection.read || text_of(entry.value) == "Read";
        connection.write = connection.write || text_of(entry.value) == "Write";
      }
    }
    if (several) connection.suffix = "Destination" + std::to_string(i);
    const auto ids = emit_connection(context, owner, connection);
    made.insert(made.end(), ids.begin(), ids.end());
  }
  const Node* depends_on = get(body, "DependsOn");
  std::vector<std::string_view> waits_for;
  if (is_text(depends_on)) waits_for.push_back(depends_on->text);
  if (depends_on != nullptr && depends_on->is_sequence()) {
    for (const Entry& entry : depends_on->children) waits_for.push_back(text_of(entry.value));
  }
  for (const std::string_view made_id : made) {
    for (const std::string_view other : waits_for) wait_for(context, made_id, other);
    if (is_text(depends_on)) context.find_draft(made_id)->one_dependency = true;
  }
  context.replace_dependency(id, made);
}

} // namespace

std::vector<std::string_view> emit_connection(Context& context, const Source& owner,
                                              const Connection& given) {
  Connection connection = given;
  find_role(context, connection.source, connection.destination, connection.span);
  find_role(context, connection.destination, connection.source, connection.span);
  const ConnectorProfile* profile =
      find_connector_profile(connection.source.type, connection.destination.type);
  if (profile == nullptr) {
    tell(context, connection,
         "joins `" + std::string(connection.source.type.empty() ? "nothing" : connection.source.type) +
             "` to `" +
             std::string(connection.destination.type.empty() ? "nothing" : connection.destination.type) +
             "`, which SAM does not");
    return {};
  }
  connection.read = connection.read && !profile->read.empty();
  connection.write = connection.write && !profile->write.empty();
  if (!connection.read && !connection.write) {
    tell(context, connection, "has no permission that this pair of resources offers");
    return {};
  }
  const Make make = context.make(connection.span);
  const Made made = make_policy(context, make, connection, *profile);
  Draft& draft = context.emit(owner, std::string(connection.id) + made.suffix + connection.suffix, made.type,
                              made.properties, connection.span, "Connectors");
  Map metadata(context.arena);
  metadata.add(connection.metadata).set("aws:sam:connectors", connector_metadata(make, connection));
  draft.attributes.push_back({"Metadata", connection.span, metadata.node(connection.span)});
  if (profile->depended_by == "mapping") make_mapping_wait(context, connection, draft.id);
  if (profile->depended_by == "source" && !connection.source.id.empty())
    wait_for(context, connection.source.id, draft.id);
  return {draft.id};
}

void lower_connector(Context& context, const Source& source) {
  lower_one(context, source, source.id, source.id_span, source.body, nullptr);
}

void lower_embedded_connectors(Context& context, const Source& source) {
  const Node* connectors = context.expect_map(get(source.body, "Connectors"), "Connectors");
  if (connectors == nullptr) return;
  for (const Entry& entry : kept_entries(*connectors)) {
    if (context.expect_map(entry.value, entry.key) == nullptr) continue;
    const Make make = context.make(entry.key_span);
    Map from(context.arena);
    from.set("Id", make.text(source.id));
    from.add(get(get(entry.value, "Properties"), "SourceReference"));
    Source owner = source;
    owner.attributes.clear();
    for (const std::string_view key : {"Condition", "DeletionPolicy", "UpdateReplacePolicy"}) {
      if (const Entry* attribute = entry.value->find(key)) owner.attributes.push_back(*attribute);
    }
    lower_one(context, owner, context.keep(std::string(source.id) + std::string(entry.key)), entry.key_span,
              entry.value, from.node(entry.key_span));
  }
}

} // namespace slsaudit::dialect::sam
