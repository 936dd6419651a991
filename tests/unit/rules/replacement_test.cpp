// SPDX-License-Identifier: Apache-2.0
// Fixes that stand in the place of something, with values as their author wrote them.
#include "rules/examples.hpp"
#include "rules/fixes.hpp"
#include "support/catch.hpp"
#include "syntax/dump.hpp"
#include "syntax/reader.hpp"

using namespace slsaudit;

namespace {

rules::Rule rule_of(const std::string& rest) {
  const rules::Loaded loaded =
      rules::load("rule.yaml", "code: ABC001\nname: a-rule\nsummary: A rule\nseverity: medium\nwhy: because\n"
                               "message: wide\n" +
                                   rest);
  for (const auto& error : loaded.errors) FAIL(error.line << ":" << error.column << ": " << error.message);
  return loaded.rules.at(0);
}

struct Told {
  std::string fix;
  std::size_t left = 0;
};

/// The first finding's fix, and how many findings are left when it has been made.
Told told(const rules::Rule& rule, const std::string& source) {
  const text::MemoryFileSystem files({{"template.yaml", source}});
  const rules::Rule* rules[] = {&rule};
  text::SourceMap sources;
  const rules::Trialled found = rules::judge_file(files, "template.yaml", rules, sources);
  for (const std::string& failure : found.failures) FAIL(failure);
  REQUIRE_FALSE(found.findings.empty());
  const rules::Finding& finding = found.findings.front();
  text::SourceMap edited;
  const rules::Trialled after =
      rules::judge_edited(files, "template.yaml", rules::edits_of(finding, sources), rules, edited);
  for (const std::string& failure : after.failures) FAIL(failure);
  for (const text::Problem& problem : after.errors) FAIL(problem.message);
  return {finding.fix, after.findings.size()};
}

const std::string statements = R"RULE(for: statements
let:
  narrower: row.role.narrower(row.value)
when: "row.role != null && row.allow && (row.wildcard_actions.size() > 0 || row.reach == 'all')"
fix:
  cloudformation:
    - replaces: row.value
      edit: |
        «narrower.remarks»
        «yaml(narrower.statements)»
)RULE";

/// A function with a table, a bucket and a queue in its environment or before it, and one statement.
std::string shop(const std::string& statement) {
  return R"(Resources:
  Orders: {Type: AWS::DynamoDB::Table, Properties: {GlobalSecondaryIndexes: [{IndexName: day}]}}
  Files: {Type: AWS::S3::Bucket}
  Jobs: {Type: AWS::SQS::Queue}
  Feed: {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: !GetAtt Jobs.Arn, FunctionName: !Ref Shop}}
  Shop:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      Environment: {Variables: {TABLE: !Ref Orders, BUCKET: !Ref Files}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}]}
      Policies:
        - PolicyName: shop
          PolicyDocument:
            Statement:
              - )" +
         statement + "\n";
}

} // namespace

TEST_CASE("an item below its dash goes with the dash") {
  const std::string source = R"(Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}]}
      Policies:
        - PolicyName: p
          PolicyDocument:
            Statement:
              -
                Effect: Allow
                Action: s3:GetObject
                Resource: "*"
)";
  const Told one = told(rule_of(statements), source);
  CHECK(one.fix.starts_with("# in place of lines 10 to 13:\n"));
}

