using System.Globalization;
using System.Text;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Cli.Performance;
using Kafka.Modular.Cli.Records;
using Kafka.Modular.Client;
using Kafka.Modular.Client.Producing;

namespace Kafka.Modular.Cli.Verifiable;

/// <summary><c>kafka-verifiable-producer</c>: sends growing numbers and prints what became of each.</summary>
internal static class VerifiableProducerTool
{
    public static async Task<int> RunAsync(ToolCall call)
    {
        var options = call.Options;
        options.Require("topic", "bootstrap-server");
        var properties = ClientArguments.ReadFile(options, "command-config").WithDefaults(
        [
            KeyValuePair.Create("bootstrap.servers", options.Last("bootstrap-server")!),
            KeyValuePair.Create("acks", options.Last("acks") ?? "-1"),
            KeyValuePair.Create("retries", "0"),
        ]);
        using var codecs = new ToolCodecs();
        var producer = new KafkaProducer(properties, ClientArguments.Parts(), codecs.All);
        await using (producer)
        {
            var run = new Run(call, producer, new EventWriter(call.Out, TimeProvider.System));
            await run.SendAsync();
        }

        return ExitCodes.Done;
    }

    private sealed class Run(ToolCall call, KafkaProducer producer, EventWriter events)
    {
        private readonly string _topic = call.Options.Last("topic")!;
        private readonly int? _prefix = call.Options.Int32("value-prefix");
        private readonly int? _keys = call.Options.Int32("repeating-keys");
        private readonly TimeProvider _time = TimeProvider.System;
        private long _sent;
        private long _acknowledged;

        public async Task SendAsync()
        {
            var maximum = call.Options.Int32("max-messages") is { } count and >= 0 ? count : long.MaxValue;
            long throughput = call.Options.Int32("throughput") ?? -1;
            var created = call.Options.Int64("message-create-time") is { } time and >= 0 ? time : default(long?);
            var started = _time.GetTimestamp();
            var limit = new RateLimit(throughput, _time);
            events.Write("startup_complete");
            try
            {
                for (; _sent < maximum && !call.Stopping.IsCancellationRequested;)
                {
                    var number = _sent++;
                    await SendAsync(number, created is { } first ? first + (long)_time.GetElapsedTime(started).TotalMilliseconds : null);
                    await limit.WaitAsync(_sent, call.Stopping);
                }
            }
            catch (OperationCanceledException) when (call.Stopping.IsCancellationRequested)
            {
                // What was sent is waited for.
            }

            await producer.CloseAsync(TimeSpan.FromDays(1));
            events.Write("shutdown_complete");
            var average = Volatile.Read(ref _acknowledged) / Math.Max(0.001, _time.GetElapsedTime(started).TotalSeconds);
            events.Write("tool_data", json =>
            {
                json.WriteNumber("sent", _sent);
                json.WriteNumber("acked", Volatile.Read(ref _acknowledged));
                json.WriteNumber("target_throughput", throughput);
                json.WriteNumber("avg_throughput", average);
            });
        }

        private async Task SendAsync(long number, long? timestamp)
        {
            var value = _prefix is { } prefix ? string.Create(CultureInfo.InvariantCulture, $"{prefix}.{number}") : number.ToString(CultureInfo.InvariantCulture);
            var key = _keys is { } keys and > 0 ? (number % keys).ToString(CultureInfo.InvariantCulture) : null;
            var record = new ProducerRecord
            {
                Topic = _topic,
                Key = key is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(key),
                Value = Encoding.UTF8.GetBytes(value),
                Timestamp = timestamp,
            };
            try
            {
                await producer.EnqueueAsync(in record, (in Delivery delivery) => Report(in delivery, key, value), number, call.Stopping);
            }
            catch (KafkaClientException fault)
            {
                Failed(key, value, fault);
            }
        }

        private void Report(in Delivery delivery, string? key, string value)
        {
            if (delivery.Error is { } error)
            {
                Failed(key, value, error);
                return;
            }

            Interlocked.Increment(ref _acknowledged);
            var (partition, offset) = (delivery.Partition, delivery.Offset);
            events.Write("producer_send_success", json =>
            {
                json.WriteString("key", key);
                json.WriteString("value", value);
                json.WriteString("topic", _topic);
                json.WriteNumber("partition", partition);
                json.WriteNumber("offset", offset);
            });
        }

        private void Failed(string? key, string value, KafkaClientException fault) => events.Write("producer_send_error", json =>
        {
            json.WriteString("topic", _topic);
            json.WriteString("key", key);
            json.WriteString("value", value);
            json.WriteString("exception", fault.CodeName);
            json.WriteString("message", fault.Message);
        });
    }
}
