// SPDX-License-Identifier: Apache-2.0
// serverless-lift: what faces the internet, and networks.
#include "dialect/serverless/lift.hpp"
#include "dialect/serverless/naming.hpp"

namespace slsaudit::dialect::serverless {

namespace {

void add_distribution(Construct& construct, const Node* origins, const Node* behaviors,
                      std::string_view origin, bool all_methods) {
  const Make& at = construct.at;
  const Node* domain = construct.get("domain");
  if (domain != nullptr && !domain->is_sequence()) domain = at.list({domain});
  const Node* certificate = construct.get("certificate");
  const Node* viewer =
      certificate == nullptr
          ? nullptr
          : at.json(
                R"({"AcmCertificateArn": "$arn", "SslSupportMethod": "sni-only", "MinimumProtocolVersion": "TLSv1.2_2021"})",
                {{"arn", certificate}});
  const Node* methods = all_methods ? at.texts({"GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"})
                                    : at.texts({"GET", "HEAD", "OPTIONS"});
  construct.add("CDN", "AWS::CloudFront::Distribution",
                R"({"DistributionConfig": {"Enabled": true, "HttpVersion": "http2", "Origins": "$origins",
      "DefaultCacheBehavior": {"TargetOriginId": "$origin", "ViewerProtocolPolicy": "redirect-to-https",
        "AllowedMethods": "$methods"},
      "CacheBehaviors": "$behaviors", "Aliases": "$domain", "ViewerCertificate": "$viewer"}})",
                {{"origins", origins},
                 {"origin", at.text(origin)},
                 {"methods", methods},
                 {"behaviors", behaviors},
                 {"domain", domain},
                 {"viewer", viewer}});
}

const Node* bucket_origin(const Construct& construct, std::string_view bucket) {
  return construct.at.json(R"({"Id": "$id", "DomainName": "$domain", "S3OriginConfig": {}})",
                           {{"id", construct.at.text(bucket)},
                            {"domain", construct.at.get_att(construct.id(bucket), "RegionalDomainName")}});
}

void lower_website(Construct& construct, bool served_by_bucket) {
  const Make& at = construct.at;
  construct
      .add("Bucket", "AWS::S3::Bucket",
           R"({"WebsiteConfiguration": "$website", "PublicAccessBlockConfiguration": "$open"})",
           {{"website", served_by_bucket ? at.json(R"({"IndexDocument": "index.html"})") : nullptr},
            {"open", served_by_bucket ? at.json(R"({"BlockPublicAcls": false, "BlockPublicPolicy": false,
               "IgnorePublicAcls": false, "RestrictPublicBuckets": false})")
                                      : nullptr}})
      .deletion_policy = "Delete";
  add_bucket_policy(construct, "Bucket",
                    R"({"Effect": "Allow", "Principal": "$who", "Action": "s3:GetObject",
      "Resource": {"Fn::Join": ["", ["$arn", "/*"]]}})",
                    {{"arn", construct.arn("Bucket")},
                     {"who", served_by_bucket ? at.json(R"({"AWS": "*"})")
                                              : at.json(R"({"Service": "cloudfront.amazonaws.com"})")}});
  add_distribution(construct, at.list({bucket_origin(construct, "Bucket")}), nullptr, "Bucket", false);
}

} // namespace

