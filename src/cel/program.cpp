// SPDX-License-Identifier: Apache-2.0
#include "cel/program.hpp"
namespace slsaudit::cel {
struct Program::Impl {};
Program::Program() = default;
Program::~Program() = default;
Program::Program(Program&&) noexcept = default;
Program& Program::operator=(Program&&) noexcept = default;
Program Program::compile(std::string_view, const Environment&, std::vector<ParseError>&) { return {}; }
Value Program::evaluate(const Bindings&) const { return {}; }
} // namespace slsaudit::cel
