// SPDX-License-Identifier: Apache-2.0
// Firehose: source stream, transformation, destinations with their backup buckets.
#include "graph/extract.hpp"

namespace slsaudit::graph {

namespace {

struct Destination {
  std::string_view property;
  std::string_view target; ///< Below the property.
};

constexpr Destination destinations[] = {
    {"AmazonopensearchserviceDestinationConfiguration", "DomainARN"},
    {"ElasticsearchDestinationConfiguration", "DomainARN"},
    {"ExtendedS3DestinationConfiguration", "BucketARN"},
    {"HttpEndpointDestinationConfiguration", "EndpointConfiguration.Url"},
    {"RedshiftDestinationConfiguration", "S3Configuration.BucketARN"},
    {"S3DestinationConfiguration", "BucketARN"},
    {"SplunkDestinationConfiguration", "HECEndpoint"},
};

void link_processors(Site& site, const value::Value& destination) {
  for (const value::Value& processor : entries(destination.at("ProcessingConfiguration.Processors"))) {
    if (text_of(processor.get("Type")) != "Lambda") continue;
    for (const value::Value& parameter : entries(processor.get("Parameters"))) {
      if (text_of(parameter.get("ParameterName")) != "LambdaArn") continue;
      site.link({.kind = EdgeKind::invokes,
                 .from = site.self,
                 .to = {},
                 .mode = Mode::synchronous,
                 .settings = destination.get("ProcessingConfiguration"),
                 .text = site.says("processor of delivery stream")},
                parameter.get("ParameterValue"));
    }
  }
}

} // namespace

void extract_firehose(Site& site) {
  for (const Target& source : site.targets(site.get("KinesisStreamSourceConfiguration.KinesisStreamARN"))) {
    site.draft.add({.kind = EdgeKind::polls,
                    .from = source.node,
                    .to = site.self,
                    .mode = Mode::polled,
                    .settings = site.get("KinesisStreamSourceConfiguration"),
                    .span = source.value.span(),
                    .text = site.says("source of delivery stream")});
  }
  for (const Destination& row : destinations) {
    const value::Value destination = site.get(row.property);
    if (!destination.is_present()) continue;
    const Link link{.from = site.self,
                    .to = {},
                    .settings = destination,
                    .text = site.says("destination of delivery stream")};
    site.deliver(link, destination.at(row.target));
    site.deliver(link, destination.at("S3BackupConfiguration.BucketARN"));
    if (row.property != "RedshiftDestinationConfiguration")
      site.deliver(link, destination.at("S3Configuration.BucketARN"));
    link_processors(site, destination);
  }
}

} // namespace slsaudit::graph
