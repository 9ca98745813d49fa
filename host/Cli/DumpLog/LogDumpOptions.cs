using Kafka.Modular.Cli.Frame;

namespace Kafka.Modular.Cli.DumpLog;

/// <summary>How a log file is shown.</summary>
/// <param name="IsDeep">Whether each record is shown.</param>
/// <param name="PrintsData">Whether keys and values are.</param>
/// <param name="SkipsMetadata">Whether only keys and values are.</param>
/// <param name="MaxBytes">How much of the file is read.</param>
/// <param name="Decoder">Reads keys and values; null for text.</param>
internal sealed record LogDumpOptions(bool IsDeep, bool PrintsData, bool SkipsMetadata, long MaxBytes, RecordDecoder? Decoder)
{
    /// <summary>What the flags ask for.</summary>
    /// <param name="options">The flags.</param>
    /// <param name="folder">The folder of the file, whose name may say what its records are; null to go by the flags alone.</param>
    public static LogDumpOptions Of(ToolOptions options, string? folder)
    {
        var decoder = DecoderOf(options) ?? (folder is null ? null : RecordDecoder.OfFolder(folder));
        var printsData = options.Has("print-data-log") || decoder is not null;
        return new LogDumpOptions(
            printsData || options.Has("deep-iteration"),
            printsData,
            options.Has("skip-record-metadata"),
            options.Int32("max-bytes") ?? long.MaxValue,
            decoder);
    }

    private static RecordDecoder? DecoderOf(ToolOptions options)
    {
        if (options.Has("offsets-decoder"))
            return RecordDecoder.Offsets;
        if (options.Has("transaction-log-decoder"))
            return RecordDecoder.Transactions;
        if (options.Has("cluster-metadata-decoder"))
            return RecordDecoder.ClusterMetadata;
        if (options.Has("remote-log-metadata-decoder"))
            return RecordDecoder.RemoteLog;
        return options.Has("share-group-state-decoder") ? RecordDecoder.ShareState : null;
    }
}
