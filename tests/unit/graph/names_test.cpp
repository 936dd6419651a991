// SPDX-License-Identifier: Apache-2.0
// Names, dashboards, stores of analytics and search, keys: what joins them to the rest.
#include "support/catch.hpp"
#include "support/graph_cases.hpp"

using namespace slsaudit;
using Case = test::GraphCase;
using test::check_graph;

TEST_CASE("names and dashboards lead to resources, and nothing flows through them") {
  const std::vector<Case> cases = {
      {"a record, a custom domain and the API behind it",
       R"(
  Api: { Type: AWS::ApiGateway::RestApi, Properties: { EndpointConfiguration: { Types: [PRIVATE] } } }
  Domain: { Type: AWS::ApiGateway::DomainName, Properties: { DomainName: api.example.org } }
  Mapping: { Type: AWS::ApiGateway::BasePathMapping, Properties: { DomainName: !Ref Domain, RestApiId: !Ref Api } }
  Record: { Type: AWS::Route53::RecordSet, Properties: { Name: api.example.org, Type: A, AliasTarget: { DNSName: !GetAtt Domain.RegionalDomainName, HostedZoneId: !GetAtt Domain.RegionalHostedZoneId } } }
)",
       {"Domain -refers-> Api via Mapping", "Record -refers-> Domain"}},
      {"a group of records",
       R"(
  Site: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { Enabled: true } } }
  Records: { Type: AWS::Route53::RecordSetGroup, Properties: { RecordSets: [ { Name: example.org, Type: A, AliasTarget: { DNSName: !GetAtt Site.DomainName } } ] } }
)",
       {"Records -refers-> Site", "internet -requests-> Site"}},
      {"a dashboard shows a function by its name",
       R"(
  Handler: { Type: AWS::Lambda::Function, Properties: { FunctionName: shop-checkout } }
  Board: { Type: AWS::CloudWatch::Dashboard, Properties: { DashboardBody: '{"widgets":[{"type":"metric","properties":{"metrics":[["AWS/Lambda","Errors","FunctionName","shop-checkout"],["...","other"]]}}]}' } }
)",
       {"Board -refers-> Handler"}},
      {"a web ACL before a distribution",
       R"(
  Acl: { Type: AWS::WAFv2::WebACL }
  Site: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { Enabled: true, WebACLId: !GetAtt Acl.Arn } } }
)",
       {"Site -refers-> Acl", "internet -requests-> Site"}},
      {"a key that data is locked with",
       R"(
  Key: { Type: AWS::KMS::Key }
  Orders: { Type: AWS::SQS::Queue, Properties: { KmsMasterKeyId: !Ref Key } }
)",
       {"Orders -refers-> Key"}},
  };
  for (const Case& expected : cases) check_graph(expected, {"refers"});
}

TEST_CASE("stores of analytics and search") {
  const std::string role =
      "  Role: { Type: AWS::IAM::Role, Properties: { Policies: [ { PolicyName: p, "
      "PolicyDocument: { Statement: [ { Effect: Allow, Action: 'ACTION', Resource: TARGET } ] } "
      "} ] } }\n  Handler: { Type: AWS::Lambda::Function, Properties: { Role: !GetAtt Role.Arn } }\n";
  const auto with = [&](std::string action, std::string target, const std::string& more) {
    std::string text = role;
    text.replace(text.find("ACTION"), 6, action);
    text.replace(text.find("TARGET"), 6, target);
    return "\n" + text + more;
  };
  const std::vector<Case> cases = {
      {"Athena's queries and their results",
       with("athena:StartQueryExecution",
            "!Sub 'arn:aws:athena:${AWS::Region}:${AWS::AccountId}:workgroup/${Group}'",
            "  Results: { Type: AWS::S3::Bucket }\n"
            "  Group: { Type: AWS::Athena::WorkGroup, Properties: { Name: reports, WorkGroupConfiguration: { "
            "ResultConfiguration: { OutputLocation: !Sub 's3://${Results}/out/' } } } }\n"),
       {"Handler -reads-> Group [granted]", "Group -writes-> Results"}},
      {"Redshift's Data API",
       with("redshift-data:ExecuteStatement",
            "!Sub 'arn:aws:redshift:${AWS::Region}:${AWS::AccountId}:cluster:${House}'",
            "  House: { Type: AWS::Redshift::Cluster }\n"),
       {"Handler -reads-> House [granted]", "Handler -writes-> House [granted]"}},
      {"a search domain",
       with("es:ESHttpPut", "!Sub '${Search.Arn}/*'", "  Search: { Type: AWS::OpenSearchService::Domain }\n"),
       {"Handler -writes-> Search [granted]"}},
      {"a domain by its old name",
       with("es:ESHttpGet", "!Sub '${Search.Arn}/*'", "  Search: { Type: AWS::Elasticsearch::Domain }\n"),
       {"Handler -reads-> Search [granted]"}},
      {"a global table, its stream and its replicas",
       with("dynamodb:PutItem", "!GetAtt Orders.Arn",
            "  Orders: { Type: AWS::DynamoDB::GlobalTable, Properties: { StreamSpecification: { "
            "StreamViewType: "
            "NEW_IMAGE }, Replicas: [ { Region: eu-west-1 }, { Region: us-east-1 } ] } }\n"
            "  Mapping: { Type: AWS::Lambda::EventSourceMapping, Properties: { EventSourceArn: !GetAtt "
            "Orders.StreamArn, FunctionName: !Ref Handler } }\n"),
       {"Handler -writes-> Orders [granted]", "Orders -polls-> Handler via Mapping"}},
      {"a job that a trigger starts",
       "\n  Job: { Type: AWS::Glue::Job }\n  Nightly: { Type: AWS::Glue::Trigger, Properties: { Type: "
       "SCHEDULED, "
       "Actions: [ { JobName: !Ref Job } ] } }\n",
       {"Nightly -triggers-> Job"}},
  };
  for (const Case& expected : cases) check_graph(expected);
  check_graph({"a document database's changes, and its address",
               R"(
  Docs: { Type: AWS::DocDB::DBCluster }
  Handler: { Type: AWS::Lambda::Function, Properties: { Environment: { Variables: { DOCS: !GetAtt Docs.Endpoint } } } }
  Mapping: { Type: AWS::Lambda::EventSourceMapping, Properties: { EventSourceArn: !Sub 'arn:aws:rds:${AWS::Region}:${AWS::AccountId}:cluster:${Docs}', FunctionName: !Ref Handler } }
)",
               {"Docs -polls-> Handler via Mapping", "Handler -reads-> Docs [hinted]",
                "Handler -writes-> Docs [hinted]"}});
}

