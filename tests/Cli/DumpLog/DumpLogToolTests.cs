using Kafka.Modular.Cli.Tests.Support;
using Kafka.Modular.Testing;

namespace Kafka.Modular.Cli.Tests.DumpLog;

internal sealed class DumpLogToolTests : ToolFixture
{
    private readonly TempFolder _data = new();

    [OneTimeTearDown]
    public void RemoveData() => _data.Dispose();

    [Test]
    public async Task Batches_and_records_have_Kafkas_fields()
    {
        await CreateTopicAsync("dumped");
        await ProduceAsync("dumped", 0, "first", "second");
        var file = Path.Combine(_data.Path, "dumped-0", "00000000000000000000.log");
        var shallow = (await ToolRun.OfAsync("kafka-dump-log", "--files", file)).Succeeded().Lines;
        Assert.That(shallow[..2], Is.EqualTo(new[] { $"Dumping {file}", "Log starting offset: 0" }));
        Assert.That(shallow[2], Does.Match(
            "^baseOffset: 0 lastOffset: 1 count: 2 baseSequence: -1 lastSequence: -1 producerId: -1 producerEpoch: -1 partitionLeaderEpoch: 0 isTransactional: false isControl: false "
            + @"deleteHorizonMs: OptionalLong\.empty position: 0 CreateTime: \d+ size: \d+ magic: 2 compresscodec: none crc: \d+ isvalid: true$"));
        Assert.That(shallow, Has.Length.EqualTo(3));
        var deep = (await ToolRun.OfAsync("kafka-dump-log", "--print-data-log", "--files", file)).Succeeded().Lines;
        Assert.That(deep[3], Does.Match(@"^\| offset: 0 CreateTime: \d+ keySize: -1 valueSize: 5 sequence: -1 headerKeys: \[\] payload: first$"));
        var contents = (await ToolRun.OfAsync("kafka-dump-log", "--print-data-log", "--skip-record-metadata", "--files", file)).Succeeded().Lines;
        Assert.That(contents[^1], Is.EqualTo("| payload: second"));
        var json = (await ToolRun.OfAsync("kafka-dump-log", "--deep-iteration", "--files", file, "-o", "json")).Succeeded().Json;
        Assert.That((json[0].GetProperty("count").GetInt32(), json[2].GetProperty("offset").GetInt64()), Is.EqualTo((2, 1L)));
    }

    [Test]
    public async Task Metadata_records_are_decoded()
    {
        await CreateTopicAsync("in-metadata");
        var file = Path.Combine(_data.Path, "__cluster_metadata-0", "00000000000000000000.log");
        var run = (await ToolRun.OfAsync("kafka-dump-log", "--cluster-metadata-decoder", "--files", file)).Succeeded();
        Assert.That(run.Out, Does.Match(@"payload: \{""type"":""TOPIC_RECORD"",""version"":0,""data"":\{""name"":""in-metadata"",""topicId"":""[A-Za-z0-9_-]{22}""\}\}"));
        Assert.That(run.Out, Does.Match(@"LeaderChange: \{""version"":[01],""leaderId"":1,"));
        Assert.That((await ToolRun.OfAsync("kafka-dump-log", file)).Succeeded().Out, Does.Contain("\"type\":\"TOPIC_RECORD\""), "the verb goes by the folder's name");
    }

    [Test]
    public async Task Committed_offsets_are_decoded()
    {
        await CreateTopicAsync("committed");
        await CommitAsync("g-dump", "committed", 0, 0);
        var file = Path.Combine(_data.Path, "__consumer_offsets-0", "00000000000000000000.log");
        var run = (await ToolRun.OfAsync("kafka-dump-log", "--offsets-decoder", "--files", file)).Succeeded();
        Assert.That(run.Out, Does.Match(@"key: \{""type"":""1"",""data"":\{""group"":""g-dump"",""topic"":""committed"",""partition"":0\}\} payload: \{""version"":""\d"",""data"":\{""offset"":0,"));
    }

