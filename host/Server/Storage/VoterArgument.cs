using System.Globalization;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Raft.Voters;

namespace Kafka.Modular.Server.Storage;

/// <summary>Reads <c>--initial-controllers</c>: voters as <c>id@host:port:directory</c>, separated by commas (KIP-853).</summary>
internal static class VoterArgument
{
    /// <summary>Reads the voters.</summary>
    /// <param name="text">The argument.</param>
    /// <param name="listener">The listener that their addresses are of.</param>
    /// <exception cref="FormatException">It is not of that form, or names a voter twice.</exception>
    public static VoterSet Parse(string text, string listener)
    {
        var voters = new List<VoterNode>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var voter = ParseOne(part, listener);
            if (voters.Any(other => other.Key.Id == voter.Key.Id))
                throw new FormatException($"Node id {voter.Key.Id} was specified more than once.");
            voters.Add(voter);
        }

        return voters.Count == 0 ? throw new FormatException("No voters given.") : new VoterSet(voters);
    }

    private static VoterNode ParseOne(string text, string listener)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        if (at < 0)
            throw new FormatException($"No @ found in dynamic voter string {text}.");
        if (!int.TryParse(text.AsSpan(0, at), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            throw new FormatException($"Failed to parse node id in dynamic voter string {text}.");
        var directoryColon = text.LastIndexOf(':');
        var portColon = directoryColon < 0 ? -1 : text.LastIndexOf(':', directoryColon - 1);
        if (portColon < at)
            throw new FormatException($"Expected id@host:port:directory, but read {text}.");
        var host = text[(at + 1)..portColon].Trim('[', ']');
        if (host.Length == 0)
            throw new FormatException($"No hostname found in dynamic voter string {text}.");
        if (!int.TryParse(text.AsSpan(portColon + 1, directoryColon - portColon - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > ushort.MaxValue)
            throw new FormatException($"Failed to parse port in dynamic voter string {text}.");
        if (!Uuid.TryParse(text.AsSpan(directoryColon + 1), out var directory))
            throw new FormatException($"Failed to parse directory ID in dynamic voter string {text}.");
        return new VoterNode(new ReplicaKey(id, directory), RaftEndpoints.Of(listener, host, port));
    }
}
