// SPDX-License-Identifier: Apache-2.0
#include "analysis/secret_text.hpp"

#include "text/words.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

namespace slsaudit::analysis {
namespace {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
constexpr bool is_letter(char c) {
  return is_upper(c) || (c >= 'a' && c <= 'z');
}
constexpr bool is_key_character(char c) {
  return is_letter(c) || is_digit(c) || c == '_' || c == '-';
}

struct Format {
  std::string_view prefix;
  std::size_t least; ///< Characters of a key behind the prefix.
  std::size_t most;
  std::string_view what;
  Strength strength;
};

constexpr Format formats[] = {
    {"AKIA", 16, 16, "an AWS access key id", Strength::random},
    {"ghp_", 36, 36, "a GitHub token", Strength::key},
    {"gho_", 36, 36, "a GitHub token", Strength::key},
    {"ghu_", 36, 36, "a GitHub token", Strength::key},
    {"ghs_", 36, 36, "a GitHub token", Strength::key},
    {"github_pat_", 60, 90, "a GitHub token", Strength::key},
    {"glpat-", 20, 40, "a GitLab token", Strength::key},
    {"npm_", 36, 36, "an npm token", Strength::key},
    {"pypi-AgEIcHlwaS5vcmc", 40, 250, "a PyPI token", Strength::key},
    {"xoxb-", 20, 90, "a Slack token", Strength::key},
    {"xoxp-", 20, 90, "a Slack token", Strength::key},
    {"xoxa-", 20, 90, "a Slack token", Strength::key},
    {"https://hooks.slack.com/services/T", 8, 12, "the address of a Slack webhook", Strength::random},
    {"https://discord.com/api/webhooks/", 16, 20, "the address of a Discord webhook", Strength::random},
    {"sk_live_", 16, 110, "a Stripe key", Strength::key},
    {"rk_live_", 16, 110, "a Stripe key", Strength::key},
    {"sk_test_", 16, 110, "a Stripe test key", Strength::random},
    {"whsec_", 24, 64, "a Stripe webhook's secret", Strength::random},
    {"sk-ant-", 60, 140, "an Anthropic key", Strength::key},
    {"sk-proj-", 40, 200, "an OpenAI key", Strength::key},
    {"hf_", 34, 34, "a Hugging Face token", Strength::key},
    {"dop_v1_", 64, 64, "a DigitalOcean token", Strength::key},
    {"shpat_", 32, 32, "a Shopify token", Strength::key},
    {"SG.", 22, 22, "a SendGrid key", Strength::key},
    {"NRAK-", 27, 27, "a New Relic key", Strength::key},
    {"AIza", 35, 35, "a Google API key", Strength::random},
    {"da2-", 26, 26, "an AppSync API key", Strength::random},
    {"sq0csp-", 43, 43, "a Square secret", Strength::key},
    {"EAAA", 60, 60, "a Square token", Strength::random},
};

constexpr std::string_view placeholder_pieces[] = {
    "changeme", "change-me", "change_me", "change me", "example",   "dummy",    "placeholder",
    "your",     "replace",   "insert",    "todo",      "fixme",     "redacted", "xxx",
    "***",      "...",       "<",         ">",         "${",        "{{",       "sample",
    "fake",     "mock",      "foobar",    "null",      "undefined", "default",  "enter-",
    "enter_",   "hunter2",   "asdf",      "secretsm",  "resolve:",  "ssm:",     "notreal",
    "not-real", "not_real",  "test",      "localhost", "arn:",      "…"};

constexpr std::string_view placeholder_words[] = {"password", "passwd", "secret", "token",  "string", "true",
                                                  "false",    "na",     "n/a",    "none",   "tbd",    "empty",
                                                  "admin",    "user",   "key",    "apikey", "value",  "yes",
                                                  "no",       "name",   "blank",  "off",    "on",     "nil"};

/// Last words of names for something about a secret that is no secret.
constexpr std::string_view harmless_words[] = {
    "id",       "ids",           "arn",    "arns",      "name",     "names",     "path",       "file",
    "url",      "uri",           "prefix", "suffix",    "ttl",      "expiry",    "expiration", "expires",
    "lifetime", "length",        "policy", "policies",  "type",     "algorithm", "enabled",    "table",
    "bucket",   "header",        "param",  "parameter", "version",  "endpoint",  "issuer",     "audience",
    "limit",    "size",          "count",  "timeout",   "field",    "column",    "ref",        "alias",
    "location", "provider",      "store",  "manager",   "rotation", "role",      "region",     "seconds",
    "minutes",  "hours",         "days",   "age",       "interval", "validity",  "format",     "scope",
    "required", "usage",         "method", "handler",   "function", "username",  "user",       "email",
    "label",    "kid",           "env",    "var",       "source",   "set",       "regex",      "pattern",
    "queue",    "topic",         "stack",  "service",   "cookie",   "mode",      "units",      "config",
    "template", "configuration", "key_id", "resource"};

template <std::size_t n> bool is_one_of(const std::string_view (&all)[n], std::string_view text) {
  return std::find(std::begin(all), std::end(all), text) != std::end(all);
}

bool is_placeholder(std::string_view text) {
  const std::string low = text::lower(text);
  if (low.size() < 4 || is_one_of(placeholder_words, low)) return true;
  if (low.find_first_not_of(low.front()) == std::string::npos) return true;
  return std::any_of(std::begin(placeholder_pieces), std::end(placeholder_pieces),
                     [&](std::string_view piece) { return low.find(piece) != std::string::npos; });
}

/// What nobody deploys: it is to be filled in before.
bool is_to_be_filled_in(std::string_view text) {
  constexpr std::string_view pieces[] = {"<",       ">",           "${",       "{{",    "%",
                                         "***",     "...",         "xxx",      "…",     "your",
                                         "replace", "placeholder", "insert",   "enter", "todo",
                                         "fixme",   "redacted",    "resolve:", "null",  "undefined"};
  const std::string low = text::lower(text);
  if (low.empty() || low.find_first_not_of(low.front()) == std::string::npos) return true;
  return std::any_of(std::begin(pieces), std::end(pieces),
                     [&](std::string_view piece) { return low.find(piece) != std::string::npos; });
}

/// Bits a character.
double entropy(std::string_view text) {
  std::array<int, 256> counts{};
  for (const char c : text) ++counts[static_cast<unsigned char>(c)];
  double bits = 0;
  for (const int count : counts) {
    const double share = static_cast<double>(count) / static_cast<double>(text.size());
    if (count > 0) bits -= share * std::log2(share);
  }
  return bits;
}

/// "abcdef", "123456": ascending runs are typed by people.
bool is_sequence(std::string_view text) {
  std::size_t ascending = 0;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == text[i - 1] + 1 || text[i] == text[i - 1]) ++ascending;
  }
  return ascending * 2 > text.size();
}

