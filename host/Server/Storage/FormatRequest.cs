using System.Globalization;
using Kafka.Modular.Configuration;
using Kafka.Modular.Configuration.Values;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Metadata.Features;
using Kafka.Modular.Raft.Voters;
using Kafka.Modular.Server.Wiring;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Server.Storage;

/// <summary>What <c>kafka-modular format</c> is asked for. It checks and answers as <c>kafka-storage format</c> does.</summary>
public sealed record FormatRequest
{
    /// <summary><c>--cluster-id</c>: any text.</summary>
    public required string ClusterId { get; init; }

    /// <summary><c>--ignore-formatted</c>.</summary>
    public bool IgnoresFormatted { get; init; }

    /// <summary><c>--standalone</c>.</summary>
    public bool IsStandalone { get; init; }

    /// <summary><c>--no-initial-controllers</c>.</summary>
    public bool HasNoInitialControllers { get; init; }

    /// <summary><c>--initial-controllers</c>: <c>id@host:port:directory</c>, separated by commas; null when it is not given.</summary>
    public string? InitialControllers { get; init; }

    /// <summary><c>--add-scram</c>, each <c>SCRAM-SHA-256=[name=alice,password=secret]</c> or with the salted password (KIP-900).</summary>
    public IReadOnlyList<string> Credentials { get; init; } = [];

    /// <summary><c>--release-version</c>.</summary>
    public string? ReleaseVersion { get; init; }

    /// <summary><c>--feature</c>, each <c>name=level</c>.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    private bool IsDynamic => IsStandalone || HasNoInitialControllers || InitialControllers is not null;

    /// <summary>Formats the directories of a node that are not formatted.</summary>
    /// <param name="configuration">The node's configuration.</param>
    /// <param name="store">The store that keeps the directories.</param>
    /// <param name="say">Takes each line for the operator.</param>
    /// <exception cref="FormatException">It is refused; the message says why.</exception>
    /// <exception cref="IOException">A directory cannot be read or written.</exception>
    public void Run(NodeConfiguration configuration, ILogStore store, Action<string> say)
    {
        // Kafka takes any text since 4.0, though what it makes itself is a UUID (Formatter). A line break would end the line in meta.properties.
        if (string.IsNullOrWhiteSpace(ClusterId) || ClusterId.Any(char.IsControl))
            throw new FormatException("You must specify the cluster id.");
        var node = configuration.Settings<NodeSettings>();
        var format = new StorageFormat
        {
            ClusterId = ClusterId,
            NodeId = node.NodeId,
            MetadataVersion = ReadVersion(),
            Features = ReadFeatures(),
            Standalone = ReadVoter(configuration, node),
            InitialVoters = ReadVoters(configuration),
            Credentials = [.. Credentials.Select(each => ScramArgument.Parse(each, SystemRandomSource.Instance))],
        };
        if (format.Credentials.Count > 0 && !format.MetadataVersion.IsScramSupported)
            throw new FormatException($"SCRAM is only supported in {MetadataVersion.FeatureName} 3.5-IV2 or later.");
        var paths = MetadataLogPath.All(configuration);
        var metadataPath = MetadataLogPath.Of(configuration);
        var formatter = new StorageFormatter(store, TimeProvider.System, SystemRandomSource.Instance);
        var formatted = formatter.FindFormatted(paths);
        foreach (var (path, properties) in formatted)
        {
            if (!string.Equals(properties.ClusterId, ClusterId, StringComparison.Ordinal))
                throw new FormatException($"Invalid cluster.id in: {path}/meta.properties. Expected {ClusterId}, but read {properties.ClusterId}");
            if (properties.NodeId != node.NodeId)
                throw new FormatException($"Stored node id {properties.NodeId} doesn't match previous node id {node.NodeId} in {path}/meta.properties");
        }

        if (formatted.Count > 0 && !IgnoresFormatted)
        {
            throw new FormatException(
                $"Log directory {paths.First(formatted.ContainsKey)} is already formatted. Use --ignore-formatted to ignore this directory and format the others.");
        }

        string[] empty = [.. paths.Where(path => !formatted.ContainsKey(path))];
        if (empty.Length == 0)
            say("All of the log directories are already formatted.");
        foreach (var path in empty)
        {
            say($"Formatting {KindOf(path, metadataPath, format)} {path} with {MetadataVersion.FeatureName} {format.MetadataVersion}.");
        }

        formatter.Format(empty, metadataPath, format);
    }