    [Test]
    public async Task Small_files_of_a_directory_are_shown()
    {
        await CreateTopicAsync("small");
        var run = (await ToolRun.OfAsync("kafka-dump-log", _data.Path)).Succeeded();
        Assert.That(run.Out, Does.Contain($"Dumping {_data.Path}/bootstrap.checkpoint\nKRaft bootstrap snapshot\n"));
        Assert.That(run.Out, Does.Match(@"SnapshotHeader \{""version"":0,"));
        Assert.That(run.Out, Does.Match($@"Dumping {_data.Path}/meta\.properties\n.*cluster\.id: {ClusterId}"));
        Assert.That(run.Out, Does.Match(@"Dumping \S+/quorum-state\nstate: \{"));
        Assert.That(run.Out, Does.Match(@"Dumping \S+/small-0/partition\.metadata\nversion: 0 topic_id: "));
    }

    [Test]
    public async Task Checkpoints_and_indexes_are_read_by_their_form()
    {
        using var folder = new TempFolder();
        var epochs = folder.Write("leader-epoch-checkpoint", "0\n2\n0 0\n3 17\n");
        var offsets = folder.Write("replication-offset-checkpoint", "0\n1\nt 4 99\n");
        var transactions = Path.Combine(folder.Path, "00000000000000000000.txnindex");
        await File.WriteAllBytesAsync(transactions, [0, 0, .. new byte[7], 5, .. new byte[7], 1, .. new byte[7], 2, .. new byte[7], 3]);
        var run = (await ToolRun.OfAsync("kafka-dump-log", "--files", $"{epochs},{offsets},{transactions}")).Succeeded();
        Assert.That(run.Out, Is.EqualTo(
            $"""
            Dumping {epochs}
            epoch: 0 startOffset: 0
            epoch: 3 startOffset: 17
            Dumping {offsets}
            topic: t partition: 4 offset: 99
            Dumping {transactions}
            version: 0 producerId: 5 firstOffset: 1 lastOffset: 2 lastStableOffset: 3

            """));
    }

    [Test]
    public async Task An_index_that_does_not_fit_its_log_is_told_at_the_end()
    {
        await CreateTopicAsync("indexed");
        await ProduceAsync("indexed", 0, "a", "b", "c");
        using var folder = new TempFolder();
        File.Copy(Path.Combine(_data.Path, "indexed-0", "00000000000000000000.log"), Path.Combine(folder.Path, "00000000000000000000.log"));
        var index = Path.Combine(folder.Path, "00000000000000000000.index");
        await File.WriteAllBytesAsync(index, [0, 0, 0, 1, 0, 0, 0, 0]);
        var run = (await ToolRun.OfAsync("kafka-dump-log", "--files", index)).Succeeded();
        Assert.That(run.Out, Is.EqualTo($"Dumping {index}\noffset: 1 position: 0\n"));
        Assert.That(run.Error, Is.EqualTo($"Mismatches in :{index}\n  Index offset: 1, log offset: 2\n"));
        var check = (await ToolRun.OfAsync("kafka-dump-log", "--index-sanity-check", "--files", index)).Succeeded();
        Assert.That(check.Out, Is.EqualTo($"Dumping {index}\n{index} passed sanity check.\n"));
    }

    [Test]
    public async Task Bytes_behind_the_last_batch_are_counted()
    {
        await CreateTopicAsync("torn");
        await ProduceAsync("torn", 0, "a");
        using var folder = new TempFolder();
        var file = Path.Combine(folder.Path, "00000000000000000000.log");
        var bytes = await File.ReadAllBytesAsync(Path.Combine(_data.Path, "torn-0", "00000000000000000000.log"));
        await File.WriteAllBytesAsync(file, [.. bytes, 1, 2, 3]);
        Assert.That((await ToolRun.OfAsync("kafka-dump-log", "--files", file)).Succeeded().Lines[^1], Is.EqualTo("Found 3 invalid bytes at the end of 00000000000000000000.log"));
    }

    [Test]
    public async Task A_file_that_there_is_not_ends_with_1()
    {
        var run = await ToolRun.OfAsync("kafka-dump-log", "--files", "/nowhere/00000000000000000000.log");
        Assert.That((run.ExitCode, run.Error), Is.EqualTo((1, run.Error)));
        Assert.That(run.Error, Does.StartWith("/nowhere/00000000000000000000.log: "));
    }

    protected override EmbeddedKafkaOptions Options() => new() { Directory = _data.Path };
}
