// SPDX-License-Identifier: Apache-2.0
// Who else has to do with the system: other accounts, users that somebody else vouches for, everybody.
#include "graph/extract.hpp"
#include "graph/hosts.hpp"
#include "graph/links.hpp"
#include "knowledge/iam.hpp"

#include <algorithm>

namespace slsaudit::graph {

namespace {

bool is_account(std::string_view text) {
  return text.size() == 12 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// The account that a principal or an ARN names by its number; empty where there is none.
std::string_view account_in(std::string_view text) {
  if (is_account(text)) return text;
  const auto arn = parse_arn(text);
  return arn && is_account(arn->account) ? arn->account : std::string_view{};
}

/// "arn:aws:iam::…:oidc-provider/token.example.com" → "token.example.com"
std::string_view provider_in(std::string_view text) {
  for (const std::string_view kind : {":oidc-provider/", ":saml-provider/"}) {
    const std::size_t at = text.find(kind);
    if (at != std::string_view::npos) return text.substr(at + kind.size());
  }
  return text;
}

class Parties {
public:
  explicit Parties(Draft& draft) : draft_(draft) {}

  void add(const Statement& statement) {
    if (!statement.resource.valid() || text_of(statement.value.get("Effect")) != "Allow") return;
    const value::Value principal = statement.value.get("Principal");
    add_everybody(statement, principal);
    for (const value::Value& one : entries(principal)) {
      if (!one.is_map()) add_account(statement, one);
      for (const value::Value& account : entries(one.get("AWS"))) add_account(statement, account);
      for (const value::Value& provider : entries(one.get("Federated"))) add_users(statement, provider);
    }
  }

private:
  [[nodiscard]] std::size_t where(const Statement& statement) const {
    return draft_.index().template_of(statement.resource);
  }

  void add_account(const Statement& statement, const value::Value& principal) {
    const auto spelling = spell(principal);
    const std::string_view account = spelling ? account_in(spelling->text) : std::string_view{};
    // A role of these templates whose ARN is written out is no other account's.
    if (account.empty() || draft_.index().resolve(where(statement), principal).valid()) return;
    draft_.add(
        {.kind = EdgeKind::requests,
         .from = draft_.outside(where(statement), "outside::account", "account " + std::string(account)),
         .to = statement.resource,
         .settings = statement.value,
         .span = principal.span(),
         .text = "policy `" + statement.policy_name + "` allows another account"});
  }

  /// Without a condition, what a store's policy allows to everybody is open to the internet.
  void add_everybody(const Statement& statement, const value::Value& principal) {
    const Category category = draft_.category(statement.resource);
    const bool open =
        category == Category::bucket || category == Category::queue || category == Category::topic;
    const bool everybody = principal.as_string() == "*" || holds(principal.get("AWS"), "*");
    if (!open || !everybody || statement.value.get("Condition").is_present()) return;
    draft_.add({.kind = EdgeKind::requests,
                .from = draft_.internet(where(statement)),
                .to = statement.resource,
                .mode = Mode::synchronous,
                .settings = statement.value,
                .span = principal.span(),
                .text = "policy `" + statement.policy_name + "` allows everybody"});
  }

  /// Users of an identity provider take the role, and so do what its policies allow.
  void add_users(const Statement& statement, const value::Value& provider) {
    std::string name;
    const NodeId declared = draft_.index().resolve(where(statement), provider);
    if (declared.valid()) {
      const auto url = spell(draft_.index().resource(declared).properties.get("Url"));
      if (url && !has_token(url->text)) name = host_of(url->text);
      if (name.empty()) name = draft_.node(declared).label;
    } else if (const auto spelling = spell(provider); spelling && !has_token(provider_in(spelling->text))) {
      name = provider_in(spelling->text);
    }
    // Who takes a role through Cognito is said by the identity pool.
    if (name.empty() || name.starts_with("cognito-identity")) return;
    draft_.add({.kind = EdgeKind::assumes,
                .from = draft_.outside(where(statement), "outside::users", "users of " + name),
                .to = statement.resource,
                .settings = statement.value,
                .span = provider.span(),
                .text = "trust policy"});
  }

  Draft& draft_;
};

/// Layers that another account publishes.
void link_layers(const Site& site) {
  for (const value::Value& layer : entries(site.get("Layers"))) {
    const auto spelling = spell(layer);
    const auto arn = spelling ? parse_arn(spelling->text) : std::nullopt;
    if (!arn || !is_account(arn->account)) continue;
    if (site.draft.index().resolve(site.template_index, layer).valid()) continue;
    const std::string account = "account " + std::string(arn->account);
    site.draft.add({.kind = EdgeKind::refers,
                    .from = site.self,
                    .to = site.draft.outside(site.template_index, "outside::account", account),
                    .settings = layer,
                    .span = layer.span(),
                    .text = site.says("layer of")});
  }
}

constexpr std::string_view mail_actions[] = {"ses:SendBulkEmail", "ses:SendEmail", "ses:SendRawEmail",
                                             "ses:SendTemplatedEmail"};

/// What of sending mail a statement allows by name; "*" says nothing of mail.
std::string_view mail_action(const Statement& statement) {
  for (const value::Value& action : entries(statement.value.get("Action"))) {
    const std::string_view pattern = text_of(action);
    if (pattern.find_first_not_of('*') == std::string_view::npos) continue;
    for (const std::string_view name : mail_actions) {
      if (knowledge::wildcard_match(pattern, name)) return name;
    }
  }
  return {};
}

} // namespace

void link_parties(Draft& draft) {
  Parties parties(draft);
  for (std::size_t i = 0; i < draft.system().statements.size(); ++i) {
    const Statement statement = draft.system().statements[i];
    parties.add(statement);
  }
  for (std::size_t i = 0; i < draft.index().size(); ++i) {
    if (draft.category(NodeId(i)) == Category::function) link_layers(Site(draft, NodeId(i)));
  }
}

void link_mail(Draft& draft) {
  std::map<NodeId, std::vector<NodeId>> holders; ///< Role → compute.
  for (const Edge& edge : draft.system().edges) {
    if (edge.kind == EdgeKind::assumes) holders[edge.to].push_back(edge.from);
  }
  for (std::size_t i = 0; i < draft.system().statements.size(); ++i) {
    const Statement statement = draft.system().statements[i];
    const auto found = holders.find(statement.role);
    if (!statement.role.valid() || !statement.allow || found == holders.end()) continue;
    const std::string_view action = mail_action(statement);
    if (action.empty()) continue;
    for (const NodeId compute : found->second) {
      if (draft.is_defined(compute)) continue;
      const std::size_t where = draft.node(compute).template_index;
      draft.add({.kind = EdgeKind::sends,
                 .from = compute,
                 .to = draft.outside(where, "outside::contact", "email"),
                 .mode = Mode::synchronous,
                 .basis = Basis::granted,
                 .span = statement.span,
                 .text = "policy `" + statement.policy_name + "` allows `" + std::string(action) + "`"});
    }
  }
}

} // namespace slsaudit::graph
