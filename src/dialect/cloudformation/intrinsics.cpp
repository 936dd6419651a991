// SPDX-License-Identifier: Apache-2.0
#include "dialect/cloudformation/intrinsics.hpp"

#include <algorithm>
#include <array>

namespace slsaudit::dialect::cloudformation {

Intrinsic find_intrinsic(std::string_view name) {
  struct Row {
    std::string_view name;
    Intrinsic function;
  };
  static constexpr std::array<Row, 21> table{{
      {"And", intrinsic::condition},
      {"Base64", intrinsic::base64},
      {"Cidr", intrinsic::cidr},
      {"Condition", intrinsic::condition},
      {"Equals", intrinsic::condition},
      {"FindInMap", intrinsic::find_in_map},
      {"GetAZs", intrinsic::get_azs},
      {"GetAtt", intrinsic::get_att},
      {"If", intrinsic::if_else},
      {"ImportValue", intrinsic::import_value},
      {"Join", intrinsic::join},
      {"Length", intrinsic::length},
      {"Not", intrinsic::condition},
      {"Or", intrinsic::condition},
      {"Ref", intrinsic::ref},
      {"Select", intrinsic::select},
      {"Split", intrinsic::split},
      {"Sub", intrinsic::sub},
      {"ToJsonString", intrinsic::to_json_string},
      {"Transform", intrinsic::transform},
      {"slsaudit::output", intrinsic::output},
  }};
  const auto row = std::ranges::find(table, name, &Row::name);
  return row == table.end() ? nullptr : row->function;
}

} // namespace slsaudit::dialect::cloudformation
