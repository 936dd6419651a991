// SPDX-License-Identifier: Apache-2.0
// `events` of a function: which event each item of the list is meant to be, however it is indented.
#pragma once

#include "dialect/serverless/service.hpp"

namespace slsaudit::dialect::serverless {

/// Reads the list into `function.events`. Tells of items that the framework refuses or leaves out.
void read_events(Service& service, Function& function);

} // namespace slsaudit::dialect::serverless
