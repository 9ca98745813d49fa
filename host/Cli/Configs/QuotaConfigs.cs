using System.Globalization;
using Kafka.Modular.Cli.Admin;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Cli.Configs;

/// <summary>Quotas of users, clients and addresses (KIP-546), and SCRAM credentials of users (KIP-554).</summary>
internal static class QuotaConfigs
{
    private static readonly string[] s_clientKeys = ["producer_byte_rate", "consumer_byte_rate", "request_percentage", "controller_mutation_rate"];
    private static readonly string[] s_ipKeys = ["connection_creation_rate"];

    /// <summary>Writes the quotas that the flags ask for, and the credentials of users.</summary>
    public static async Task DescribeAsync(ToolCall call, AdminSession session, ConfigEntity entity)
    {
        var table = new OutputTable("entity", "name", "key", "value");
        var hasCredentials = !entity.Types.Contains(ConfigEntity.Clients) && !entity.Types.Contains(ConfigEntity.Ips) && !entity.Names.Contains("");
        foreach (var entry in await ReadAsync(session, entity, isRequired: !hasCredentials))
        {
            var who = string.Join(", ", ((string[])["user", "client-id", "ip"]).SelectMany(type => entry.Entity.Where(part => part.EntityType == type).Select(static part => Describe(part))));
            foreach (var value in entry.Values)
                table.Add("quota", who, value.Key, value.Value);
            if (!call.Options.IsJson)
                call.Out.WriteLine($"Quota configs for {who} are {string.Join(", ", entry.Values.Select(static value => $"{value.Key}={JavaDouble(value.Value)}"))}");
        }

        if (hasCredentials)
            await ScramConfigs.DescribeAsync(call, session, entity.Names, table);
        if (call.Options.IsJson)
            table.WriteJson(call.Out);
    }

    /// <summary>Sets and removes quotas or credentials.</summary>
    public static async Task AlterAsync(AdminSession session, ConfigEntity entity, IReadOnlyDictionary<string, string> additions, IReadOnlyList<string> deletions)
    {
        string[] keys = [.. additions.Keys.Concat(deletions)];
        var deed = additions.Keys.Any(key => IsUnknown(entity, key)) ? "added" : "deleted";
        if (entity.Type == ConfigEntity.Ips)
        {
            Refuse(keys.Where(static key => !s_ipKeys.Contains(key)), $"Only connection quota configs can be added for '{ConfigEntity.Ips}' using --bootstrap-server.");
        }
        else if (entity.Types.Contains(ConfigEntity.Clients))
        {
            Refuse(keys.Where(key => IsUnknown(entity, key)), $"Only quota configs can be {deed} for '{ConfigEntity.Clients}' using --bootstrap-server.");
        }
        else
        {
            Refuse(
                keys.Where(key => IsUnknown(entity, key)),
                $"Only quota and SCRAM credential configs can be {deed} for '{ConfigEntity.Users}' using --bootstrap-server.");
            if (keys.Any(ScramConfigs.IsMechanism))
            {
                if (entity.Names.Contains(""))
                    throw new ToolException("The use of --entity-default or --user-defaults is not allowed with User SCRAM Credentials using --bootstrap-server.");
                if (keys.Any(s_clientKeys.Contains))
                    throw new ToolException($"Cannot alter both quota and SCRAM credential configs simultaneously for '{ConfigEntity.Users}' using --bootstrap-server.");
                await ScramConfigs.AlterAsync(session, entity.Name!, additions, deletions);
                return;
            }
        }

        await AlterQuotasAsync(session, entity, additions, deletions);
    }

    private static bool IsUnknown(ConfigEntity entity, string key) =>
        !s_clientKeys.Contains(key) && (entity.Types.Contains(ConfigEntity.Clients) || !ScramConfigs.IsMechanism(key));

