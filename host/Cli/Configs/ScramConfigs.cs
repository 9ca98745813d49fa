using System.Globalization;
using System.Text.RegularExpressions;
using Kafka.Modular.Cli.Admin;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Client;
using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Cli.Configs;

/// <summary>SCRAM credentials of users (KIP-554): the password stays here, what is sent is salted.</summary>
internal static partial class ScramConfigs
{
    private const int SaltBytes = 32;

    /// <summary>Whether a key is the name of a mechanism.</summary>
    public static bool IsMechanism(string key) => ScramAlgorithm.Find(key) is not null;

    /// <summary>Writes the credentials of users, or adds them to the table.</summary>
    public static async Task DescribeAsync(ToolCall call, AdminSession session, IReadOnlyList<string> users, OutputTable table)
    {
        var request = new DescribeUserScramCredentialsRequest { Users = [.. users.Select(static name => new DescribeUserScramCredentialsRequest.UserName { Name = name })] };
        var response = await session.SendAsync(RequestTarget.AnyNode, request, static response => response.ErrorCode);
        AdminSession.Check(response.ErrorCode, response.ErrorMessage);
        foreach (var result in response.Results)
        {
            // A user who has none is no error: the question was for somebody.
            if (result.ErrorCode == ErrorCode.ResourceNotFound)
                continue;
            foreach (var info in result.CredentialInfos)
                table.Add("scram", result.User, NameOf(info.Mechanism), $"iterations={info.Iterations}");
            if (call.Options.IsJson)
                continue;
            call.Out.WriteLine(result.ErrorCode != ErrorCode.None
                ? $"Error retrieving SCRAM credential configs for user-principal '{result.User}': {JavaErrors.Name(result.ErrorCode)}: {result.ErrorMessage ?? result.ErrorCode.Info().Message}"
                : $"SCRAM credential configs for user-principal '{result.User}' are "
                    + string.Join(", ", result.CredentialInfos.Select(static info => $"{NameOf(info.Mechanism)}=iterations={info.Iterations}")));
        }
    }

    /// <summary>Sets and removes credentials of a user.</summary>
    public static async Task AlterAsync(AdminSession session, string user, IReadOnlyDictionary<string, string> additions, IReadOnlyList<string> deletions)
    {
        var request = new AlterUserScramCredentialsRequest
        {
            Deletions = [.. deletions.Select(key => new AlterUserScramCredentialsRequest.ScramCredentialDeletion { Name = user, Mechanism = NumberOf(key) })],
            Upsertions = [.. additions.Select(pair => Upsertion(user, pair.Key, pair.Value))],
        };
        var response = await session.SendAsync(RequestTarget.Controller, request);
        foreach (var result in response.Results)
            AdminSession.Check(result.ErrorCode, result.ErrorMessage);
    }

    // Kafka's tool repeats the text where it cannot be read; it may hold a password, so it is not repeated here.
    private static AlterUserScramCredentialsRequest.ScramCredentialUpsertion Upsertion(string user, string mechanism, string text)
    {
        var match = Credential().Match(text);
        if (!match.Success)
            throw new ToolException($"Invalid credential property {mechanism.Replace('-', '_')}: expected [iterations=8192,password=…] or [password=…]");
        var iterations = ScramAlgorithm.LowestIterations;
        if (match.Groups["iterations"].Value is { Length: > 0 } number and not "-1" && !int.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out iterations))
            throw new ToolException($"For input string: \"{number}\"");
        if (iterations < ScramAlgorithm.LowestIterations)
            throw new ToolException($"Iterations {iterations} is less than the minimum {ScramAlgorithm.LowestIterations} required for {mechanism}");
        if (match.Groups["password"].Length == 0)
            throw new KafkaClientException(ErrorCode.UnacceptableCredential, "Password must not be empty");
        var salt = new byte[SaltBytes];
        SystemRandomSource.Instance.NextBytes(salt);
        return new AlterUserScramCredentialsRequest.ScramCredentialUpsertion
        {
            Name = user,
            Mechanism = NumberOf(mechanism),
            Iterations = iterations,
            Salt = salt,
            SaltedPassword = ScramAlgorithm.Find(mechanism)!.SaltedPassword(match.Groups["password"].Value, salt, iterations),
        };
    }

    private static sbyte NumberOf(string mechanism) => mechanism == "SCRAM-SHA-256" ? (sbyte)1 : (sbyte)2;

    private static string NameOf(sbyte mechanism) => mechanism switch
    {
        1 => "SCRAM-SHA-256",
        2 => "SCRAM-SHA-512",
        _ => "UNKNOWN",
    };

    [GeneratedRegex(@"\A(?:iterations=(?<iterations>-?[0-9]*),)?password=(?<password>.*)\z", RegexOptions.Singleline, 1000)]
    private static partial Regex Credential();
}