int kind_of(char c) {
  return is_digit(c) ? 0 : is_upper(c) ? 1 : is_letter(c) ? 2 : 3;
}

/// A person's "shopPassword123" changes between kinds of characters seldom, a generator's text all the time.
bool looks_generated(std::string_view text) {
  constexpr std::size_t shortest = 16;
  constexpr double least_entropy = 3.0;
  if (text.size() < shortest || text.find_first_of(" \t\n") != std::string_view::npos) return false;
  const bool digits = std::any_of(text.begin(), text.end(), is_digit);
  const bool letters = std::any_of(text.begin(), text.end(), is_letter);
  std::size_t changes = 0;
  for (std::size_t i = 1; i < text.size(); ++i) changes += kind_of(text[i]) == kind_of(text[i - 1]) ? 0U : 1U;
  return digits && letters && changes * 3 >= text.size() && !is_sequence(text) &&
         entropy(text) >= least_entropy;
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

/// Words and short numbers with separators between: the name of something.
bool looks_like_a_name(std::string_view text) {
  constexpr std::size_t longest_number = 4;
  std::size_t begin = 0;
  std::size_t pieces = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find_first_of("-_./:@,", begin), text.size());
    const std::string_view piece = text.substr(begin, end - begin);
    const bool word = std::all_of(piece.begin(), piece.end(), is_letter);
    const bool number = piece.size() <= longest_number + 1 &&
                        std::all_of(piece.begin() + (piece.empty() || !is_letter(piece.front()) ? 0 : 1),
                                    piece.end(), is_digit);
    if (!word && !number) return false;
    ++pieces;
    begin = end + 1;
  }
  return pieces > 1;
}

