// SPDX-License-Identifier: Apache-2.0
// What an entry of `Events` says: its type and properties, though they may be misspelt or stand at another
// level.
#pragma once

#include "dialect/sam/context.hpp"

namespace slsaudit::dialect::sam {

/// Tells of events that SAM refuses, or makes without what stands elsewhere, and puts what is surely meant in
/// their place.
void mend_events(Context& context);

} // namespace slsaudit::dialect::sam
