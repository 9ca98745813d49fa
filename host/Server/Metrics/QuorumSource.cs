using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Raft.Driver;
using Kafka.Modular.Telemetry.Catalog;
using Kafka.Modular.Telemetry.Instruments;

namespace Kafka.Modular.Server.Metrics;

/// <summary>Tells of the quorum and of how far its log is in effect here.</summary>
internal sealed class QuorumSource(int nodeId, RaftDriver raft, MetadataCache metadata, QuorumMetrics metrics)
{
    private const string Leader = "leader";
    private const string Candidate = "candidate";

    /// <summary>Kafka tells milliseconds.</summary>
    private const double MillisecondsPerMicrosecond = 0.001;

    private RaftStatus Status => raft.Status;

    private bool Leads => string.Equals(Status.State, Leader, StringComparison.Ordinal);

    public void Register(MetricRegistry registry)
    {
        registry.Source(RaftDefinitions.CurrentState, sink => sink.Add(1, Status.State));
        registry.Read(RaftDefinitions.CurrentLeader, () => Status.Leader.LeaderId);
        registry.Read(RaftDefinitions.CurrentVote, () => Status.State is Leader or Candidate ? nodeId : -1);
        registry.Read(RaftDefinitions.CurrentEpoch, () => Status.Leader.Epoch);
        registry.Read(RaftDefinitions.HighWatermark, () => Status.HighWatermark);
        registry.Read(RaftDefinitions.LogEndOffset, () => Status.LogEnd.Offset);
        registry.Read(RaftDefinitions.LogEndEpoch, () => Status.LogEnd.Epoch);
        registry.Read(RaftDefinitions.NumberOfVoters, () => Status.Voters.Count);
        var growth = new Rate(registry.Time, () => Status.LogEnd.Offset);
        registry.Read(RaftDefinitions.AppendRecordsRate, () => Leads ? growth.Read() : 0);
        registry.Read(RaftDefinitions.FetchRecordsRate, () => Leads ? 0 : growth.Read());
        registry.Read(RaftDefinitions.CommitLatencyAvg, () => metrics.CommitLatency.Read().RecentMean * MillisecondsPerMicrosecond);
        registry.Read(RaftDefinitions.CommitLatencyMax, () => metrics.CommitLatency.Read().Quantile(1) * MillisecondsPerMicrosecond);
        // This quorum has one node: nothing goes over a channel.
        registry.Read(RaftDefinitions.IncomingBytes, static () => 0);
        registry.Read(RaftDefinitions.OutgoingBytes, static () => 0);
        registry.Read(RaftDefinitions.ChannelRequests, static () => 0);
        registry.Read(RaftDefinitions.ChannelResponses, static () => 0);
        RegisterMetadata(registry);
    }

    private void RegisterMetadata(MetricRegistry registry)
    {
        registry.Read(RaftDefinitions.LastAppliedOffset, () => metadata.Image.Provenance.LastContainedOffset);
        registry.Read(RaftDefinitions.LastAppliedTimestamp, () => metadata.Image.Provenance.LastContainedLogTimeMs);
        registry.Read(RaftDefinitions.LastAppliedLag, () => Math.Max(0, registry.Time.GetUtcNow().ToUnixTimeMilliseconds() - metadata.Image.Provenance.LastContainedLogTimeMs));
        registry.Read(RaftDefinitions.MetadataApplyErrors, () => metrics.MetadataFaults.Value);
        registry.Read(ControllerDefinitions.MetadataErrorCount, () => metrics.MetadataFaults.Value);
        registry.Read(ControllerDefinitions.LastAppliedRecordOffset, () => metadata.Image.Provenance.LastContainedOffset);
        registry.Read(ControllerDefinitions.LastCommittedRecordOffset, () => Math.Max(-1, Status.HighWatermark - 1));
    }
}
