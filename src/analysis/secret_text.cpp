// SPDX-License-Identifier: Apache-2.0
#include "analysis/secret_text.hpp"

#include "analysis/secret_looks.hpp"
#include "text/words.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <vector>

namespace slsaudit::analysis {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_letter_or_digit(char c) {
  return is_letter(c) || (c >= '0' && c <= '9');
}

template <std::size_t n> bool is_one_of(const std::string_view (&all)[n], std::string_view text) {
  return std::find(std::begin(all), std::end(all), text) != std::end(all);
}

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

bool is_password_word(std::string_view word) {
  return word.ends_with("password") || word.ends_with("passwd") || word.ends_with("passphrase") ||
         word == "pwd" || word == "pw" || word == "pass";
}

bool is_key_word(std::string_view word) {
  return word.ends_with("secret") || word.ends_with("token") || word.ends_with("apikey") ||
         word.ends_with("secretkey") || word.ends_with("privatekey") || word == "credential" ||
         word == "credentials";
}

/// By its first letter, what goes on in each word that names a secret: `pass`, `pw`, `secret`, `token`,
/// `key` (alone, or the end of `apikey`) and `credential`.
constexpr std::array<std::array<std::string_view, 2>, 26> word_beginnings = [] {
  std::array<std::array<std::string_view, 2>, 26> made{};
  made['p' - 'a'] = {"ass", "w"};
  made['s' - 'a'] = {"ecr"};
  made['t' - 'a'] = {"oke"};
  made['k' - 'a'] = {"ey"};
  made['c' - 'a'] = {"red"};
  return made;
}();

/// Whether a part of the name begins as those words do: most names have none.
bool may_name_a_secret(std::string_view name) {
  for (std::size_t i = 0; i + 1 < name.size(); ++i) {
    if (!is_letter(name[i])) continue;
    const std::string_view behind = name.substr(i + 1);
    for (const std::string_view rest :
         word_beginnings[static_cast<std::size_t>(text::lower(name[i]) - 'a')]) {
      if (rest.empty()) break;
      const auto same = [](char wanted, char c) { return wanted == text::lower(c); };
      if (behind.size() >= rest.size() && std::equal(rest.begin(), rest.end(), behind.begin(), same))
        return true;
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
    if (is_letter_or_digit(c)) flat += text::lower(c);
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
  return std::all_of(text.begin(), text.end(), is_letter_or_digit) &&
         text::lower(name) != text::lower(text) && text::lower(text).find(flat) != std::string::npos;
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

bool tells_where(std::string_view key) {
  const std::string flat = text::lower(key);
  constexpr std::string_view parts[] = {"user",   "name",   "host", "port",   "url",    "uri",  "arn",
                                        "engine", "region", "mail", "bucket", "domain", "path", "endpoint"};
  const auto has = [&](std::string_view part) { return flat.find(part) != std::string::npos; };
  return flat.size() < 2 || flat.ends_with("id") || flat.starts_with("db") ||
         std::any_of(std::begin(parts), std::end(parts), has);
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
