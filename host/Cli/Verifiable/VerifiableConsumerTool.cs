using System.Text;
using System.Text.Json;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Cli.Records;
using Kafka.Modular.Client;
using Kafka.Modular.Client.Consuming;
using Kafka.Modular.Client.Settings;
using Kafka.Modular.Core.Ids;

namespace Kafka.Modular.Cli.Verifiable;

/// <summary><c>kafka-verifiable-consumer</c>: reads a topic in a group and prints what happens.</summary>
internal static class VerifiableConsumerTool
{
    public static async Task<int> RunAsync(ToolCall call)
    {
        call.Options.Require("topic", "group-id", "bootstrap-server");
        var events = new EventWriter(call.Out, TimeProvider.System);
        var code = ExitCodes.Done;
        using var codecs = new ToolCodecs();
        await using (var consumer = new KafkaConsumer(Properties(call.Options), ClientArguments.Parts(), codecs.All))
        {
            var run = new Run(call, consumer, events);
            try
            {
                await run.ReadAsync();
            }
            catch (OperationCanceledException) when (call.Stopping.IsCancellationRequested)
            {
                events.Write("shutdown_requested");
            }
            catch (KafkaClientException fault)
            {
                // Standard output is for events.
                call.Console.Error.WriteLine($"ERROR Error during processing, terminating consumer process: {fault.CodeName}: {fault.Message}");
                code = ExitCodes.Failed;
            }
        }

        events.Write("shutdown_complete");
        return code;
    }

    private static ClientProperties Properties(ToolOptions options)
    {
        var properties = ClientArguments.ReadFile(options, "command-config")
            .With("bootstrap.servers", options.Last("bootstrap-server")!)
            .With("group.id", options.Last("group-id")!)
            .With("enable.auto.commit", options.Has("enable-autocommit") ? "true" : "false")
            .With("auto.offset.reset", options.Last("reset-policy") ?? "earliest");
        if (options.Last("group-protocol") is { } protocol)
            properties = properties.With("group.protocol", protocol);
        if (options.Last("group-instance-id") is { } instance)
            properties = properties.With("group.instance.id", instance);
        if (options.Last("session-timeout") is { } session and not "-1")
            properties = properties.With("session.timeout.ms", session);
        return properties.With("partition.assignment.strategy", options.Last("assignment-strategy") ?? "org.apache.kafka.clients.consumer.RangeAssignor");
    }

    private sealed class Run(ToolCall call, KafkaConsumer consumer, EventWriter events) : IRebalanceListener
    {
        private readonly int _maximum = call.Options.Int32("max-messages") ?? -1;
        private readonly bool _commits = !call.Options.Has("enable-autocommit");
        private readonly bool _isVerbose = call.Options.Has("verbose");
        private int _consumed;

        private bool IsOver => _maximum >= 0 && _consumed >= _maximum;

        public async Task ReadAsync()
        {
            events.Write("startup_complete");
            consumer.Subscribe([call.Options.Last("topic")!], this);
            while (!IsOver)
            {
                var records = await consumer.PollAsync(TimeSpan.FromDays(365), call.Stopping);
                if (records.Count == 0)
                    continue;
                var offsets = Take(records);
                if (_commits)
                    await CommitAsync(offsets);
            }
        }

        public void OnAssigned(IReadOnlyCollection<TopicPartition> partitions) => Write("partitions_assigned", partitions);

        public void OnRevoked(IReadOnlyCollection<TopicPartition> partitions) => Write("partitions_revoked", partitions);

        public void OnLost(IReadOnlyCollection<TopicPartition> partitions) => OnRevoked(partitions);

        private Dictionary<TopicPartition, long> Take(IReadOnlyList<ConsumerRecord> records)
        {
            var offsets = new Dictionary<TopicPartition, long>();
            var summaries = new List<(TopicPartition Partition, int Count, long First, long Last)>();
            foreach (var partition in records.GroupBy(static record => new TopicPartition(record.Topic, record.Partition)))
            {
                ConsumerRecord[] taken = [.. _maximum >= 0 ? partition.Take(_maximum - _consumed) : partition];
                if (taken.Length == 0)
                    continue;
                offsets[partition.Key] = taken[^1].Offset + 1;
                summaries.Add((partition.Key, taken.Length, taken[0].Offset, taken[^1].Offset));
                foreach (var record in _isVerbose ? taken : [])
                    Write(record);
                _consumed += taken.Length;
                if (IsOver)
                    break;
            }

            events.Write("records_consumed", json =>
            {
                json.WriteNumber("count", records.Count);
                json.WriteStartArray("partitions");
                foreach (var (partition, count, first, last) in summaries)
                {
                    json.WriteStartObject();
                    WriteFields(json, partition);
                    json.WriteNumber("count", count);
                    json.WriteNumber("minOffset", first);
                    json.WriteNumber("maxOffset", last);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            });
            return offsets;
        }

        private async Task CommitAsync(Dictionary<TopicPartition, long> offsets)
        {
            string? error = null;
            try
            {
                await consumer.CommitAsync(offsets, call.Stopping);
            }
            catch (KafkaClientException fault)
            {
                error = fault.Message;
            }

            events.Write("offsets_committed", json =>
            {
                json.WriteStartArray("offsets");
                foreach (var (partition, offset) in offsets)
                {
                    json.WriteStartObject();
                    WriteFields(json, partition);
                    json.WriteNumber("offset", offset);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                if (error is not null)
                    json.WriteString("error", error);
                json.WriteBoolean("success", error is null);
            });
        }

        private static void WriteFields(Utf8JsonWriter json, TopicPartition partition)
        {
            json.WriteString("topic", partition.Topic);
            json.WriteNumber("partition", partition.Partition);
        }

        private static string? Text(ReadOnlyMemory<byte> bytes, bool isNull) => isNull ? null : Encoding.UTF8.GetString(bytes.Span);

        private void Write(ConsumerRecord record) => events.Write("record_data", json =>
        {
            json.WriteString("key", Text(record.Key, record.IsKeyNull));
            json.WriteString("value", Text(record.Value, record.IsValueNull));
            json.WriteString("topic", record.Topic);
            json.WriteNumber("partition", record.Partition);
            json.WriteNumber("offset", record.Offset);
        });

        private void Write(string name, IReadOnlyCollection<TopicPartition> partitions) => events.Write(name, json =>
        {
            json.WriteStartArray("partitions");
            foreach (var partition in partitions)
            {
                json.WriteStartObject();
                WriteFields(json, partition);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }
}