TEST_CASE("what is posted to connections starts no route") {
  check_graph({"a socket's function answers its client",
               R"(
  Api: { Type: AWS::ApiGatewayV2::Api, Properties: { ProtocolType: WEBSOCKET } }
  Route: { Type: AWS::ApiGatewayV2::Route, Properties: { ApiId: !Ref Api, RouteKey: $default, Target: !Sub 'integrations/${Join}' } }
  Join: { Type: AWS::ApiGatewayV2::Integration, Properties: { ApiId: !Ref Api, IntegrationType: AWS_PROXY, IntegrationUri: !Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Handler.Arn}/invocations' } }
  Role: { Type: AWS::IAM::Role, Properties: { Policies: [ { PolicyName: p, PolicyDocument: { Statement: [ { Effect: Allow, Action: 'execute-api:ManageConnections', Resource: !Sub 'arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*' } ] } } ] } }
  Handler: { Type: AWS::Lambda::Function, Properties: { Role: !GetAtt Role.Arn, Environment: { Variables: { BACK: !Sub 'https://${Api}.execute-api.${AWS::Region}.amazonaws.com/v1' } } } }
)",
               {"Api -routes-> Handler via Route", "Handler -sends-> websocket clients via Api [granted]",
                "internet -requests-> Api"}});
}

TEST_CASE("pictures and texts that a variable names are no services") {
  check_graph({"by what the address ends in",
               R"(
  Handler: { Type: AWS::Lambda::Function, Properties: { Environment: { Variables: { AVATAR: 'https://i.example.org/a.png', DOC: 'https://docs.example.org/x.html?y#z', CALL: 'https://api.example.org/v1' } } } }
)",
               {"Handler -invokes-> api.example.org [hinted]"}});
}

TEST_CASE("a name that a parameter store or an export holds, within an ARN") {
  const std::string role =
      "\n  T: { Type: AWS::DynamoDB::Table }\n  P: { Type: AWS::SSM::Parameter, Properties: { Name: "
      "/app/table, "
      "Type: String, Value: !Ref T } }\n  Fn: { Type: AWS::Lambda::Function, Properties: { Role: !GetAtt "
      "R.Arn } "
      "}\n  R: { Type: AWS::IAM::Role, Properties: { Policies: [ { PolicyName: p, PolicyDocument: { "
      "Statement: [ { "
      "Effect: Allow, Action: 'dynamodb:PutItem', Resource: !Sub "
      "'arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/NAME' } ] } } ] } }\n";
  const auto with = [&](const std::string& name) {
    std::string text = role;
    return text.replace(text.find("NAME"), 4, name);
  };
  check_graph(
      {"a parameter's latest version", with("{{resolve:ssm:/app/table}}"), {"Fn -writes-> T [granted]"}});
  check_graph({"a version of it", with("{{resolve:ssm:/app/table:1}}"), {"Fn -writes-> T [granted]"}});
  check_graph(
      {"another parameter",
       with("{{resolve:ssm:/app/other}}"),
       {"Fn -writes-> "
        "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${resolve:ssm:/app/other} "
        "[granted]"}});
}

TEST_CASE("a pipe does what its definition says, not all that its role may") {
  check_graph({"a job",
               R"(
  In: { Type: AWS::SQS::Queue }
  Jobs: { Type: AWS::Batch::JobQueue }
  Job: { Type: AWS::Batch::JobDefinition }
  Role: { Type: AWS::IAM::Role, Properties: { Policies: [ { PolicyName: p, PolicyDocument: { Statement: [ { Effect: Allow, Action: 'batch:SubmitJob', Resource: [ !Ref Jobs, !Ref Job ] } ] } } ] } }
  Pipe: { Type: AWS::Pipes::Pipe, Properties: { Source: !GetAtt In.Arn, Target: !Ref Jobs, RoleArn: !GetAtt Role.Arn } }
)",
               {"In -polls-> Pipe", "Pipe -triggers-> Jobs"}});
}
