// SPDX-License-Identifier: Apache-2.0
// Edges that depend on what the extractors and policies have already said.
#pragma once

#include "graph/iam.hpp"

namespace slsaudit::graph {

/// Who listens on the default bus, and what services tell it about resources.
void link_services(Draft& draft);
/// Permissions of functions whose source no property declares.
void link_permissions(Draft& draft);
/// What environment variables name.
void link_environments(Draft& draft, const Grants& grants);
/// Other accounts, users and everybody, by resource and trust policies; accounts whose layers functions run.
void link_parties(Draft& draft);
/// Mail that policies allow to send.
void link_mail(Draft& draft);
/// All other references between resources.
void link_references(Draft& draft, const References& references);

} // namespace slsaudit::graph