std::string masked(std::string_view text, std::size_t clear) {
  const std::size_t size = text.size();
  std::string start;
  for (const char c : text.substr(0, size >= 3 * clear ? clear : 0)) start += c >= ' ' && c <= '~' ? c : '?';
  return "`" + start + "…` (" + std::to_string(size) + " characters)";
}

bool is_password_word(std::string_view word) {
  return ends_with(word, "password") || ends_with(word, "passwd") || ends_with(word, "passphrase") ||
         word == "pwd" || word == "pw" || word == "pass";
}

bool is_key_word(std::string_view word) {
  return ends_with(word, "secret") || ends_with(word, "token") || ends_with(word, "apikey") ||
         ends_with(word, "secretkey") || ends_with(word, "privatekey") || word == "credential" ||
         word == "credentials";
}

/// By a word's first letter, its second ones: as the words begin that name a secret.
constexpr std::array<std::string_view, 26> word_beginnings = [] {
  std::array<std::string_view, 26> made{};
  made['p' - 'a'] = "awr";
  made['s' - 'a'] = "e";
  made['t' - 'a'] = "o";
  made['a' - 'a'] = "p";
  made['c' - 'a'] = "r";
  made['k' - 'a'] = "e";
  return made;
}();

/// Whether a part of the name begins as those words do: most names have none.
bool may_name_a_secret(std::string_view name) {
  for (std::size_t i = 0; i + 1 < name.size(); ++i) {
    if (!is_letter(name[i])) continue;
    const auto letter = static_cast<std::size_t>(text::lower(name[i]) - 'a');
    for (const char second : word_beginnings[letter]) {
      if (text::lower(name[i + 1]) == second) return true;
    }
  }
  return false;
}

/// "JWT_SECRET", "sessionSecret": what the value of such a name signs with is the value itself.
bool signs(std::string_view name) {
  const std::vector<std::string> words = text::words_of(name);
  if (words.size() < 2 || (words.back() != "secret" && words.back() != "key")) return false;
  return std::any_of(words.begin(), words.end(), [](std::string_view word) {
    return word == "jwt" || word == "session" || word == "signing" || word == "hmac" || word == "nextauth";
  });
}

/// Whether the last word says that what it names is the secret, not where it is.
bool is_used_itself(std::string_view name) {
  const std::vector<std::string> words = text::words_of(name);
  return signs(name) || (!words.empty() && is_password_word(words.back()));
}

constexpr std::string_view key_kinds[] = {"api",       "private",    "access",  "secret", "auth",   "signing",
                                          "signature", "encryption", "account", "hmac",   "license"};

/// Behind the numbers of a webhook's address: moves to where it ends, past the token that makes it secret.
bool end_of_address(std::string_view text, std::size_t& end) {
  constexpr std::size_t shortest = 16;
  bool has_token = false;
  while (end < text.size() && text[end] == '/') {
    const std::size_t begin = ++end;
    while (end < text.size() && is_key_character(text[end])) ++end;
    const std::string_view part = text.substr(begin, end - begin);
    has_token = has_token || (part.size() >= shortest && !is_placeholder(part) && !is_sequence(part));
  }
  return has_token;
}