    private static async Task AlterQuotasAsync(AdminSession session, ConfigEntity entity, IReadOnlyDictionary<string, string> additions, IReadOnlyList<string> deletions)
    {
        var old = (await ReadAsync(session, entity, isRequired: true)).SelectMany(static entry => entry.Values).Select(static value => value.Key).ToHashSet(StringComparer.Ordinal);
        string[] invalid = [.. deletions.Where(key => !old.Contains(key))];
        if (invalid.Length > 0)
            throw new ToolException($"Invalid config(s): {string.Join(',', invalid)}");
        var request = new AlterClientQuotasRequest
        {
            Entries =
            [
                new()
                {
                    Entity =
                    [
                        .. entity.Types.Zip(entity.Names, static (type, name) => new AlterClientQuotasRequest.EntityData { EntityType = TypeOf(type), EntityName = name.Length == 0 ? null : name }),
                    ],
                    Ops =
                    [
                        .. additions.Select(static pair => new AlterClientQuotasRequest.OpData { Key = pair.Key, Value = ReadNumber(pair.Key, pair.Value) }),
                        .. deletions.Select(static key => new AlterClientQuotasRequest.OpData { Key = key, Remove = true }),
                    ],
                },
            ],
        };
        var response = await session.SendAsync(RequestTarget.Controller, request);
        foreach (var entry in response.Entries)
            AdminSession.Check(entry.ErrorCode, entry.ErrorMessage);
    }

    // Who looks at users and their credentials is not kept from them by a broker without quotas.
    private static async Task<IReadOnlyList<DescribeClientQuotasResponse.EntryData>> ReadAsync(AdminSession session, ConfigEntity entity, bool isRequired)
    {
        try
        {
            return await ReadAsync(session, entity);
        }
        catch (UnsupportedVersionException) when (!isRequired)
        {
            return [];
        }
    }

    private static async Task<IReadOnlyList<DescribeClientQuotasResponse.EntryData>> ReadAsync(AdminSession session, ConfigEntity entity)
    {
        if (entity.Names.Count > entity.Types.Count)
            throw new ToolException("More entity names specified than entity types");
        var request = new DescribeClientQuotasRequest
        {
            Components = [.. entity.Types.Select((type, i) => Component(TypeOf(type), i < entity.Names.Count ? entity.Names[i] : null))], Strict = true,
        };
        var response = await session.SendAsync(RequestTarget.AnyNode, request, static response => response.ErrorCode);
        AdminSession.Check(response.ErrorCode, response.ErrorMessage);
        return response.Entries ?? [];
    }

    private static DescribeClientQuotasRequest.ComponentData Component(string type, string? name) => name switch
    {
        null => new() { EntityType = type, MatchType = 2, Match = null },
        "" => new() { EntityType = type, MatchType = 1, Match = null },
        _ => new() { EntityType = type, MatchType = 0, Match = name },
    };

    private static string TypeOf(string entityType) => entityType switch
    {
        ConfigEntity.Users => "user",
        ConfigEntity.Clients => "client-id",
        _ => "ip",
    };

    private static string Describe(DescribeClientQuotasResponse.EntityData part)
    {
        var type = part.EntityType == "user" ? "user-principal" : part.EntityType;
        return part.EntityName is { } name ? $"{type} '{name}'" : $"the default {type}";
    }

    private static double ReadNumber(string key, string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
        ? value
        : throw new ToolException($"Cannot parse quota configuration value for {key}: {text}");

    // Java writes a whole number with one decimal place.
    private static string JavaDouble(double value) => value == Math.Floor(value) && Math.Abs(value) < 1e7
        ? value.ToString("0.0", CultureInfo.InvariantCulture)
        : JavaExponent(value.ToString("R", CultureInfo.InvariantCulture), value);

    private static string JavaExponent(string text, double value)
    {
        if (Math.Abs(value) < 1e7)
            return text;
        var exponent = (int)Math.Floor(Math.Log10(Math.Abs(value)));
        var mantissa = (value / Math.Pow(10, exponent)).ToString("0.0###############", CultureInfo.InvariantCulture);
        return $"{mantissa}E{exponent}";
    }

    private static void Refuse(IEnumerable<string> unknown, string message)
    {
        string[] names = [.. unknown];
        if (names.Length > 0)
            throw new ToolException($"{message} Unexpected config names: {string.Join(",", names)}");
    }
}