TEST_CASE("a statement is narrowed to what its holders are known to use") {
  struct Case {
    const char* name;
    const char* statement;
    const char* expected;
  };
  const Case cases[] = {
      {"an action that is named stays, on the table that the environment names",
       "{Effect: Allow, Action: 'dynamodb:PutItem', Resource: '*'}",
       "# in place of line 19:\n- Effect: Allow\n  Action: dynamodb:PutItem\n  Resource: !GetAtt "
       "Orders.Arn\n"},
      {"a queue that is consumed takes three actions",
       "{Sid: a, Effect: Allow, Action: 'sqs:*', Resource: !GetAtt Jobs.Arn}",
       "# in place of line 19:\n- Sid: a\n  Effect: Allow\n  Action: [sqs:DeleteMessage, "
       "sqs:GetQueueAttributes, "
       "sqs:ReceiveMessage]\n  Resource: !GetAtt Jobs.Arn\n"},
      {"which calls are made is not known", "{Effect: Allow, Action: ['s3:*Object'], Resource: '*'}",
       "# in place of line 19:\n# of the actions of s3, leave those that the code calls, and add what it "
       "calls besides\n- Effect: "
       "Allow\n  "
       "Action: [s3:DeleteObject, s3:GetObject, s3:PutObject]\n  Resource: !Sub ${Files.Arn}/*\n"},
      {"queries are on indexes too", "{Effect: Allow, Action: 'dynamodb:Query', Resource: '*'}",
       "# in place of line 19:\n- Effect: Allow\n  Action: dynamodb:Query\n  Resource:\n    - !GetAtt "
       "Orders.Arn\n"
       "    - !Sub ${Orders.Arn}/index/*\n"},
      {"what nothing tells is left to choose",
       "{Effect: Allow, Action: ['secretsmanager:GetSecretValue', 'logs:PutLogEvents'], Resource: '*'}",
       "# in place of line 19:\n# put in, for NAME, what it works on of secretsmanager\n- Effect: Allow\n  "
       "Action: logs:PutLogEvents\n  Resource: \"*\"\n- Effect: Allow\n  Action: "
       "secretsmanager:GetSecretValue\n  "
       "Resource: !Sub "
       "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:NAME-*\n"},
  };
  for (const Case& c : cases) {
    INFO(c.name);
    CHECK(told(rule_of(statements), shop(c.statement)).fix == c.expected);
  }
}

TEST_CASE("of a statement's actions those that are not meant stay") {
  std::string meant = statements;
  const std::string call = "narrower(row.value)";
  meant.replace(meant.find(call), call.size(), "narrower(row.value, ['dynamodb:PutItem'])");
  CHECK(told(rule_of(meant), shop("{Effect: Allow, Action: ['dynamodb:PutItem', 's3:*'], Resource: '*'}"))
            .fix ==
        "# in place of line 19:\n- Effect: Allow\n  Action: s3:*\n  Resource: \"*\"\n- Effect: Allow\n  "
        "Action: dynamodb:PutItem\n  Resource: !GetAtt Orders.Arn\n");
}

TEST_CASE("what runs a function stays, and what nothing tells is said so") {
  const auto about = [](const std::string& properties, const std::string& statement) {
    const std::string source =
        R"(Resources:
  Worker:
    Type: AWS::Lambda::Function
    Properties: {Role: !GetAtt Role.Arn)" +
        properties +
        R"(}
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: work
          PolicyDocument:
            Statement:
              - )" +
        statement + "\n";
    return told(rule_of(statements), source).fix;
  };
  const std::string in_network = ", VpcConfig: {SubnetIds: [subnet-1], SecurityGroupIds: [sg-1]}";
  const std::string all_of_ec2 = "{Effect: Allow, Action: 'ec2:*', Resource: '*'}";
  CHECK(about(in_network, all_of_ec2).find("ec2:CreateNetworkInterface") != std::string::npos);
  CHECK(about("", all_of_ec2).find("ec2:CreateNetworkInterface") == std::string::npos);
  const std::string queue = about("", "{Effect: Allow, Action: 'sqs:*', Resource: '*'}");
  for (const char* part : {"# of the actions of sqs, leave those that the code calls", "sqs:SendMessage",
                           "sqs:ReceiveMessage", "sqs:DeleteMessage"}) {
    INFO(part);
    CHECK(queue.find(part) != std::string::npos);
  }
  CHECK(about("", "{Effect: Allow, Action: 'lambda:*', Resource: '*'}")
            .find("# put in the actions of lambda that the code calls: these are examples") !=
        std::string::npos);
  CHECK(about("", "{Effect: Allow, Action: 'logs:*', Resource: '*'}").find("logs:CreateLogGroup") !=
        std::string::npos);
}

