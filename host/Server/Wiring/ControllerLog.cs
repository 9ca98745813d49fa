using Kafka.Modular.Controller;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Protocol;
using Kafka.Modular.Raft.Driver;
using Kafka.Modular.Telemetry.Instruments;

namespace Kafka.Modular.Server.Wiring;

/// <summary>The controller's way into the quorum's log.</summary>
internal sealed class ControllerLog(RaftDriver raft, TimeProvider time, Histogram commitLatency) : IControllerLog
{
    public long EndOffset => raft.NextAppendOffset;

    public short KRaftVersion => raft.Status.KRaftVersion;

    public IReadOnlyCollection<int> VoterIds => raft.Status.Voters.Ids;

    public ControllerAppend TryAppend(int epoch, IReadOnlyList<MetadataRecord> records)
    {
        var encoded = new ReadOnlyMemory<byte>[records.Count];
        for (var index = 0; index < encoded.Length; index++)
            encoded[index] = MetadataRecordCodec.Encode(records[index]);
        var result = raft.TryAppend(epoch, encoded);
        return new ControllerAppend(result.Error, result.LastOffset);
    }

    public ValueTask<ErrorCode> WhenCommittedAsync(long offset, int epoch, CancellationToken cancellationToken)
        => offset < 0 ? ValueTask.FromResult(ErrorCode.None) : MeasureAsync(offset, epoch, cancellationToken);

    public async Task<ControllerRefusal> UpgradeKRaftVersionAsync(int epoch, short version, bool validateOnly, CancellationToken cancellationToken)
    {
        var (error, message) = await raft.UpgradeKRaftVersionAsync(epoch, version, validateOnly, cancellationToken);
        return new ControllerRefusal(error, message);
    }

    public void Resign(int epoch) => raft.Resign(epoch);

    /// <summary>The controller asks right after the append.</summary>
    private async ValueTask<ErrorCode> MeasureAsync(long offset, int epoch, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var error = await raft.WhenCommittedAsync(offset, epoch, cancellationToken);
        commitLatency.Observe((long)time.GetElapsedTime(began).TotalMicroseconds);
        return error;
    }
}
