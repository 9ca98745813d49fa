using System.Globalization;
using System.Text.RegularExpressions;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Client;
using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Client.Consuming;
using Kafka.Modular.Client.Settings;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Core.Randomness;

namespace Kafka.Modular.Cli.Records;

/// <summary><c>kafka-console-consumer</c>: prints the records of topics.</summary>
internal static class ConsoleConsumerTool
{
    private const int OutputBuffer = 64 * 1024;

    public static async Task<int> RunAsync(ToolCall call)
    {
        var options = call.Options;
        Check(options);
        var formatter = Formatter(options);
        var run = new ConsumerRun(options.Int32("max-messages") ?? -1, options.Int64("timeout-ms") is { } timeout and >= 0 ? TimeSpan.FromMilliseconds(timeout) : TimeSpan.FromDays(365));
        using var codecs = new ToolCodecs();
        var consumer = new KafkaConsumer(Properties(options), ClientArguments.Parts(), codecs.All);
        await using (consumer)
        {
            Begin(options, consumer);
            try
            {
                await ConsumeAsync(call, consumer, formatter, run);
            }
            catch (OperationCanceledException) when (call.Stopping.IsCancellationRequested)
            {
                // Told to end.
            }
            finally
            {
                call.Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Processed a total of {run.Count} messages"));
            }
        }

        if (options.Has("enable-systest-events"))
            call.Out.WriteLine("shutdown_complete");
        return ExitCodes.Done;
    }

    private static async Task ConsumeAsync(ToolCall call, KafkaConsumer consumer, RecordFormatter? formatter, ConsumerRun run)
    {
        var skips = call.Options.Has("skip-message-on-error");
        // Disposing it would close standard output, which is the frame's.
        var output = new BufferedStream(call.Console.OutStream, OutputBuffer);
        while (run.Maximum < 0 || run.Count < run.Maximum)
        {
            var records = await PollAsync(call, consumer, run);
            if (records is null)
                return;
            for (var i = 0; i < records.Count; i++)
            {
                if (run.Maximum >= 0 && run.Count >= run.Maximum)
                {
                    // What was not printed must not be committed.
                    Unread(consumer, records, i);
                    break;
                }

                run.Count++;
                try
                {
                    formatter?.Write(records[i], output);
                }
                catch (ToolException fault) when (skips)
                {
                    call.Console.Error.WriteLine($"ERROR Error processing message, skipping this message: {fault.Message}");
                }
            }

            try
            {
                await output.FlushAsync(CancellationToken.None);
            }
            catch (IOException)
            {
                call.Console.Error.WriteLine("Unable to write to standard out, closing consumer.");
                return;
            }
        }
    }

    private static async ValueTask<IReadOnlyList<ConsumerRecord>?> PollAsync(ToolCall call, KafkaConsumer consumer, ConsumerRun run)
    {
        try
        {
            var records = await consumer.PollAsync(run.Timeout, call.Stopping);
            if (records.Count > 0)
                return records;
            call.Console.Error.WriteLine("ERROR Error processing message, terminating consumer process: ");
            call.Console.Error.WriteLine("org.apache.kafka.common.errors.TimeoutException");
            return null;
        }
        catch (KafkaClientException fault)
        {
            call.Console.Error.WriteLine($"ERROR Error processing message, terminating consumer process: {fault.CodeName}: {fault.Message}");
            return null;
        }
    }

    private static void Unread(KafkaConsumer consumer, IReadOnlyList<ConsumerRecord> records, int first)
    {
        var seen = new HashSet<TopicPartition>();
        for (var i = first; i < records.Count; i++)
        {
            var partition = new TopicPartition(records[i].Topic, records[i].Partition);
            if (seen.Add(partition))
                consumer.Seek(partition, records[i].Offset);
        }
    }

    private static void Begin(ToolOptions options, KafkaConsumer consumer)
    {
        if (options.Last("include") is { } pattern)
        {
            consumer.Subscribe(Pattern(pattern));
            return;
        }

        var topic = options.Last("topic")!;
        if (options.Int32("partition") is not { } index)
        {
            consumer.Subscribe([topic]);
            return;
        }

        var partition = new TopicPartition(topic, index);
        consumer.Assign([partition]);
        var offset = Offset(options);
        if (offset >= 0)
            consumer.Seek(partition, offset);
        else
            consumer.SeekToTimestamp(partition, offset);
    }

