// SPDX-License-Identifier: Apache-2.0
// Of the REST API: the methods that answer browsers' preflight requests.
#include "dialect/serverless/naming.hpp"
#include "dialect/serverless/rest_api.hpp"
#include "text/words.hpp"

#include <algorithm>

namespace slsaudit::dialect::serverless {

namespace {

void add_unique(std::vector<std::string>& to, std::string_view item) {
  if (std::find(to.begin(), to.end(), item) == to.end()) to.emplace_back(item);
}

std::vector<std::string> texts_of(const Node* node) {
  std::vector<std::string> out;
  if (const auto text = known_text(node)) out.emplace_back(*text);
  if (node == nullptr || !node->is_sequence()) return out;
  for (const syntax::Entry& item : node->children) {
    if (const auto text = known_text(item.value)) add_unique(out, *text);
  }
  return out;
}

void merge_cors(Cors& all, Cors next) {
  for (const std::string& header : all.headers) add_unique(next.headers, header);
  for (const std::string& method : all.methods) add_unique(next.methods, method);
  for (const std::string& origin : all.origins) add_unique(next.origins, origin);
  next.allow_credentials = next.allow_credentials || all.allow_credentials;
  if (next.max_age == nullptr) next.max_age = all.max_age;
  if (next.cache_control == nullptr) next.cache_control = all.cache_control;
  next.event = all.event;
  all = std::move(next);
}

/// The mapping template by which the preflight answers with the caller's own origin, where that is allowed.
std::string origin_template(const std::vector<std::string>& origins) {
  std::string conditions;
  for (const std::string& origin : origins) {
    std::string pattern;
    bool starred = false;
    for (const char c : origin) {
      if (c == '.')
        pattern += "[.]";
      else if (c == '*' && !starred)
        pattern += ".+";
      else
        pattern += c;
      starred = starred || c == '*';
    }
    ((conditions += conditions.empty() ? "$origin.matches(\"" : " || $origin.matches(\"") += pattern) +=
        "\")";
  }
  return "#set($origin = $input.params(\"Origin\"))\n#if($origin == \"\") #set($origin = "
         "$input.params(\"origin\")) "
         "#end\n#if(" +
         conditions + ") #set($context.responseOverride.header.Access-Control-Allow-Origin = $origin) #end";
}

Properties preflight_headers(const Make& at, const Cors& cors) {
  std::vector<std::string> methods = cors.methods;
  for (std::string& method : methods) {
    if (method == "ANY") method = "DELETE,GET,HEAD,PATCH,POST,PUT";
  }
  const auto quoted = [&](std::string_view text) { return at.text("'" + std::string(text) + "'"); };
  Properties headers = {
      {"Access-Control-Allow-Origin", quoted(cors.origins.empty() ? "*" : cors.origins.front()), {}},
      {"Access-Control-Allow-Headers", quoted(joined(cors.headers)), {}},
      {"Access-Control-Allow-Methods", quoted(joined(methods)), {}}};
  if (cors.allow_credentials) headers.push_back({"Access-Control-Allow-Credentials", quoted("true"), {}});
  if (const auto age = known_text(cors.max_age))
    headers.push_back({"Access-Control-Max-Age", quoted(*age), {}});
  if (const auto control = known_text(cors.cache_control))
    headers.push_back({"Cache-Control", quoted(*control), {}});
  return headers;
}

void add_preflight(Service& service, RestApi& api, const std::string& path, const Cors& cors,
                   const Function& function, bool many_origins) {
  const Make at = service.make.at(cors.event->span);
  Properties allowed;
  Properties sent;
  for (const Property& header : preflight_headers(at, cors)) {
    const std::string_view name = at.keep("method.response.header." + std::string(header.key));
    allowed.push_back({name, at.boolean(true), {}});
    sent.push_back({name, header.value, {}});
  }
  const Node* answer =
      at.map({{"application/json", at.text(many_origins ? origin_template(cors.origins) : ""), {}}});
  const Node* integration =
      at.map({{"Type", at.text("MOCK"), {}},
              {"RequestTemplates", at.map({{"application/json", at.text("{statusCode:200}"), {}}}), {}},
              {"ContentHandling", at.text("CONVERT_TO_TEXT"), {}},
              {"IntegrationResponses",
               at.list({at.map({{"StatusCode", at.text("200"), {}},
                                {"ResponseParameters", at.map(sent), {}},
                                {"ResponseTemplates", answer, {}}})}),
               {}}});
  const std::string id = method_id(path, "options");
  api.methods.push_back(id);
  service.add(id, "AWS::ApiGateway::Method", generated_by(function, cors.event->span, "http.cors"),
              {{"AuthorizationType", at.text("NONE"), {}},
               {"HttpMethod", at.text("OPTIONS"), {}},
               {"MethodResponses",
                at.list({at.map({{"StatusCode", at.text("200"), {}},
                                 {"ResponseParameters", at.map(allowed), {}},
                                 {"ResponseModels", at.map({}), {}}})}),
                {}},
               {"RequestParameters", at.map({}), {}},
               {"Integration", integration, {}},
               {"ResourceId", path.empty() ? api.root : api.resources.at(path), {}},
               {"RestApiId", api.id, {}}});
}

} // namespace

std::string joined(const std::vector<std::string>& items) {
  std::string out;
  for (const std::string& item : items) (out += out.empty() ? "" : ",") += item;
  return out;
}

Cors read_cors(const HttpEvent& event) {
  const Node* written = dig(event.body, {"cors"});
  Cors cors;
  cors.headers = texts_of(dig(written, {"headers"}));
  if (cors.headers.empty()) {
    cors.headers = {"Content-Type",         "X-Amz-Date",       "Authorization",  "X-Api-Key",
                    "X-Amz-Security-Token", "X-Amz-User-Agent", "X-Amzn-Trace-Id"};
  }
  cors.methods = texts_of(dig(written, {"methods"}));
  add_unique(cors.methods, "OPTIONS");
  add_unique(cors.methods, text::upper(event.method));
  cors.origins = texts_of(dig(written, {"origins"}));
  if (cors.origins.empty()) cors.origins = texts_of(dig(written, {"origin"}));
  cors.allow_credentials = is_set(dig(written, {"allowCredentials"}));
  cors.max_age = dig(written, {"maxAge"});
  cors.cache_control = dig(written, {"cacheControl"});
  cors.event = event.use->event;
  return cors;
}

void lower_preflight(Service& service, RestApi& api) {
  struct Path {
    std::string path;
    Cors cors;
    const Function* function;
    bool many_origins;
  };
  std::vector<Path> paths; // in source order
  for (const HttpEvent& event : api.events) {
    if (!event.cors) continue;
    const bool many = !texts_of(dig(event.body, {"cors", "origins"})).empty();
    Cors cors = read_cors(event);
    if (cors.origins.size() == 1 && cors.origins.front().find(',') != std::string::npos) {
      std::vector<std::string> split;
      const std::string all = cors.origins.front();
      for (std::size_t begin = 0; begin <= all.size();) {
        const std::size_t end = std::min(all.find(',', begin), all.size());
        std::string one = all.substr(begin, end - begin);
        one.erase(0, one.find_first_not_of(' '));
        split.push_back(std::move(one));
        begin = end + 1;
      }
      cors.origins = std::move(split);
    }
    const bool lists = many || cors.origins.size() > 1;
    const auto it =
        std::find_if(paths.begin(), paths.end(), [&](const Path& known) { return known.path == event.path; });
    if (it == paths.end()) {
      paths.push_back({event.path, std::move(cors), event.use->function, lists});
    } else {
      merge_cors(it->cors, std::move(cors));
      it->many_origins = it->many_origins || lists;
    }
  }
  for (const Path& path : paths) {
    if (!path.path.empty() && !api.resources.contains(path.path)) continue;
    add_preflight(service, api, path.path, path.cors, *path.function, path.many_origins);
  }
}

} // namespace slsaudit::dialect::serverless
