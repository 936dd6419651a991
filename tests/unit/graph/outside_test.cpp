// SPDX-License-Identifier: Apache-2.0
// Outside parties: hosts of others, other accounts, users, everybody.
#include "graph/hosts.hpp"
#include "support/graph_cases.hpp"

using namespace slsaudit;
using Case = test::GraphCase;
using test::check_graph;

TEST_CASE("which hosts are somebody else's") {
  struct Host {
    std::string text;
    std::string host;
    bool third_party;
  };
  const std::vector<Host> cases = {
      {"https://api.stripe.com/v1?x=http://other.example.com", "api.stripe.com", true},
      {"postgres://user:secret@db.example.com:5432/shop", "db.example.com", true},
      {"jdbc:postgresql://db.example.com/shop", "db.example.com", true},
      {"mongodb+srv://cluster0.abc.mongodb.net", "cluster0.abc.mongodb.net", true},
      {"https://sqs.eu-west-1.amazonaws.com/1/q", "sqs.eu-west-1.amazonaws.com", false},
      {"https://abc.lambda-url.eu-west-1.on.aws/", "abc.lambda-url.eu-west-1.on.aws", false},
      {"http://localhost:3000", "localhost", false},
      {"http://127.0.0.1:3000", "127.0.0.1", false},
      {"http://10.0.0.7", "10.0.0.7", false},
      {"http://db.internal", "db.internal", false},
      {"https://docs.aws.amazon.com/lambda", "docs.aws.amazon.com", false},
      {"http://www.w3.org/2001/XMLSchema", "www.w3.org", false},
      {"https://json-schema.org/draft", "json-schema.org", false},
      {"api.stripe.com", "", false},
      {"s3://bucket.example.com/x", "", false},
      {"https://", "", false},
      {"https://v1.0/", "v1.0", false},
  };
  for (const Host& one : cases) {
    CAPTURE(one.text);
    CHECK(graph::host_of(one.text) == one.host);
    CHECK(graph::is_third_party(graph::host_of(one.text)) == one.third_party);
  }
}

TEST_CASE("hosts that environments name") {
  check_graph(
      {"URLs, and hosts where the variable says so",
       R"(
  Handler:
    Type: AWS::Lambda::Function
    Properties:
      Environment:
        Variables:
          PAYMENTS: https://api.stripe.com/v1
          SEARCH_HOST: search.example.com:9200
          NAME: not.a.host
          HANDLER_HOST: index.js
          SCHEMA: https://json-schema.org/draft
          LOGO_URL: https://images.example.net/logo.png
          chatLink: https://chat.example.net/shop
          ALLOWED_ORIGIN: https://shop.example.net
          OWN: !Sub 'https://sqs.${AWS::Region}.amazonaws.com/1/q'
          OPEN: !Sub 'https://${Stage}.vendor.example.com/'
          PATH_OPEN: !Sub 'https://vendor.example.com/${Stage}'
Parameters: { Stage: { Type: String } }
)",
       {"Handler -invokes-> api.stripe.com [hinted]", "Handler -invokes-> search.example.com [hinted]",
        "Handler -invokes-> vendor.example.com [hinted]"}});
}

TEST_CASE("whose tokens are trusted, and where else requests go") {
  const std::vector<Case> cases = {
      {"issuers of tokens",
       R"(
  Api: { Type: AWS::ApiGatewayV2::Api, Properties: { ProtocolType: HTTP } }
  Auth: { Type: AWS::ApiGatewayV2::Authorizer, Properties: { ApiId: !Ref Api, AuthorizerType: JWT, JwtConfiguration: { Issuer: 'https://tenant.auth0.com/' } } }
  Own: { Type: AWS::ApiGatewayV2::Authorizer, Properties: { ApiId: !Ref Api, AuthorizerType: JWT, JwtConfiguration: { Issuer: !Sub 'https://cognito-idp.${AWS::Region}.amazonaws.com/${Pool}' } } }
  Pool: { Type: AWS::Cognito::UserPool }
  Google: { Type: AWS::Cognito::UserPoolIdentityProvider, Properties: { UserPoolId: !Ref Pool, ProviderType: Google } }
)",
       {"Api -reads-> tenant.auth0.com via Auth", "internet -requests-> Api",
        "Pool -reads-> accounts.google.com via Google"}},
      {"origins of a distribution",
       R"(
  Site: { Type: AWS::S3::Bucket, Properties: { BucketName: !Sub 'site-${AWS::AccountId}' } }
  Cdn:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Origins:
          - { Id: a, DomainName: !Sub 'site-${AWS::AccountId}.s3.amazonaws.com' }
          - { Id: b, DomainName: shop.example.com }
          - { Id: c, DomainName: 'other.s3.amazonaws.com' }
)",
       {"Cdn -reads-> Site", "Cdn -routes-> shop.example.com", "internet -requests-> Cdn"}},
      {"an origin that only DependsOn tells",
       R"(
  Site: { Type: AWS::S3::Bucket, Properties: { BucketName: !Ref Name } }
  Cdn:
    Type: AWS::CloudFront::Distribution
    DependsOn: [Site]
    Properties: { DistributionConfig: { Origins: [ { Id: a, DomainName: !Sub '${Other}.s3.amazonaws.com', S3OriginConfig: {} } ] } }
Parameters: { Name: { Type: String }, Other: { Type: String } }
)",
       {"Cdn -reads-> Site [hinted]", "internet -requests-> Cdn"}},
  };
  for (const Case& expected : cases) check_graph(expected);
}