    private static Regex Pattern(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        }
        catch (ArgumentException fault)
        {
            throw new ToolException($"{pattern} is not a regular expression: {fault.Message}", fault);
        }
    }

    private static long Offset(ToolOptions options)
    {
        if (options.Last("offset") is not { } text)
            return options.Has("from-beginning") ? OffsetLookup.Earliest : OffsetLookup.Latest;
        return text.ToUpperInvariant() switch
        {
            "EARLIEST" => OffsetLookup.Earliest,
            "LATEST" => OffsetLookup.Latest,
            _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var offset) && offset >= 0 => offset,
            _ => throw new UsageException($"The provided offset value '{text}' is incorrect. Valid values are 'earliest', 'latest', or a non-negative long."),
        };
    }

    private static void Check(ToolOptions options)
    {
        options.RequireOne("topic", "include");
        if (options.Has("partition"))
        {
            if (!options.Has("topic"))
                throw new UsageException("The topic is required when partition is specified.");
            if (options.Has("from-beginning") && options.Has("offset"))
                throw new UsageException("Options from-beginning and offset cannot be specified together.");
        }
        else if (options.Has("offset"))
        {
            throw new UsageException("The partition is required when offset is specified.");
        }

        options.Require("bootstrap-server");
        Offset(options);
    }

    private static ClientProperties Properties(ToolOptions options)
    {
        var properties = ClientArguments.Read(options, "console-consumer");
        if (properties.Find("auto.offset.reset") is { } reset && options.Has("from-beginning") && reset != "earliest")
            throw new ToolException($"Can't simultaneously specify --from-beginning and 'auto.offset.reset={reset}', please remove one option");
        properties = properties.Merge("auto.offset.reset", null, options.Has("from-beginning") ? "earliest" : "latest")
            .Merge("isolation.level", options.Last("isolation-level"), "read_uncommitted");
        if (options.Last("group") is { } group)
        {
            if (properties.Find("group.id") is { } other && other != group)
                throw new UsageException($"The group ids provided in different places (directly using '--group', via '--consumer-property', or via '--consumer.config') do not match. Detected group ids: '{group}', '{other}'");
            properties = properties.With("group.id", group);
        }

        if (properties.Find("group.id") is null)
        {
            var number = SystemRandomSource.Instance.Next(100_000).ToString(CultureInfo.InvariantCulture);
            return properties.With("group.id", $"console-consumer-{number}").Merge("enable.auto.commit", null, "false");
        }

        return options.Has("partition") ? throw new UsageException("Options group and partition cannot be specified together.") : properties;
    }

    private static RecordFormatter? Formatter(ToolOptions options)
    {
        var properties = ClientArguments.ReadFile(options, "formatter-config");
        if (options.Last("key-deserializer") is { Length: > 0 } key)
            properties = properties.With("key.deserializer", key);
        if (options.Last("value-deserializer") is { Length: > 0 } value)
            properties = properties.With("value.deserializer", value);
        properties = properties.With(ClientArguments.Pairs(options.Values("formatter-property")));
        var name = options.Last("formatter") ?? "DefaultMessageFormatter";
        return name[(name.LastIndexOf('.') + 1)..] switch
        {
            "DefaultMessageFormatter" or "LoggingMessageFormatter" => new RecordFormatter(properties.Keys.ToDictionary(static each => each, each => properties.Find(each)!, StringComparer.Ordinal)),
            "NoOpMessageFormatter" => null,
            _ => throw new ToolException($"The formatter {name} is not there; DefaultMessageFormatter, LoggingMessageFormatter and NoOpMessageFormatter of org.apache.kafka.tools.consumer are. kafka-dump-log prints the records of internal topics."),
        };
    }

    private sealed class ConsumerRun(int maximum, TimeSpan timeout)
    {
        public int Maximum => maximum;

        public TimeSpan Timeout => timeout;

        public int Count { get; set; }
    }
}
