using System.Text;
using Kafka.Modular.Raft.Driver;
using Kafka.Modular.Raft.Log;

namespace Kafka.Modular.Raft.Tests.Driver;

/// <summary>Keeps what it is told; deals with batches at once, or when the test says so.</summary>
internal sealed class RecordingListener : IRaftListener
{
    private readonly Lock _lock = new();
    private readonly List<string> _records = [];
    private readonly List<LeaderAndEpoch> _leaders = [];

    public bool HoldsBack { get; set; }

    public List<CommittedBatches> Held { get; } = [];

    public List<OffsetAndEpoch> Snapshots { get; } = [];

    public long NextOffset { get; private set; }

    public IReadOnlyList<string> Records
    {
        get
        {
            lock (_lock)
                return [.. _records];
        }
    }

    public IReadOnlyList<LeaderAndEpoch> Leaders
    {
        get
        {
            lock (_lock)
                return [.. _leaders];
        }
    }

    public void OnCommit(CommittedBatches ownedBatches)
    {
        lock (_lock)
        {
            Assert.That(ownedBatches.BaseOffset, Is.EqualTo(NextOffset));
            foreach (var batch in ownedBatches.Batches)
                _records.AddRange(batch.Records.Select(record => Encoding.UTF8.GetString(record.Span)));
            NextOffset = ownedBatches.LastOffset + 1;
        }

        if (HoldsBack)
            Held.Add(ownedBatches);
        else
            ownedBatches.Dispose();
    }

    public void OnLoadSnapshot(RaftSnapshot ownedSnapshot)
    {
        using (ownedSnapshot)
        {
            lock (_lock)
            {
                Snapshots.Add(ownedSnapshot.Id);
                _records.Clear();
                foreach (var batch in ownedSnapshot.ReadBatches())
                    _records.AddRange(batch.Records.Select(record => Encoding.UTF8.GetString(record.Span)));
                NextOffset = ownedSnapshot.Id.Offset;
            }
        }
    }

    public void OnLeaderChange(LeaderAndEpoch leader)
    {
        lock (_lock)
            _leaders.Add(leader);
    }
}
