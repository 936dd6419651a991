// SPDX-License-Identifier: Apache-2.0
// Hosts in texts, and which of them are somebody else's.
#pragma once

#include <string_view>

namespace slsaudit::graph {

/// The host of a URL with a scheme ("https://user@api.example.com:8443/x"), as spelled; empty where there is
/// no scheme.
[[nodiscard]] std::string_view host_of(std::string_view url);

/// Whether a host is a vendor's or partner's: a full name on the public internet that is neither AWS's own
/// nor the machine itself, and no place of documentation or schemas. Names with references in them are not
/// known.
[[nodiscard]] bool is_third_party(std::string_view host);

} // namespace slsaudit::graph