TEST_CASE("other accounts, users and everybody") {
  const std::vector<Case> cases = {
      {"a queue that another account and a topic's service may send to",
       R"(
  Work: { Type: AWS::SQS::Queue }
  Policy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [ !Ref Work ]
      PolicyDocument:
        Statement:
          - { Effect: Allow, Principal: { AWS: 'arn:aws:iam::111122223333:root' }, Action: 'sqs:SendMessage', Resource: '*' }
          - { Effect: Allow, Principal: { AWS: [ '444455556666', !Sub 'arn:aws:iam::${AWS::AccountId}:root' ] }, Action: 'sqs:SendMessage', Resource: '*' }
          - { Effect: Allow, Principal: { Service: sns.amazonaws.com }, Action: 'sqs:SendMessage', Resource: '*' }
          - { Effect: Deny, Principal: '*', Action: 'sqs:*', Resource: '*' }
          - { Effect: Allow, Principal: '*', Action: 'sqs:SendMessage', Resource: '*', Condition: { StringEquals: { 'aws:SourceAccount': '1' } } }
)",
       {"account 111122223333 -requests-> Work", "account 444455556666 -requests-> Work"}},
      {"a bucket that everybody may read",
       R"(
  Site: { Type: AWS::S3::Bucket }
  Policy: { Type: AWS::S3::BucketPolicy, Properties: { Bucket: !Ref Site, PolicyDocument: { Statement: [ { Effect: Allow, Principal: '*', Action: 's3:GetObject', Resource: !Sub '${Site.Arn}/*' } ] } } }
)",
       {"internet -requests-> Site"}},
      {"a role that another account takes, and one for users of a provider",
       R"(
  Data: { Type: AWS::DynamoDB::Table }
  Partner: { Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: { Statement: [ { Effect: Allow, Principal: { AWS: 'arn:aws:iam::111122223333:role/partner' }, Action: 'sts:AssumeRole' } ] } } }
  Web:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: { Statement: [ { Effect: Allow, Principal: { Federated: www.amazon.com }, Action: 'sts:AssumeRoleWithWebIdentity' } ] }
      Policies: [ { PolicyName: p, PolicyDocument: { Statement: [ { Effect: Allow, Action: 'dynamodb:GetItem', Resource: !GetAtt Data.Arn } ] } } ]
)",
       {"account 111122223333 -requests-> Partner", "users of www.amazon.com -reads-> Data [granted]"}},
      {"guests of an identity pool",
       R"(
  Uploads: { Type: AWS::S3::Bucket }
  Pool: { Type: AWS::Cognito::IdentityPool, Properties: { AllowUnauthenticatedIdentities: true } }
  Guest:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: { Statement: [ { Effect: Allow, Principal: { Federated: cognito-identity.amazonaws.com }, Action: 'sts:AssumeRoleWithWebIdentity' } ] }
      Policies: [ { PolicyName: p, PolicyDocument: { Statement: [ { Effect: Allow, Action: 's3:PutObject', Resource: !Sub '${Uploads.Arn}/*' } ] } } ]
  Roles: { Type: AWS::Cognito::IdentityPoolRoleAttachment, Properties: { IdentityPoolId: !Ref Pool, Roles: { unauthenticated: !GetAtt Guest.Arn } } }
)",
       {"Pool -writes-> Uploads [granted]", "internet -requests-> Pool"}},
      {"mail that is sent, by a policy that names it",
       R"(
  Role: { Type: AWS::IAM::Role, Properties: { Policies: [ { PolicyName: p, PolicyDocument: { Statement: [ { Effect: Allow, Action: 'ses:SendEmail', Resource: '*' } ] } } ] } }
  All: { Type: AWS::IAM::Role, Properties: { Policies: [ { PolicyName: p, PolicyDocument: { Statement: [ { Effect: Allow, Action: '*', Resource: '*' } ] } } ] } }
  Sender: { Type: AWS::Lambda::Function, Properties: { Role: !GetAtt Role.Arn } }
  Other: { Type: AWS::Lambda::Function, Properties: { Role: !GetAtt All.Arn } }
)",
       {"Sender -sends-> email [granted]"}},
  };
  for (const Case& expected : cases) check_graph(expected);
  check_graph({"layers of another account",
               R"(
  Own: { Type: AWS::Lambda::LayerVersion }
  Handler: { Type: AWS::Lambda::Function, Properties: { Layers: [ !Ref Own, 'arn:aws:lambda:eu-west-1:580247275435:layer:Insights:14', !Sub 'arn:aws:lambda:eu-west-1:${AWS::AccountId}:layer:x:1' ] } }
)",
               {"Handler -refers-> Own", "Handler -refers-> account 580247275435"}},
              {"refers"});
}