    private MetadataVersion ReadVersion()
    {
        var latest = FeatureVersions.SupportedRanges[MetadataVersion.FeatureName].Max;
        if (ReleaseVersion is null)
            return MetadataVersion.FromLevel(latest);
        return MetadataVersion.TryParse(ReleaseVersion, out var version) && version.Level <= latest
            ? version
            : throw new FormatException(
                $"Unknown metadata.version '{ReleaseVersion}'. Supported metadata.version are: "
                + string.Join(", ", MetadataVersion.All.Where(each => each.Level <= latest)));
    }

    private Dictionary<string, short> ReadFeatures()
    {
        var levels = new Dictionary<string, short>(StringComparer.Ordinal);
        foreach (var text in Features)
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? text : text[..equals].Trim();
            if (equals < 0 || !short.TryParse(text.AsSpan(equals + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var level))
                throw new FormatException($"Can't parse feature=level string {text}: expected name=level with a whole number");
            if (string.Equals(name, MetadataVersion.FeatureName, StringComparison.Ordinal))
                throw new FormatException($"Use --release-version instead of --feature {MetadataVersion.FeatureName}=X to avoid ambiguity.");
            if (!FeatureVersions.SupportedRanges.TryGetValue(name, out var range))
            {
                throw new FormatException(
                    $"Unsupported feature: {name}. Supported features are: {string.Join(", ", FeatureVersions.SupportedRanges.Keys.Order(StringComparer.Ordinal))}");
            }

            if (!range.Contains(level))
                throw new FormatException($"Feature {name} has no level {level}; this server supports {range}");
            if (string.Equals(name, KafkaFeature.KRaftVersion.Name, StringComparison.Ordinal) && level > 0 != IsDynamic)
            {
                throw new FormatException(
                    $"Cannot set kraft.version to {level} {(level > 0 ? "without" : "with")} one of --standalone, --initial-controllers or "
                    + "--no-initial-controllers.");
            }

            levels[name] = level;
        }

        return levels;
    }

    private static string KindOf(string path, string metadataPath, StorageFormat format)
    {
        if (!string.Equals(path, metadataPath, StringComparison.Ordinal))
            return "data directory";
        if (format.Standalone is null && format.InitialVoters is null)
            return "metadata directory";
        return format.InitialVoters is { } voters && voters.Find(format.NodeId) is null ? "dynamic metadata directory" : "dynamic metadata voter directory";
    }

    private RaftEndpoints? ReadVoter(NodeConfiguration configuration, NodeSettings node)
    {
        if ((IsStandalone ? 1 : 0) + (HasNoInitialControllers ? 1 : 0) + (InitialControllers is null ? 0 : 1) > 1)
            throw new FormatException("Only one of --standalone, --no-initial-controllers and --initial-controllers can be given.");
        var hasStaticVoters = configuration.Settings<QuorumSettings>().ControllerQuorumVoters.Count > 0;
        var isController = node.ProcessRoles.Contains("controller", StringComparer.Ordinal);
        if (hasStaticVoters && (IsStandalone || InitialControllers is not null))
        {
            throw new FormatException(
                "You cannot specify controller.quorum.voters and format the node with --initial-controllers or --standalone. If you want to use dynamic "
                + "quorum, please remove controller.quorum.voters and specify controller.quorum.bootstrap.servers instead.");
        }

        if (IsStandalone && !isController)
            throw new FormatException("You can only use --standalone on a controller.");
        if (!hasStaticVoters && isController && !IsStandalone && !HasNoInitialControllers && InitialControllers is null)
        {
            throw new FormatException(
                "Because controller.quorum.voters is not set on this controller, you must specify one of the following: --standalone, --initial-controllers, "
                + "or --no-initial-controllers.");
        }

        return IsStandalone ? new NodeEndpoints(configuration.Listeners, []).Controller : null;
    }

    private VoterSet? ReadVoters(NodeConfiguration configuration) => InitialControllers is null
        ? null
        : VoterArgument.Parse(InitialControllers, configuration.Settings<NodeSettings>().ControllerListenerNames[0]);
}
