using Kafka.Modular.Configuration.Live;
using Kafka.Modular.Controller.Features;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Core.Threading;
using Kafka.Modular.Metadata.Records;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Controller;

/// <summary>What a controller is made of.</summary>
public sealed record ControllerParts
{
    /// <summary>The cluster's id, as brokers must name it to register.</summary>
    public required string ClusterId { get; init; }

    /// <summary>The controller's own loop.</summary>
    public required IEventLoop Loop { get; init; }

    /// <summary>The metadata log.</summary>
    public required IControllerLog Log { get; init; }

    /// <summary>What this controller supports.</summary>
    public required SupportedFeatures Features { get; init; }

    /// <summary>The configuration: defaults of new topics, and what values are validated against.</summary>
    public required LiveConfiguration Configuration { get; init; }

    /// <summary>The first records of an empty metadata log: the finalized feature levels, and what <c>format</c> was told to add.</summary>
    public required IReadOnlyList<MetadataRecord> Bootstrap { get; init; }

    /// <summary>Chance: topic ids, first brokers of placements.</summary>
    public required RandomSource Random { get; init; }

    /// <summary>Where it logs.</summary>
    public required ILogger Logger { get; init; }
}
