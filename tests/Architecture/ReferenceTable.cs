namespace Kafka.Modular.Architecture;

/// <summary>Which project may reference which. A project that has no row, or a reference that its row does not name, fails the build.</summary>
internal static class ReferenceTable
{
    private static readonly Dictionary<string, string> s_modules = new(StringComparer.Ordinal)
    {
        ["Spi"] = "",
        ["Core"] = "Spi",
        ["Protocol"] = "Core",
        ["Configuration"] = "Core",
        ["Telemetry"] = "Core",
        ["Network"] = "Core Spi Protocol Configuration Telemetry",
        ["Client"] = "Core Spi Protocol Configuration",
        ["LogStorage"] = "Core Spi Protocol Configuration Telemetry",
        ["Raft"] = "Core Protocol",
        ["Metadata"] = "Core Protocol",
        ["Controller"] = "Core Protocol Metadata Raft Configuration",
        ["Cluster"] = "Core Protocol Metadata Client Configuration",
        ["Replication"] = "Core Protocol LogStorage Metadata Client Configuration Telemetry",
        ["Coordination"] = "Core Protocol Telemetry",
        ["Groups"] = "Core Protocol Coordination Metadata Configuration",
        ["Transactions"] = "Core Protocol Coordination Metadata Configuration",
        ["Security"] = "Core Spi Protocol Metadata Configuration Telemetry",
        ["Handlers"] = EveryModule,
    };

    private static readonly Dictionary<string, string> s_others = new(StringComparer.Ordinal)
    {
        ["schemas/Compiler"] = "",
        ["host/Server"] = EveryModule,
        ["host/Cli"] = $"host/Server {EveryModule}",
        ["ops/bench"] = "Core Protocol",
        ["host/Testing"] = $"host/Server {EveryPlugin}",
    };

    private const string EveryModule = "modules/*";
    private const string EveryPlugin = "plugins/*";

    /// <summary>The modules that the table knows.</summary>
    public static IReadOnlyCollection<string> Modules => s_modules.Keys;

    /// <summary>Whether the table has a row for the project.</summary>
    public static bool Knows(Project project) => project.Area is "plugins" or "tests" || RowOf(project) is not null;

    /// <summary>Whether the project may compile against the other one.</summary>
    public static bool Allows(Project project, string reference) => project.Area switch
    {
        "tests" => true,
        "plugins" => reference == "Spi",
        _ => RowOf(project) is { } row && row.Split(' ').Any(allowed => Matches(allowed, reference)),
    };

    /// <summary>Whether the project may ask for the other one to be built first: the schema compiler runs before modules, the host ships plugins.</summary>
    public static bool AllowsBuildOrder(Project project, string reference) => project.Area switch
    {
        "tests" => true,
        "modules" => reference == "schemas/Compiler",
        "host" => reference == "schemas/Compiler" || Matches(EveryPlugin, reference) || Allows(project, reference),
        _ => Allows(project, reference),
    };

    private static string? RowOf(Project project) => s_modules.GetValueOrDefault(project.Key) ?? s_others.GetValueOrDefault(project.Key);

    private static bool Matches(string allowed, string reference) => allowed switch
    {
        EveryModule => s_modules.ContainsKey(reference),
        EveryPlugin => reference.StartsWith("plugins/", StringComparison.Ordinal),
        _ => allowed == reference,
    };
}