TEST_CASE("a resource goes by the ARN that it has, and by none where a condition leaves it out") {
  struct Case {
    const char* name;
    const char* resources; ///< Beside the role.
    const char* statement;
    const char* expected; ///< Of the fix, a part.
  };
  const Case cases[] = {
      {"a broker's ARN ends with its id",
       "  Bus: {Type: AWS::AmazonMQ::Broker, Properties: {BrokerName: bus}}\n",
       "{Effect: Allow, Action: 'mq:RebootBroker', Resource: '*'}", "Resource: !GetAtt Bus.Arn"},
      {"a broker's id is behind its name", "", "{Effect: Allow, Action: 'mq:RebootBroker', Resource: '*'}",
       "broker:NAME:*"},
      {"others' logs are not those that it writes", "",
       "{Effect: Allow, Action: ['logs:PutLogEvents', 'logs:FilterLogEvents'], Resource: '*'}",
       "Action: logs:PutLogEvents\n  Resource: \"*\"\n- Effect: Allow\n  Action: logs:FilterLogEvents\n  "
       "Resource: !Sub "
       "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:NAME:*\n"},
      {"so does a collection's",
       "  Docs: {Type: AWS::OpenSearchServerless::Collection, Properties: {Name: docs}}\n",
       "{Effect: Allow, Action: 'aoss:APIAccessAll', Resource: '*'}", "Resource: !GetAtt Docs.Arn"},
      {"which is asked for where it isn't there", "",
       "{Effect: Allow, Action: 'aoss:APIAccessAll', Resource: '*'}", "what it works on of aoss (its id)\n"},
      {"a parameter's name may begin with the slash",
       "  Login: {Type: AWS::SSM::Parameter, Properties: {Name: /shop/login, Type: String, Value: x}}\n",
       "{Effect: Allow, Action: 'ssm:GetParameter', Resource: '*'}", ":parameter${Login}\n"},
      {"or not", "  Login: {Type: AWS::SSM::Parameter, Properties: {Name: login, Type: String, Value: x}}\n",
       "{Effect: Allow, Action: 'ssm:GetParameter', Resource: '*'}", ":parameter/${Login}\n"},
      {"alone under a condition",
       "  Orders: {Type: AWS::DynamoDB::Table, Condition: Own, Properties: {TableName: orders}}\n",
       "{Effect: Allow, Action: 'dynamodb:GetItem', Resource: '*'}",
       "# put in, for NAME, what it works on of dynamodb\n- Effect: Allow\n  Action: dynamodb:GetItem\n  "
       "Resource: "
       "!If\n    - Own\n    - !GetAtt Orders.Arn\n    - !Sub "
       "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/NAME\n"},
      {"beside another",
       "  Orders: {Type: AWS::DynamoDB::Table, Condition: Own}\n  Stock: {Type: AWS::DynamoDB::Table}\n",
       "{Effect: Allow, Action: 'dynamodb:GetItem', Resource: '*'}",
       "Resource:\n    - !GetAtt Stock.Arn\n    - !If\n        - Own\n        - !GetAtt Orders.Arn\n        "
       "- !Ref AWS::NoValue\n"},
  };
  for (const Case& c : cases) {
    INFO(c.name);
    const std::string source = "Parameters: {Stage: {Type: String}}\nConditions: {Own: !Equals [!Ref Stage, "
                               "dev]}\nResources:\n" +
                               std::string(c.resources) +
                               "  Role:\n    Type: AWS::IAM::Role\n    Properties:\n      Policies:\n"
                               "        - PolicyName: work\n          PolicyDocument: {Statement: [" +
                               c.statement + "]}\n";
    const std::string fix = told(rule_of(statements), source).fix;
    INFO(fix);
    CHECK(fix.find(c.expected) != std::string::npos);
  }
}

TEST_CASE("nothing in the place of a statement is said in words") {
  const std::string rule = "for: statements\nwhen: row.role != null\nlet:\n  less: "
                           "row.role.lesser(['iam:PassRole'])\n"
                           "fix:\n  cloudformation:\n    - each: less\n      replaces: item.place\n      "
                           "edit: |\n        # it goes\n        «yaml(item.statements)»\n";
  const Told left = told(rule_of(rule), shop("{Effect: Allow, Action: 'iam:PassRole', Resource: '*'}"));
  CHECK(left.fix == "# in place of line 19:\n# it goes\n");
  CHECK(left.left == 0);
}

