// SPDX-License-Identifier: Apache-2.0
// Functions that services start to look after resources: rules of AWS Config, rotation of secrets.
#include "graph/extract.hpp"

namespace slsaudit::graph {

void extract_config_rule(Site& site) {
  site.link({.kind = EdgeKind::triggers,
             .from = site.self,
             .to = {},
             .mode = Mode::asynchronous,
             .settings = site.get("Source"),
             .text = site.says("function of rule")},
            text_of(site.get("Source.Owner")) == "CUSTOM_LAMBDA" ? site.get("Source.SourceIdentifier")
                                                                 : value::Value());
}

/// How a rotation's function is invoked is not documented.
void extract_rotation(Site& site) {
  for (const Target& secret : site.targets(site.get("SecretId"))) {
    site.link({.kind = EdgeKind::triggers,
               .from = secret.node,
               .to = {},
               .mode = Mode::none,
               .via = site.self,
               .settings = site.resource.properties,
               .text = site.says("rotation by")},
              site.get("RotationLambdaARN"));
  }
}

} // namespace slsaudit::graph
