using System.Security.Cryptography;
using System.Text;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Kafka.Modular.SamplePlugin;

/// <summary>Users and hashes of their passwords.</summary>
internal sealed class SampleUsers
{
    private readonly Dictionary<string, byte[]> _hashes = new(StringComparer.Ordinal);

    public static SampleUsers None { get; } = new();

    public int Count => _hashes.Count;

    /// <exception cref="FormatException">It is not a mapping of names to passwords.</exception>
    public static SampleUsers Parse(string text)
    {
        var yaml = new YamlStream();
        try
        {
            yaml.Load(new StringReader(text));
        }
        catch (YamlException error)
        {
            throw new FormatException($"the file of users is not YAML, at line {error.Start.Line}", error);
        }

        var users = new SampleUsers();
        if (yaml.Documents is not [{ RootNode: YamlMappingNode root }])
            throw new FormatException("the file of users is not a mapping of names to passwords");
        foreach (var (name, password) in root.Children)
        {
            users._hashes[(name as YamlScalarNode)?.Value ?? ""] =
                Hash((password as YamlScalarNode)?.Value ?? throw new FormatException($"user {name} has no password"));
        }

        return users;
    }

    /// <summary>Whether the password is the user's, in a time that does not depend on how much of it is right.</summary>
    public bool Check(string user, string password)
    {
        var isKnown = _hashes.TryGetValue(user, out var hash);
        return CryptographicOperations.FixedTimeEquals(Hash(password), hash ?? new byte[SHA256.HashSizeInBytes]) && isKnown;
    }

    private static byte[] Hash(string password) => SHA256.HashData(Encoding.UTF8.GetBytes(password));
}
