// SPDX-License-Identifier: Apache-2.0
// `cloudFront` events: the distribution, and what becomes of functions that it calls.
#include "lowering.hpp"
#include "support/catch.hpp"

namespace slsaudit {
namespace {

using test::Lowering;

std::string service(const std::string& event, const std::string& provider = "") {
  return "service: shop\nprovider:\n  name: aws\n  memorySize: 512\n  versionFunctions: false\n  "
         "environment: {A: b}\n" +
         provider + "functions:\n  sign:\n    handler: a.b\n    events:\n      - cloudFront: " + event + "\n";
}

} // namespace

TEST_CASE("a function at the edge is versioned, small, kept, and has no variables") {
  const Lowering lowering(service("{eventType: viewer-request, origin: 's3://photos.s3.amazonaws.com/web'}"));
  CHECK(lowering.problems(true).empty());
  CHECK(lowering.shown("SignLambdaFunction", "MemorySize") == "128");
  CHECK(lowering.shown("SignLambdaFunction", "Timeout") == "5");
  CHECK(lowering.shown("SignLambdaFunction", "Environment") == "absent");
  CHECK(lowering.find("SignLambdaFunction")->body->get("DeletionPolicy")->text == "Retain");
  CHECK(lowering.find("SignLambdaVersion") != nullptr);
  CHECK(lowering.shown("SignLambdaFunctionInvokePermission", "FunctionName") ==
        R"({"Ref":"SignLambdaVersion"})");
  CHECK(lowering.shown("SignLambdaFunctionInvokePermission", "SourceArn").find("CloudFrontDistribution") !=
        std::string::npos);
  const std::string trust = lowering.shown("IamRoleLambdaExecution", "AssumeRolePolicyDocument");
  CHECK(trust.find(R"(["lambda.amazonaws.com","edgelambda.amazonaws.com"])") != std::string::npos);
  const std::string policies = lowering.shown("IamRoleLambdaExecution", "Policies");
  CHECK(policies.find(R"([{"Fn::Sub":"arn:${AWS::Partition}:logs:*:*:*"}])") != std::string::npos);
  CHECK(lowering.shown("CloudFrontDistribution", "DistributionConfig") ==
        R"({"Comment":"shop dev","Enabled":true,"DefaultCacheBehavior":{"ViewerProtocolPolicy":"allow-all",)"
        R"("CachePolicyId":"658327ea-f89d-4fab-a63d-7e88639e58f6",)"
        R"("TargetOriginId":"s3/photos.s3.amazonaws.com/web","LambdaFunctionAssociations":[)"
        R"({"EventType":"viewer-request","LambdaFunctionARN":{"Ref":"SignLambdaVersion"}}]},"Origins":[)"
        R"({"DomainName":"photos.s3.amazonaws.com","OriginPath":"/web","S3OriginConfig":{},)"
        R"("Id":"s3/photos.s3.amazonaws.com/web"}]})");
}

TEST_CASE("behaviors of one path are one, and one without a path comes first") {
  const Lowering lowering(service(
      "{eventType: viewer-request, pathPattern: /a*, origin: 'https://Example.com:8443/'}\n"
      "      - cloudFront: {eventType: origin-request, includeBody: true, pathPattern: /a*, "
      "origin: 'https://example.com'}\n"
      "      - cloudFront: {eventType: viewer-response, pathPattern: /b*, isDefaultOrigin: true, "
      "cachePolicy: {name: short}, behavior: {ViewerProtocolPolicy: https-only}, "
      "origin: {DomainName: !GetAtt Site.Domain, CustomOriginConfig: {OriginProtocolPolicy: https-only}}}",
      "  cloudFront: {cachePolicies: {short: {MinTTL: 1}}}\n"));
  CHECK(lowering.problems(true).empty());
  const std::string config = lowering.shown("CloudFrontDistribution", "DistributionConfig");
  CAPTURE(config);
  CHECK(lowering.shown("CloudFrontCachePolicyShort", "CachePolicyConfig") ==
        R"({"MinTTL":1,"Name":"shop-dev-short"})");
  const auto has = [&](const std::string& part) { return config.find(part) != std::string::npos; };
  // No behavior is without a path: the first one's settings and the default origin make one.
  CHECK(
      has(R"("DefaultCacheBehavior":{"ViewerProtocolPolicy":"allow-all",)"
          R"("CachePolicyId":"658327ea-f89d-4fab-a63d-7e88639e58f6","TargetOriginId":"custom/FnGetAttSite)"));
  CHECK(has(R"("LambdaFunctionAssociations":[{"EventType":"viewer-request","LambdaFunctionARN":)"
            R"({"Ref":"SignLambdaVersion"}},{"EventType":"origin-request","LambdaFunctionARN":)"
            R"({"Ref":"SignLambdaVersion"},"IncludeBody":true}],"PathPattern":"/a*")"));
  CHECK(has(R"({"ViewerProtocolPolicy":"https-only","CachePolicyId":{"Ref":"CloudFrontCachePolicyShort"})"));
  CHECK(has(R"({"DomainName":"example.com","CustomOriginConfig":{"OriginProtocolPolicy":"match-viewer"},)"
            R"("Id":"custom/example.com"})"));
}

TEST_CASE("an event without an origin is told") {
  const Lowering lowering(service("{eventType: viewer-request}"));
  CHECK(lowering.problems() == "error event-without-source");
  CHECK(lowering.find("CloudFrontDistribution") == nullptr);
}

} // namespace slsaudit
