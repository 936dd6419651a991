// SPDX-License-Identifier: Apache-2.0
// Secrets that are known by their format alone.
#include "analysis/secret_looks.hpp"
#include "analysis/secret_text.hpp"
#include "knowledge/key_formats.hpp"
#include "text/words.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace slsaudit::analysis {
namespace {

/// Behind the numbers of a webhook's address: moves to where it ends, past the token that makes it secret.
bool end_of_address(std::string_view text, std::size_t& end) {
  constexpr std::size_t shortest = 16;
  bool has_token = false;
  while (end < text.size() && text[end] == '/') {
    const std::size_t begin = ++end;
    while (end < text.size() && knowledge::is_key_character(text[end])) ++end;
    const std::string_view part = text.substr(begin, end - begin);
    has_token = has_token || (part.size() >= shortest && !is_placeholder(part) && !is_sequence(part));
  }
  return has_token;
}

/// The key that stands at a position where one could begin.
std::optional<SecretText> match(const knowledge::KeyFormat& format, std::string_view text, std::size_t at) {
  if (text.compare(at, format.prefix.size(), format.prefix) != 0) return std::nullopt;
  const std::size_t begin = at + format.prefix.size();
  std::size_t end = begin;
  while (end < text.size() && knowledge::is_key_character(text[end])) ++end;
  const std::string_view body = text.substr(begin, end - begin);
  if (body.size() < format.least || body.size() > format.most) return std::nullopt;
  constexpr double least_entropy = 2.5;
  if (is_placeholder(body) || is_sequence(body) || entropy(body) < least_entropy) return std::nullopt;
  if (format.is_address() && !end_of_address(text, end)) return std::nullopt;
  const Strength strength = format.exposed ? Strength::random : Strength::key;
  return SecretText{strength, std::string(format.what), masked(text.substr(at, end - at), 4)};
}

/// Of several keys, that of the first format.
std::optional<SecretText> find_formatted(std::string_view text) {
  if (!knowledge::may_hold_key(text)) return std::nullopt;
  const std::vector<knowledge::KeyFormat>& formats = knowledge::key_formats();
  std::optional<SecretText> found;
  std::size_t tried = formats.size();
  bool was_inside = false; // what may be part of a key: one begins behind something else
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool begins = !was_inside;
    was_inside = knowledge::is_key_character(text[at]);
    if (!begins) continue;
    for (std::size_t i = 0; i < tried; ++i) {
      if (formats[i].prefix.front() != text[at]) continue;
      if (auto key = match(formats[i], text, at)) {
        found = std::move(key);
        tried = i;
      }
    }
  }
  return found;
}

std::optional<SecretText> find_private_key(std::string_view text) {
  constexpr std::size_t shortest = 200;
  if (text.size() < shortest) return std::nullopt;
  const std::size_t begin = text.find("-----BEGIN ");
  if (begin == std::string_view::npos) return std::nullopt;
  const std::size_t title = text.find("PRIVATE KEY-----", begin);
  constexpr std::size_t longest_title = 32;
  if (title == std::string_view::npos || title - begin > longest_title || text.size() - title < shortest)
    return std::nullopt;
  return SecretText{Strength::key, "a private key", "`-----BEGIN …`"};
}

/// Not the developer's own machine, nor a container beside: those have names without dots.
bool is_deployed(std::string_view machine) {
  const std::string host = text::lower(machine.substr(0, machine.find(':')));
  if (host.find("${") != std::string::npos) return true;
  constexpr std::string_view local[] = {"localhost", "127.", "0.0.0.0", "host.docker.internal"};
  constexpr std::string_view ends[] = {".local", ".test", ".invalid", ".localhost"};
  return host.find('.') != std::string::npos &&
         std::none_of(std::begin(local), std::end(local),
                      [&](std::string_view start) { return host.substr(0, start.size()) == start; }) &&
         std::none_of(std::begin(ends), std::end(ends),
                      [&](std::string_view end) { return host.ends_with(end); });
}

/// "postgres://app:s3cr3t@host/db"
std::optional<SecretText> find_password_in_address(std::string_view text) {
  const std::size_t scheme = text.find("://");
  if (scheme == std::string_view::npos) return std::nullopt;
  const std::string_view rest = text.substr(scheme + 3);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/? \n\"'"));
  const std::size_t host = authority.rfind('@');
  if (host == std::string_view::npos) return std::nullopt;
  const std::size_t colon = authority.find(':');
  if (colon == std::string_view::npos || colon > host) return std::nullopt;
  const std::string_view password = authority.substr(colon + 1, host - colon - 1);
  const std::string_view machine = authority.substr(host + 1);
  if (is_placeholder(password)) return std::nullopt;
  // The pair that images come with (`postgres:postgres`) opens a database that others can reach.
  if (password == authority.substr(0, colon) && !is_deployed(machine)) return std::nullopt;
  if (text::lower(machine).find("example") != std::string::npos) return std::nullopt;
  return SecretText{looks_generated(password) ? Strength::random : Strength::word, "a password in an address",
                    masked(password, 2)};
}

} // namespace

std::optional<SecretText> find_known_key(std::string_view text) {
  if (auto found = find_formatted(text)) return found;
  if (auto found = find_private_key(text)) return found;
  return find_password_in_address(text);
}

} // namespace slsaudit::analysis