TEST_CASE("everything is narrowed to all that is used") {
  const Told all = told(rule_of(statements), shop("{Effect: Allow, Action: '*', Resource: '*'}"));
  for (const char* part : {"dynamodb:PutItem", "!GetAtt Orders.Arn", "s3:GetObject", "!Sub ${Files.Arn}/*",
                           "sqs:ReceiveMessage", "!GetAtt Jobs.Arn", "logs:PutLogEvents"}) {
    INFO(part);
    CHECK(all.fix.find(part) != std::string::npos);
  }
  CHECK(all.fix.find("Action: \"*\"") == std::string::npos);
}

TEST_CASE("a statement is left without an action or a resource") {
  const std::string rule = "for: statements\nwhen: row.role != null && row.actions.size() > 1\nlet:\n  less: "
                           "row.role.lesser(['iam:PassRole', 'iam:PutRolePolicy'])\n"
                           "fix:\n  cloudformation:\n    - each: less\n      replaces: item.place\n      "
                           "edit: «yaml(item.statements)»\n";
  const Told left =
      told(rule_of(rule), shop("{Effect: Allow, Action: ['iam:Pass*', 'sqs:SendMessage'], Resource: '*'}"));
  CHECK(left.fix == "# in place of line 19:\n- Effect: Allow\n  Action: sqs:SendMessage\n  Resource: \"*\"");
  CHECK(left.left == 0);
  // Each of the role's statements that allows one of them, in its place.
  const Told both = told(
      rule_of(rule), shop("{Effect: Allow, Action: ['iam:Pass*', 'sqs:SendMessage'], Resource: '*'}\n"
                          "              - {Effect: Allow, Action: ['iam:Put*', 'sqs:*'], Resource: '*'}"));
  CHECK(both.fix.find("Action: sqs:SendMessage") != std::string::npos);
  CHECK(both.fix.find("Action: sqs:*") != std::string::npos);
  CHECK(both.left == 0);
}

TEST_CASE("what names its resources keeps an action, and a wildcard leaves what else it stands for") {
  const std::string rule =
      "for: statements\nwhen: row.role != null && row.actions.size() > 1\nlet:\n  less: "
      "row.role.lesser(['iam:PassRole', 'iam:PutRolePolicy', 'codebuild:StartBuild'], "
      "true)\nfix:\n  cloudformation:\n    - each: less\n      replaces: item.place\n      "
      "edit: |\n        # without «item.gone.join(', ')»\n        «yaml(item.statements)»\n";
  const Told left =
      told(rule_of(rule),
           shop("{Effect: Allow, Action: ['iam:Pass*', 'iam:PutRole*', 'sqs:SendMessage'], Resource: '*'}\n"
                "              - {Effect: Allow, Action: ['codebuild:*', 'iam:PassRole'], Resource: "
                "'arn:aws:iam::111122223333:role/work'}"));
  CHECK(left.fix == "# in place of line 19:\n# without iam:Pass*, iam:PutRole*\n- Effect: Allow\n  Action: "
                    "[iam:PutRolePermissionsBoundary, sqs:SendMessage]\n  Resource: \"*\"\n");
  const Told many =
      told(rule_of(rule), shop("{Effect: Allow, Action: ['codebuild:*', 'sqs:SendMessage'], Resource: '*'}"));
  for (const char* part : {"# without codebuild:*\n", "- codebuild:BatchGet*\n", "- codebuild:List*\n"}) {
    INFO(many.fix);
    CHECK(many.fix.find(part) != std::string::npos);
  }
  CHECK(many.fix.find("StartBuild") == std::string::npos);
}

