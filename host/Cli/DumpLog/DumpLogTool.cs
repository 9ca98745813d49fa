using System.Globalization;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Server;
using Kafka.Modular.Spi.Plugins;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kafka.Modular.Cli.DumpLog;

/// <summary>
/// <c>kafka-dump-log</c>, and the verb <c>dump-log</c>, which takes files and folders without <c>--files</c>, and reads the records of internal topics by the name
/// of their folder.
/// </summary>
internal static class DumpLogTool
{
    public static Task<int> RunAsync(ToolCall call)
    {
        var options = call.Options;
        if (!options.Has("files") && options.Words.Count == 0)
            options.Require("files");
        var sink = new DumpSink(call.Out, options.IsJson);
        var problems = new IndexProblems();
        string[] named = [.. (options.Value("files") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
        var files = named.Select(static file => (Path: file, IsWord: false)).Concat(options.Words.SelectMany(Expand).Select(static file => (Path: file, IsWord: true))).ToList();
        var codecs = new Lazy<CompressionCodecs>(LoadCodecs);
        var failed = false;
        for (var i = 0; i < files.Count; i++)
        {
            call.Stopping.ThrowIfCancellationRequested();
            call.Console.Progress(files.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $"{i + 1} of {files.Count}: {files[i].Path}") : "");
            try
            {
                Dump(call, files[i].Path, files[i].IsWord, sink, problems, codecs);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or FormatException)
            {
                call.Out.Flush();
                call.Console.Error.WriteLine($"{files[i].Path}: {fault.Message}");
                failed = true;
            }
        }

        call.Console.Progress("");
        sink.Finish();
        call.Out.Flush();
        problems.Write(call.Console.Error);
        return Task.FromResult(failed ? ExitCodes.Failed : ExitCodes.Done);
    }

    private static void Dump(ToolCall call, string file, bool isWord, DumpSink sink, IndexProblems problems, Lazy<CompressionCodecs> codecs)
    {
        sink.Begin(file);
        var options = call.Options;
        var name = Path.GetFileName(file);
        switch (Path.GetExtension(name))
        {
            case ".log" or ".checkpoint":
                new LogDump(LogDumpOptions.Of(options, isWord ? Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(file))) : null), sink, problems, codecs).Run(file, call.Stopping);
                break;
            case ".index":
                IndexDump.Offsets(file, options, sink, problems);
                break;
            case ".timeindex":
                IndexDump.Times(file, options, sink, problems, codecs);
                break;
            case ".txnindex":
                IndexDump.Transactions(file, sink);
                break;
            case ".snapshot":
                CheckpointDump.Producers(file, sink);
                break;
            case var _ when CheckpointDump.Knows(name):
                CheckpointDump.Run(file, sink);
                break;
            default:
                call.Out.Flush();
                call.Console.Error.WriteLine($"Ignoring unknown file {file}");
                break;
        }
    }

    // A folder stands for the files in it and below it.
    private static IEnumerable<string> Expand(string word) => Directory.Exists(word)
        ? Directory.EnumerateFiles(word, "*", SearchOption.AllDirectories).Where(static file => IsKnown(Path.GetFileName(file))).Order(StringComparer.Ordinal)
        : [word];

    private static bool IsKnown(string name) => Path.GetExtension(name) is ".log" or ".checkpoint" or ".index" or ".timeindex" or ".txnindex" or ".snapshot" || CheckpointDump.Knows(name);

    // The codecs are plugins; without them compressed batches are shown as a whole.
    private static CompressionCodecs LoadCodecs()
    {
        try
        {
            using var configuration = ServerConfiguration.Load(null, [], NullLoggerFactory.Instance);
            return configuration.Result.Configuration is { } node ? configuration.Plugins.CreateCodecs(node, TimeProvider.System) : CompressionCodecs.Empty;
        }
        catch (PluginException)
        {
            return CompressionCodecs.Empty;
        }
    }
}