void lower_webhook(Construct& construct) {
  const Make& at = construct.at;
  const Node* authorizer = construct.get("authorizer");
  const Node* path = construct.get("path");
  const Node* type = construct.get("eventType");
  construct.add("HttpApi", "AWS::ApiGatewayV2::Api", R"({"Name": "$name", "ProtocolType": "HTTP"})",
                {{"name", at.text(construct.id("HttpApi"))}});
  construct.add_helper("HttpApiDefaultStage", "AWS::ApiGatewayV2::Stage",
                       R"({"ApiId": "$api", "StageName": "$default", "AutoDeploy": true})",
                       {{"api", construct.ref("HttpApi")}, {"default", at.text("$default")}});
  construct.add("Bus", "AWS::Events::EventBus", R"({"Name": "$name"})",
                {{"name", at.text(construct.id("Bus"))}});
  const std::string function =
      naming::resource(std::string(construct.name()) + "Authorizer") + "LambdaFunction";
  const Node* invoke = authorizer == nullptr
                           ? nullptr
                           : at.json(R"({"Effect": "Allow", "Action": "lambda:InvokeFunction",
        "Resource": "$function"})",
                                     {{"function", at.get_att(function, "Arn")}});
  const Node* put = at.json(R"({"Effect": "Allow", "Action": "events:PutEvents", "Resource": "$bus"})",
                            {{"bus", construct.arn("Bus")}});
  construct.add_helper(
      "ApiGatewayRole", "AWS::IAM::Role",
      R"({"AssumeRolePolicyDocument": "$trust", "Policies": [{"PolicyName": "EventBridge", "PolicyDocument": "$allowed"}]})",
      {{"trust", trust_in(at, "apigateway.amazonaws.com")}, {"allowed", policy_document(at, {put, invoke})}});
  construct.add_helper("Integration", "AWS::ApiGatewayV2::Integration",
                       R"({"ApiId": "$api", "ConnectionType": "INTERNET", "CredentialsArn": "$role",
      "IntegrationSubtype": "EventBridge-PutEvents", "IntegrationType": "AWS_PROXY", "PayloadFormatVersion": "1.0",
      "RequestParameters": {"DetailType": "$type", "Detail": "$detail", "Source": "$source", "EventBusName": "$bus"}})",
                       {{"api", construct.ref("HttpApi")},
                        {"role", construct.arn("ApiGatewayRole")},
                        {"type", type != nullptr ? type : at.text("Webhook")},
                        {"detail", at.text("$request.body")},
                        {"source", at.text(construct.name())},
                        {"bus", construct.ref("Bus")}});
  construct.add_helper(
      "Route", "AWS::ApiGatewayV2::Route",
      R"({"ApiId": "$api", "RouteKey": "$key", "Target": "$target", "AuthorizationType": "$auth",
      "AuthorizerId": "$authorizer"})",
      {{"api", construct.ref("HttpApi")},
       {"key", at.concat({at.text("POST "), path})},
       {"target", at.join("/", {at.text("integrations"), construct.ref("Integration")})},
       {"auth", at.text(authorizer != nullptr ? "CUSTOM" : "NONE")},
       {"authorizer", authorizer != nullptr ? construct.ref("Authorizer") : nullptr}});
  if (authorizer == nullptr) return;
  add_function(construct.service(),
               {at.keep(std::string(construct.name()) + "Authorizer"), at.span(), authorizer, false});
  construct.add_helper(
      "Authorizer", "AWS::ApiGatewayV2::Authorizer",
      R"({"ApiId": "$api", "AuthorizerPayloadFormatVersion": "2.0", "AuthorizerType": "REQUEST",
      "Name": "$name", "IdentitySource": ["$source"], "EnableSimpleResponses": true, "AuthorizerUri": "$uri",
      "AuthorizerCredentialsArn": "$role"})",
      {{"api", construct.ref("HttpApi")},
       {"name", at.text(std::string(construct.name()) + "-authorizer")},
       {"source", at.text("$request.header.Authorization")},
       {"uri", at.sub("arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/"
                      "functions/${" +
                      function + ".Arn}/invocations")},
       {"role", construct.arn("ApiGatewayRole")}});
}

void lower_static_website(Construct& construct) {
  lower_website(construct, true);
}
void lower_single_page_app(Construct& construct) {
  lower_website(construct, false);
}

