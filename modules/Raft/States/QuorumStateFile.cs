using System.Text.Json;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Raft.Voters;

namespace Kafka.Modular.Raft.States;

/// <summary>Kafka's <c>quorum-state</c> file: one line of JSON, data_version 0 at <c>kraft.version</c> 0 and 1 from there on.</summary>
internal static class QuorumStateFile
{
    public static byte[] Write(ElectionState state, short kraftVersion)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (kraftVersion == 0)
                json.WriteString("clusterId", "");
            json.WriteNumber("leaderId", state.LeaderId);
            json.WriteNumber("leaderEpoch", state.Epoch);
            json.WriteNumber("votedId", state.VotedKey?.Id ?? -1);
            if (kraftVersion == 0)
                WriteVoters(json, state.Voters);
            else
                json.WriteString("votedDirectoryId", (state.VotedKey?.DirectoryId ?? Uuid.Zero).ToString());
            json.WriteNumber("data_version", kraftVersion == 0 ? 0 : 1);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    /// <exception cref="InvalidDataException">The content is not a quorum state of version 0 or 1.</exception>
    public static ElectionState Read(ReadOnlySpan<byte> content)
    {
        try
        {
            var reader = new Utf8JsonReader(content);
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            var version = root.GetProperty("data_version").GetInt32();
            if (version is < 0 or > 1)
                throw new InvalidDataException($"quorum-state has data_version {version}; 0 and 1 are supported");
            var votedId = root.GetProperty("votedId").GetInt32();
            var directory = version >= 1 ? Uuid.Parse(root.GetProperty("votedDirectoryId").GetString()!) : default;
            int[] voters = version == 0 && root.TryGetProperty("currentVoters", out var list) && list.ValueKind == JsonValueKind.Array
                ? [.. list.EnumerateArray().Select(voter => voter.GetProperty("voterId").GetInt32())]
                : [];
            return new(
                root.GetProperty("leaderEpoch").GetInt32(),
                root.GetProperty("leaderId").GetInt32(),
                votedId < 0 ? null : new ReplicaKey(votedId, directory),
                voters);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new InvalidDataException($"quorum-state is not readable: {e.Message}", e);
        }
    }

    private static void WriteVoters(Utf8JsonWriter json, IReadOnlyCollection<int> voters)
    {
        json.WriteNumber("appliedOffset", 0);
        json.WriteStartArray("currentVoters");
        foreach (var voter in voters)
        {
            json.WriteStartObject();
            json.WriteNumber("voterId", voter);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
