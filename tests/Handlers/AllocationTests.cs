using Kafka.Modular.Handlers.Tests.Support;
using Kafka.Modular.Handlers.Tests.Wire;
using Kafka.Modular.Spi.Security;
using Kafka.Modular.Storage.File;

namespace Kafka.Modular.Handlers.Tests;

/// <summary>
/// What a produce and a fetch allocate from the frame to the encoded reply, with the file store: the same every time, so it is asserted. What is allocated are the request's
/// header and context, and the response's messages; nothing of the records, however many they are, nothing for a permission that was decided before, and nothing to see that
/// the client has logged in.
/// </summary>
/// <param name="authorizes">Whether an authorizer decides by ACLs.</param>
/// <param name="sessionMs">Lifetime of the client's session, 0 for one without an end; -1 where it does not log in.</param>
[TestFixture(false, -1)]
[TestFixture(true, -1)]
[TestFixture(true, 0)]
[TestFixture(true, 3_600_000)]
[NonParallelizable]
public sealed class AllocationTests(bool authorizes, int sessionMs)
{
    private const int Rounds = 500;

    // Header, context, response, topic and partition with their lists: 664 bytes; now and then the store's indexes and the producers' state grow.
    private const int ProducedBytes = 720;

    // The append whose replication is looked at before the reply.
    private const int AwaitedBytes = 136;

    // The request and response messages of one partition, the session's view of them, and what was read of it.
    private const int FetchedBytes = 1424;
    private const int LeaseBytes = 56;

    private readonly string _folder = Directory.CreateTempSubdirectory("kafka-modular-").FullName;
    private RequestPath _path = null!;

    [SetUp]
    public async Task OpenAsync()
    {
        var grants = new GrantTable();
        grants.AllowOnly(Grant.OnTopic(AclOperation.Read, RequestPath.Topic), Grant.OnTopic(AclOperation.Write, RequestPath.Topic));
        _path = await RequestPath.OpenAsync(new FileStoragePlugin(), _folder, authorizes ? grants.Authorizer : null, sessionMs < 0 ? null : sessionMs);
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await _path.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public void A_produce_allocates_its_messages_alone([Values(1, 100)] int records, [Values((short)1, (short)-1)] short acks)
    {
        var frame = RequestPath.ProduceFrame(RequestPath.Batch(records), acks);
        Assert.That(Measure(() => _path.Answer(frame)), Is.LessThanOrEqualTo(ProducedBytes + (acks == -1 ? AwaitedBytes : 0)));
    }

    [Test]
    public void A_fetch_allocates_its_messages_and_a_lease([Values(1, 100)] int records)
    {
        var produce = RequestPath.ProduceFrame(RequestPath.Batch(records), acks: 1);
        for (var round = 0; round < 100; round++)
            _path.Answer(produce);
        var fetch = RequestPath.FetchFrame(offset: records * 50L, maximumBytes: 1 << 20);
        Assert.That(_path.Answer(fetch), Is.GreaterThan(50 * records * 100));
        Assert.That(Measure(() => _path.Answer(fetch)), Is.LessThanOrEqualTo(FetchedBytes + LeaseBytes));
    }

    [Test]
    public void A_fetch_at_the_end_allocates_its_messages_alone()
    {
        _path.Answer(RequestPath.ProduceFrame(RequestPath.Batch(1), acks: 1));
        var fetch = RequestPath.FetchFrame(offset: 1, maximumBytes: 1 << 20);
        Assert.That(Measure(() => _path.Answer(fetch)), Is.LessThanOrEqualTo(FetchedBytes));
    }

    private static double Measure(Action step)
    {
        for (var round = 0; round < Rounds; round++)
            step();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < Rounds; round++)
            step();
        var perStep = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Rounds;
        TestContext.Out.WriteLine($"{perStep:F1} bytes");
        // Less than a byte in each round is something that was made once, in one of them.
        return Math.Floor(perStep);
    }
}