TEST_CASE("values stand as their author wrote them, wherever the hole is") {
  const std::string source = R"(Parameters: {Name: {Type: String, Default: a}}
Resources:
  A:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !Sub "${Name}-jobs"   # by stage
      RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3}
  Dead: {Type: AWS::SQS::Queue}
)";
  const std::string rule =
      "for: resources\nof: [\"AWS::SQS::Queue\"]\nwhen: resource.RedrivePolicy != null && "
      "resource.DelaySeconds == null\nfix:\n  cloudformation: |\n";
  const auto fix_of = [&](const std::string& edit) { return told(rule_of(rule + edit), source).fix; };
  CHECK(fix_of("    DelaySeconds: 1\n    QueueName: «yaml(resource.QueueName)»\n") ==
        "DelaySeconds: 1\nQueueName: !Sub ${Name}-jobs\n");
  CHECK(fix_of("    DelaySeconds: 1\n    RedrivePolicy: "
               "«yaml(resource.RedrivePolicy.with({'maxReceiveCount': 5}))»\n") ==
        "DelaySeconds: 1\nRedrivePolicy:\n  deadLetterTargetArn: !GetAtt Dead.Arn\n  maxReceiveCount: 5\n");
  CHECK(fix_of("    DelaySeconds: 1\n    Tags:\n      - «yaml({'Key': 'a', 'Value': {'Ref': 'Name'}})»\n") ==
        "DelaySeconds: 1\nTags:\n  - Key: a\n    Value: !Ref Name\n");
  CHECK(fix_of("    DelaySeconds: 1\n    «resource.KmsMasterKeyId == null ? '' : 'x'»\n    "
               "VisibilityTimeout: 2\n") == "DelaySeconds: 1\nVisibilityTimeout: 2\n");
}

TEST_CASE("JSON's values stand as JSON") {
  const std::string source = R"({"Resources": {"A": {"Type": "AWS::SQS::Queue", "Properties":
    {"RedrivePolicy": {"deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}, "maxReceiveCount": "3"}}},
    "Dead": {"Type": "AWS::SQS::Queue"}}})";
  const rules::Rule rule =
      rule_of("for: resources\nwhen: resource.RedrivePolicy != null\nfix:\n  cloudformation:\n"
              "    - replaces: resource.RedrivePolicy\n      edit: «yaml(resource.RedrivePolicy)»\n");
  CHECK(told(rule, source).fix ==
        "// in place of the value in line 2:\n{\n  \"deadLetterTargetArn\": {\"Fn::GetAtt\": [\"Dead\", "
        "\"Arn\"]},\n  \"maxReceiveCount\": \"3\"\n}\n");
}

TEST_CASE("of lines of JSON that are replaced whole, the comma behind the last stays") {
  const rules::Rule rule =
      rule_of("for: resources\nwhen: resource.Tags != null\nfix:\n  cloudformation:\n"
              "    - replaces: resource.Tags[0]\n      edit: «yaml(resource.Tags[0])»\n");
  const auto fix_of = [&](const std::string& tags) {
    return told(rule,
                R"({"Resources": {"A": {"Type": "AWS::SQS::Queue", "Properties": {"Tags": )" + tags + "}}}}")
        .fix;
  };
  CHECK(fix_of("[\n  {\"Key\": \"a\"} ,\n  {\"Key\": \"b\"}\n]") ==
        "// in place of line 2:\n{\"Key\": \"a\"},\n");
  CHECK(fix_of("[\n  {\"Key\": \"a\"}\n]") == "// in place of line 2:\n{\"Key\": \"a\"}\n");
  CHECK(fix_of("[{\"Key\": \"a\"}, 7]").ends_with("{\"Key\": \"a\"}\n"));
}

TEST_CASE("one fix may take the place of several things") {
  const rules::Rule rule = rule_of(R"(for: resources
of: ["AWS::SQS::Queue"]
let:
  slow: system.resources.filter(r, r.type == 'AWS::SQS::Queue' && r.DelaySeconds > 5)
when: resource.DelaySeconds > 5
merge-by: "'template'"
fix:
  cloudformation:
    - each: slow
      replaces: item.DelaySeconds
      edit: |
        «item.DelaySeconds - 5»
)");
  const Told both = told(rule, "Resources:\n  A: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: 7}}\n"
                               "  B: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: 9}}\n");
  CHECK(both.fix == "# in place of `7` in line 2:\n2\n# in place of `9` in line 3:\n4\n");
  CHECK(both.left == 0);
}

