// SPDX-License-Identifier: Apache-2.0
#include "graph/system.hpp"
namespace slsaudit::graph {
System build(std::vector<dialect::Template>, text::Arena&) { return {}; }
std::string verify(const System&) { return {}; }
NodeId resolve(const System&, std::size_t, const value::Value&) { return {}; }
NodeId System::find(std::size_t, std::string_view) const { return {}; }
std::string_view name(EdgeKind) { return {}; }
std::string_view name(Mode) { return {}; }
std::string_view name(Basis) { return {}; }
} // namespace slsaudit::graph