void lower_server_side_website(Construct& construct) {
  const Make& at = construct.at;
  construct.add("Assets", "AWS::S3::Bucket", "{}").deletion_policy = "Delete";
  const bool rest = known_text(construct.get("apiGateway")) == "rest";
  const std::string api = rest ? "ApiGatewayRestApi" : "HttpApi";
  const Node* backend = at.json(
      R"({"Id": "Backend", "DomainName": "$domain", "CustomOriginConfig": {"OriginProtocolPolicy": "https-only"}})",
      {{"domain", at.sub("${" + api + "}.execute-api.${AWS::Region}.amazonaws.com")}});
  std::vector<const Node*> behaviors;
  if (const Node* assets = construct.get("assets"); assets != nullptr && assets->is_mapping()) {
    for (const syntax::Entry& entry : assets->children) {
      behaviors.push_back(at.json(
          R"({"PathPattern": "$path", "TargetOriginId": "Assets", "ViewerProtocolPolicy": "redirect-to-https"})",
          {{"path", at.text(entry.key)}}));
    }
  }
  add_distribution(construct, at.list({backend, bucket_origin(construct, "Assets")}), at.list(behaviors),
                   "Backend", true);
}

/// Two zones, each with a public and a private subnet and a NAT gateway; functions run in the private ones
/// unless the provider says where.
void lower_vpc(Construct& construct) {
  const Make& at = construct.at;
  construct.add("", "AWS::EC2::VPC",
                R"({"CidrBlock": "10.0.0.0/16", "EnableDnsHostnames": true, "EnableDnsSupport": true})");
  construct.add_helper("IGW", "AWS::EC2::InternetGateway", "{}");
  construct.add_helper("VPCGW", "AWS::EC2::VPCGatewayAttachment",
                       R"({"VpcId": "$vpc", "InternetGatewayId": "$gateway"})",
                       {{"vpc", construct.ref("")}, {"gateway", construct.ref("IGW")}});
  std::vector<const Node*> subnets;
  for (const int zone : {1, 2}) {
    const std::string number = std::to_string(zone);
    for (const std::string kind : {"Public", "Private"}) {
      const bool open = kind == "Public";
      const std::string part = kind + "Subnet" + number;
      construct.add_helper(
          part + "Subnet", "AWS::EC2::Subnet",
          R"({"VpcId": "$vpc", "AvailabilityZone": {"Fn::Select": ["$zone", {"Fn::GetAZs": ""}]},
        "MapPublicIpOnLaunch": "$open"})",
          {{"vpc", construct.ref("")}, {"zone", at.number(zone - 1)}, {"open", at.boolean(open)}});
      if (!open) subnets.push_back(construct.ref(part + "Subnet"));
    }
    construct.add_helper("PublicSubnet" + number + "EIP", "AWS::EC2::EIP", R"({"Domain": "vpc"})");
    construct.add_helper(
        "PublicSubnet" + number + "NATGateway", "AWS::EC2::NatGateway",
        R"({"SubnetId": "$subnet", "AllocationId": "$address"})",
        {{"subnet", construct.ref("PublicSubnet" + number + "Subnet")},
         {"address", at.get_att(construct.id("PublicSubnet" + number + "EIP"), "AllocationId")}});
  }
  construct.add_helper("AppSecurityGroup", "AWS::EC2::SecurityGroup",
                       R"({"GroupDescription": "$name", "VpcId": "$vpc",
      "SecurityGroupEgress": [{"CidrIp": "0.0.0.0/0", "IpProtocol": "-1"}]})",
                       {{"name", at.text(construct.name())}, {"vpc", construct.ref("")}});
  Service& service = construct.service();
  if (service.from_provider({"vpc"}) != nullptr) return;
  const Node* vpc = at.json(
      R"({"securityGroupIds": ["$group"], "subnetIds": "$subnets"})",
      {{"group", at.get_att(construct.id("AppSecurityGroup"), "GroupId")}, {"subnets", at.list(subnets)}});
  service.provider = merge_shallow(at, service.provider, at.map({{"vpc", vpc, {}}}));
}

} // namespace slsaudit::dialect::serverless
