// SPDX-License-Identifier: Apache-2.0
#include "graph/hosts.hpp"

#include "graph/spelling.hpp"

#include <algorithm>

namespace slsaudit::graph {

namespace {

constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view name_characters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";

/// AWS's own endpoints, and names that lead nowhere but into a network of one's own.
constexpr std::string_view own_ends[] = {
    ".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".cloudfront.net", ".internal", ".invalid",
    ".local",         ".localhost",        ".on.aws",  ".awsapps.com",
};

/// Namespaces and descriptions: named in data, never called.
constexpr std::string_view namespaces[] = {
    "aws.amazon.com",
    "creativecommons.org",
    "docs.aws.amazon.com",
    "json-schema.org",
    "opensource.org",
    "openapis.org",
    "purl.org",
    "schema.org",
    "schemas.microsoft.com",
    "schemas.xmlsoap.org",
    "spec.openapis.org",
    "swagger.io",
    "www.apache.org",
    "www.w3.org",
    "xmlns.com",
};

/// Pictures and texts that pages show or people read: no service answers there.
constexpr std::string_view shown_files[] = {".css", ".gif", ".html", ".ico", ".jpeg", ".jpg",
                                            ".md",  ".pdf", ".png",  ".svg", ".webp"};

bool is_shown(std::string_view url) {
  const std::string_view path = url.substr(0, find_outside_tokens(url, "?#"));
  return std::ranges::any_of(shown_files, [&](std::string_view end) { return path.ends_with(end); });
}

bool is_address(std::string_view host) {
  return host.find_first_not_of("0123456789.") == std::string_view::npos;
}

} // namespace

std::string_view host_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  // "jdbc:postgresql", "mongodb+srv"
  if (url.substr(0, scheme).find_first_not_of("abcdefghijklmnopqrstuvwxyz+:") != std::string_view::npos)
    return {};
  url.remove_prefix(scheme + 3);
  if (is_shown(url) && find_outside_tokens(url, "/") != std::string_view::npos) return {};
  url = url.substr(0, find_outside_tokens(url, "/?#"));
  if (const std::size_t user = url.rfind('@'); user != std::string_view::npos) url.remove_prefix(user + 1);
  return url.substr(0, url.find(':'));
}

bool is_third_party(std::string_view host) {
  const std::size_t dot = host.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || dot + 2 >= host.size()) return false;
  if (host.find_first_not_of(name_characters) != std::string_view::npos || is_address(host)) return false;
  if (host.substr(dot + 1).find_first_not_of(letters) != std::string_view::npos) return false;
  const auto ends = [&](std::string_view end) { return host.ends_with(end) || host == end.substr(1); };
  if (std::ranges::any_of(own_ends, ends)) return false;
  return std::ranges::find(namespaces, host) == std::end(namespaces);
}

} // namespace slsaudit::graph