TEST_CASE("a list in the place of an item gives items") {
  struct Case {
    const char* name;
    const char* source;
    const char* edit;
    const char* expected;
  };
  const Case cases[] = {
      {"two for one", "{A: [x, y, z]}", "[a, b]", "{A: [x, a, b, z]}"},
      {"none", "{A: [x, y, z]}", "[]", "{A: [x, z]}"},
      {"one", "{A: [x, y, z]}", "{b: c}", "{A: [x, {b: c}, z]}"},
      {"a value", "{A: y}", "[a, b]", "{A: [a, b]}"},
      {"wherever it is shared", "{A: &s y, B: [*s]}", "a", "{A: a, B: [a]}"},
      {"tags stay", "{A: !If [c, y, z]}", "a", "{A: !If [c, a, z]}"},
  };
  for (const Case& c : cases) {
    INFO(c.name);
    text::SourceMap sources;
    text::Arena arena;
    const syntax::Document source = syntax::read(sources, arena, "a.yaml", c.source);
    const syntax::Document edit = syntax::read(sources, arena, "b.yaml", c.edit);
    const syntax::Document expected = syntax::read(sources, arena, "c.yaml", c.expected);
    const auto at = static_cast<std::uint32_t>(std::string_view(c.source).find('y'));
    const std::uint32_t begin = c.source[4] == '&' ? 4 : at;
    const syntax::Node* result = rules::replace_at(*source.root, {source.file, begin, at + 1}, *edit.root,
                                                   syntax::Builder(arena), sources);
    CHECK(syntax::dump(result) == syntax::dump(expected.root));
  }
}

TEST_CASE("a fix that would be too long is not told") {
  std::string names;
  for (int i = 0; i < 3000; ++i) names += "name" + std::to_string(i) + ", ";
  const std::string source =
      "Resources:\n  A: {Type: AWS::SQS::Queue, Properties: {Tags: [" + names + "z]}}\n";
  const rules::Rule rule = rule_of("for: resources\nwhen: resource.Tags != null\nfix:\n  cloudformation:\n"
                                   "    - {of: short, edit: \"Tags: «yaml(resource.Tags)»\"}\n"
                                   "    - {of: long, edit: \"# fewer tags\"}\n");
  text::SourceMap sources;
  const rules::Rule* rules[] = {&rule};
  const rules::Trialled found =
      rules::judge_file(text::MemoryFileSystem({{"template.yaml", source}}), "template.yaml", rules, sources);
  REQUIRE(found.findings.size() == 1);
  CHECK(found.findings.front().fix == "# fewer tags");
}

TEST_CASE("counts have their nouns") {
  const auto message = [](const std::string& expression) {
    rules::Rule rule = rule_of("for: resources\nwhen: \"true\"\nfix: {cloudformation: change it}\n");
    rule.message = "{" + expression + "}";
    text::SourceMap sources;
    const rules::Rule* rules[] = {&rule};
    return rules::judge_file(
               text::MemoryFileSystem({{"template.yaml", "Resources: {A: {Type: AWS::SQS::Queue}}"}}),
               "template.yaml", rules, sources)
        .findings.at(0)
        .message;
  };
  CHECK(message("plural(1, 'more function')") == "1 more function");
  CHECK(message("plural(0, 'function')") == "0 functions");
  CHECK(message("plural(2, 'entry')") == "2 entries");
  CHECK(message("plural(2, 'key')") == "2 keys");
  CHECK(message("plural(3, 'batch')") == "3 batches");
}

TEST_CASE("what a variable takes from another file is written as the variable") {
  const rules::Rule rule =
      rule_of("for: resources\nof: [AWS::Events::Rule]\nwhen: resource.Targets.size() > 0\nfix:\n"
              "  cloudformation: |\n    «yaml({'Targets': resource.Targets.map(t, t.with({'Id': "
              "'other'}))})»\n");
  const text::MemoryFileSystem files(
      {{"serverless.yml",
        "service: shop\nprovider: {name: aws, runtime: nodejs22.x}\nresources:\n  Resources:\n"
        "    Paid:\n      Type: AWS::Events::Rule\n      Properties:\n"
        "        Targets: [{Id: one, Arn: \"${file(values.yml):topic}\", Input: \"${self:service}\"}]\n"},
       {"values.yml", "topic: arn:aws:sns:eu-west-1:111122223333:orders\n"}});
  const rules::Rule* rules[] = {&rule};
  text::SourceMap sources;
  const rules::Trialled found = rules::judge_file(files, "serverless.yml", rules, sources);
  REQUIRE(found.findings.size() == 1);
  CHECK(found.findings.front().fix.find("${file(values.yml):topic}") != std::string::npos);
  CHECK(found.findings.front().fix.find("Input: ${self:service}") != std::string::npos);
}
