// SPDX-License-Identifier: Apache-2.0
// serverless-api-gateway-throttling and -caching: they set up the stage of the REST API after it is deployed;
// the settings stand where CloudFormation knows them, in the deployment's description of its stage.
#include "dialect/serverless/plugins.hpp"

namespace slsaudit::dialect::serverless {

namespace {

struct Route {
  const Node* method = nullptr;
  const Node* path = nullptr;
};

/// `http: GET /orders` or `http: {method, path}`.
Route route_of(const Make& at, const Node* body) {
  if (body->is_mapping()) return {dig(body, {"method"}), dig(body, {"path"})};
  const auto text = known_text(body);
  const std::size_t blank = text ? text->find(' ') : std::string_view::npos;
  if (blank == std::string_view::npos) return {};
  return {at.text(text->substr(0, blank)), at.text(text->substr(blank + 1))};
}

const Node* rooted(const Make& at, const Node* path) {
  const auto text = known_text(path);
  return text && !text->starts_with('/') ? at.text("/" + std::string(*text)) : path;
}

class StagePlugins {
public:
  StagePlugins(Service& service, Draft& deployment)
      : service_(service), deployment_(deployment),
        throttles_(service.has_plugin("serverless-api-gateway-throttling")),
        caches_(service.has_plugin("serverless-api-gateway-caching")),
        throttling_(dig(service.root, {"custom", "apiGatewayThrottling"})),
        caching_(dig(service.root, {"custom", "apiGatewayCaching"})) {}

  void lower() {
    std::vector<const Node*> settings;
    if (throttles_ && throttling_ != nullptr) {
      const Make at = service_.make.at(throttling_->span);
      settings.push_back(method_settings(at, {at.text("*"), at.text("/*")}, throttling_, nullptr));
    }
    for (const Function& function : service_.functions) {
      for (const Event& event : function.events) {
        if (event.type == "http") settings.push_back(of_event(event));
      }
    }
    const Make at = service_.make.at(deployment_.author.span);
    const Node* list = at.list(settings);
    Properties more = cache(at);
    if (!list->children.empty()) more.push_back({"MethodSettings", list, {}});
    if (more.empty()) return;
    deployment_.set("StageDescription", merge_shallow(at, deployment_.get("StageDescription"), at.map(more)));
  }

private:
  [[nodiscard]] Properties cache(const Make& at) const {
    if (!caches_ || !is_set(dig(caching_, {"enabled"}))) return {};
    const Node* size = dig(caching_, {"clusterSize"});
    return {{"CacheClusterEnabled", dig(caching_, {"enabled"}), {}},
            {"CacheClusterSize", size != nullptr ? size : at.text("0.5"), {}}};
  }

  const Node* of_event(const Event& event) const {
    const Make at = service_.make.at(event.span);
    const Node* throttling = throttles_ ? dig(event.body, {"throttling"}) : nullptr;
    const Node* caching = caches_ ? dig(event.body, {"caching"}) : nullptr;
    if (throttling == nullptr && !is_set(dig(caching, {"enabled"}))) return nullptr;
    return method_settings(at, route_of(at, event.body), throttling, caching);
  }

  [[nodiscard]] const Node* method_settings(const Make& at, const Route& route, const Node* throttling,
                                            const Node* caching) const {
    Properties properties = {{"HttpMethod", route.method, {}}, {"ResourcePath", rooted(at, route.path), {}}};
    copy_properties(
        properties, throttling,
        {{"maxRequestsPerSecond", "ThrottlingRateLimit"}, {"maxConcurrentRequests", "ThrottlingBurstLimit"}});
    copy_properties(properties, caching,
                    {{"enabled", "CachingEnabled"},
                     {"ttlInSeconds", "CacheTtlInSeconds"},
                     {"dataEncrypted", "CacheDataEncrypted"}});
    return at.map(properties);
  }

  Service& service_;
  Draft& deployment_;
  bool throttles_;
  bool caches_;
  const Node* throttling_;
  const Node* caching_;
};

} // namespace

void lower_stage_plugins(Service& service) {
  if (Draft* deployment = service.find("ApiGatewayDeployment")) StagePlugins(service, *deployment).lower();
}

} // namespace slsaudit::dialect::serverless
