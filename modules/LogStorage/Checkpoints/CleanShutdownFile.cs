using System.Globalization;
using System.Text;
using System.Text.Json;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.LogStorage.Checkpoints;

/// <summary>The file <c>.kafka_cleanshutdown</c>: there if the broker ended in order, with the epoch it had (KIP-966).</summary>
internal static class CleanShutdownFile
{
    public const string FileName = ".kafka_cleanshutdown";

    public static void Write(IBlobStore blobs, long brokerEpoch) => blobs.Put(
        FileName,
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"version\":0,\"brokerEpoch\":{brokerEpoch}}}")),
        durable: true);

    public static bool Exists(IBlobStore blobs) => blobs.Contains(FileName);

    /// <summary>The broker epoch in the file, -1 where there is no file or it holds none.</summary>
    public static long ReadBrokerEpoch(IBlobStore blobs)
    {
        try
        {
            if (blobs.Read(FileName) is not { } content)
                return -1;
            using var json = JsonDocument.Parse(content);
            return json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("brokerEpoch", out var epoch) && epoch.TryGetInt64(out var value) ? value : -1;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return -1;
        }
    }

    public static void Delete(IBlobStore blobs) => blobs.Delete(FileName);
}