/// The key that stands at a position where one could begin.
std::optional<SecretText> match(const Format& format, std::string_view text, std::size_t at) {
  if (text.compare(at, format.prefix.size(), format.prefix) != 0) return std::nullopt;
  const std::size_t begin = at + format.prefix.size();
  std::size_t end = begin;
  while (end < text.size() && is_key_character(text[end])) ++end;
  const std::string_view body = text.substr(begin, end - begin);
  if (body.size() < format.least || body.size() > format.most) return std::nullopt;
  constexpr double least_entropy = 2.5;
  if (is_placeholder(body) || is_sequence(body) || entropy(body) < least_entropy) return std::nullopt;
  if (format.prefix.starts_with("https://") && !end_of_address(text, end)) return std::nullopt;
  return SecretText{format.strength, std::string(format.what), masked(text.substr(at, end - at), 4)};
}

/// Which characters keys begin with, and how short a key can be: most texts have none of the one, or are
/// shorter than the other.
struct Beginnings {
  std::array<bool, 256> first{};
  std::array<bool, 256> inside{}; ///< Of a key.
  std::size_t shortest = std::string_view::npos;
};
constexpr Beginnings beginnings = [] {
  Beginnings made;
  for (std::size_t c = 0; c < made.inside.size(); ++c)
    made.inside[c] = is_key_character(static_cast<char>(static_cast<unsigned char>(c)));
  for (const Format& format : formats) {
    made.first[static_cast<unsigned char>(format.prefix.front())] = true;
    made.shortest = std::min(made.shortest, format.prefix.size() + format.least);
  }
  return made;
}();

/// Of several keys, that of the first format.
std::optional<SecretText> find_formatted(std::string_view text) {
  std::optional<SecretText> found;
  std::size_t tried = std::size(formats);
  bool was_inside = false; // what may be part of a key: one begins behind something else
  for (std::size_t at = 0; at + beginnings.shortest <= text.size(); ++at) {
    const auto c = static_cast<unsigned char>(text[at]);
    const bool begins = beginnings.first[c] && !was_inside;
    was_inside = beginnings.inside[c];
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
                      [&](std::string_view end) { return ends_with(host, end); });
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

/// The identifier of an Alexa skill, which everybody may know.
bool is_skill(std::string_view text) {
  return text.substr(0, 10) == "amzn1.ask.";
}

/// The encrypted text of a KMS key.
bool is_ciphertext(std::string_view text) {
  return text.substr(0, 4) == "AQIC" || text.substr(0, 4) == "AQEC" || text.substr(0, 4) == "ENC[";
}

/// Letters and digits alone, in lower case.
std::string flattened(std::string_view text) {
  std::string flat;
  for (const char c : text)
    if (is_letter(c) || is_digit(c)) flat += text::lower(c);
  return flat;
}

bool repeats(std::string_view name, std::string_view text) {
  const std::string flat = flattened(name);
  const std::string other = flattened(text);
  return flat.find(other) != std::string::npos || other.find(flat) != std::string::npos;
}

/// `JWT_SECRET: jwtsecret`: run together, it is no name of anything but the word that somebody typed.
bool runs_together(std::string_view name, std::string_view text) {
  const std::string flat = flattened(name);
  return std::all_of(text.begin(), text.end(), [](char c) { return is_letter(c) || is_digit(c); }) &&
         text::lower(name) != text::lower(text) && text::lower(text).find(flat) != std::string::npos;
}

/// Of letters alone, and more consonants in a row than people speak: "KJHGSDIOKJOHDF".
bool is_mash(std::string_view text) {
  constexpr std::size_t shortest = 12;
  constexpr std::size_t longest_run = 5;
  if (text.size() < shortest || !std::all_of(text.begin(), text.end(), is_letter)) return false;
  if (text::lower(text) != text && text::upper(text) != text) return false;
  std::size_t vowels = 0;
  std::size_t run = 0;
  std::size_t longest = 0;
  for (const char c : text) {
    const bool vowel = std::string_view("aeiouy").find(text::lower(c)) != std::string_view::npos;
    vowels += vowel ? 1U : 0U;
    run = vowel ? 0 : run + 1;
    longest = std::max(longest, run);
  }
  return longest > longest_run && vowels * 3 <= text.size() && !is_sequence(text);
}

/// Four groups of four small letters, as Google gives them for mail: "qhrt wxbe mzcl vnta".
bool is_app_password(std::string_view text) {
  constexpr std::size_t group = 5; // with its blank
  if (text.size() != 4 * group - 1) return false;
  bool unspoken = false; // a group without a vowel: words have one
  for (std::size_t i = 0; i < text.size(); i += group) {
    const std::string_view letters = text.substr(i, group - 1);
    const auto is_small = [](char c) { return is_letter(c) && !is_upper(c); };
    if (!std::all_of(letters.begin(), letters.end(), is_small)) return false;
    if (i > 0 && text[i - 1] != ' ') return false;
    unspoken = unspoken || letters.find_first_of("aeiouy") == std::string_view::npos;
  }
  constexpr double least_entropy = 3.0;
  return unspoken && entropy(text) >= least_entropy;
}

} // namespace

