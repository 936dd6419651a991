// SPDX-License-Identifier: Apache-2.0
// One function an intrinsic; the table that names them is in intrinsics.cpp.
#pragma once

#include "dialect/cloudformation/interpreter.hpp"

namespace slsaudit::dialect::cloudformation::intrinsic {

// references.cpp: names of things
[[nodiscard]] value::Value ref(Interpreter& interpreter, const Call& call);
[[nodiscard]] value::Value get_att(Interpreter& interpreter, const Call& call);
[[nodiscard]] value::Value import_value(Interpreter& interpreter, const Call& call);
/// {"slsaudit::output": [stack, output]}, which only dialects write.
[[nodiscard]] value::Value output(Interpreter& interpreter, const Call& call);
// sub.cpp
[[nodiscard]] value::Value sub(Interpreter& interpreter, const Call& call);
// lists.cpp: lists and text
[[nodiscard]] value::Value join(Interpreter& interpreter, const Call& call);
[[nodiscard]] value::Value split(Interpreter& interpreter, const Call& call);
[[nodiscard]] value::Value select(Interpreter& interpreter, const Call& call);
[[nodiscard]] value::Value length(Interpreter& interpreter, const Call& call);
[[nodiscard]] value::Value get_azs(Interpreter& interpreter, const Call& call);
// choices.cpp: one of several values
[[nodiscard]] value::Value if_else(Interpreter& interpreter, const Call& call);
[[nodiscard]] value::Value find_in_map(Interpreter& interpreter, const Call& call);
[[nodiscard]] value::Value condition(Interpreter& interpreter, const Call& call);
// encodings.cpp: text in another form
[[nodiscard]] value::Value base64(Interpreter& interpreter, const Call& call);
[[nodiscard]] value::Value to_json_string(Interpreter& interpreter, const Call& call);
[[nodiscard]] value::Value cidr(Interpreter& interpreter, const Call& call);
[[nodiscard]] value::Value transform(Interpreter& interpreter, const Call& call);

} // namespace slsaudit::dialect::cloudformation::intrinsic
