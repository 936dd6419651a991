// SPDX-License-Identifier: Apache-2.0
// Cognito: functions that a user pool calls while it signs people up and in.
#include "graph/extract.hpp"

namespace slsaudit::graph {

void extract_user_pool(Site& site) {
  for (const value::Member& trigger : members(site.get("LambdaConfig"))) {
    const value::Value nested = trigger.value.get("LambdaArn");
    const value::Member setting{trigger.key, trigger.value};
    site.link({.kind = EdgeKind::triggers,
               .from = site.self,
               .to = {},
               .mode = Mode::synchronous,
               .settings = site.draft.make().map({setting}, trigger.value.span()),
               .text = site.says(std::string(trigger.key) + " trigger of user pool")},
              nested.is_present() && !nested.is_unknown() ? nested : trigger.value);
  }
}

} // namespace slsaudit::graph