std::string_view name(Strength strength) {
  constexpr std::string_view names[] = {"word", "deployed", "random", "key"};
  return names[static_cast<std::size_t>(strength)];
}

NameHint hint_of(std::string_view name) {
  if (!may_name_a_secret(name)) return NameHint::nothing;
  const std::vector<std::string> words = text::words_of(name);
  if (words.empty() || is_one_of(harmless_words, words.back())) return NameHint::nothing;
  for (const std::string& word : words) {
    if (word == "public" || word == "publishable" || word == "test") return NameHint::nothing;
  }
  if (is_password_word(words.back())) return NameHint::password;
  for (const std::string& word : words) {
    if (is_key_word(word)) return NameHint::key;
    if (is_password_word(word) && word.size() > 4) return NameHint::password;
  }
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i] == "key" && is_one_of(key_kinds, words[i - 1])) return NameHint::key;
  }
  return NameHint::nothing;
}

std::optional<SecretText> find_known_key(std::string_view text) {
  if (auto found = find_formatted(text)) return found;
  if (auto found = find_private_key(text)) return found;
  return find_password_in_address(text);
}

std::optional<SecretText> judge_secret(std::string_view name, std::string_view text) {
  if (auto found = find_known_key(text)) return found;
  const NameHint hint = hint_of(name);
  if (hint == NameHint::nothing || is_placeholder(text) || is_ciphertext(text) || is_skill(text))
    return std::nullopt;
  if (repeats(name, text) && !(is_used_itself(name) && runs_together(name, text))) return std::nullopt;
  if (text.front() == '/' || text.front() == '{' || text.find("://") != std::string_view::npos ||
      text.find('\n') != std::string_view::npos)
    return std::nullopt;
  const bool password = hint == NameHint::password;
  const std::string_view what = password ? "a password" : "a secret";
  if (!looks_like_a_name(text) && looks_generated(text))
    return SecretText{Strength::random, std::string(what), masked(text, 2)};
  if (is_mash(text)) return SecretText{Strength::word, std::string(what), masked(text, 2)};
  if (password && is_app_password(text))
    return SecretText{Strength::random, "an application's password", masked(text, 2)};
  // A short word or a name under "TOKEN" or "SECRET" may say where the secret is; under "PASSWORD" it is one,
  // and so is what signs.
  const bool typed = password || (signs(name) && !looks_like_a_name(text));
  if (!typed || text.find(' ') != std::string_view::npos) return std::nullopt;
  return SecretText{Strength::word, std::string(what), masked(text, 2)};
}

std::optional<SecretText> judge_password(std::string_view text) {
  if (auto found = find_known_key(text)) return found;
  if (is_to_be_filled_in(text)) return std::nullopt;
  return SecretText{looks_generated(text) ? Strength::random : Strength::deployed, "a password",
                    masked(text, 2)};
}

} // namespace slsaudit::analysis
