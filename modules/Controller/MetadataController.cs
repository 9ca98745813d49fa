using Kafka.Modular.Configuration;
using Kafka.Modular.Configuration.Live;
using Kafka.Modular.Controller.Acls;
using Kafka.Modular.Controller.Brokers;
using Kafka.Modular.Controller.Configs;
using Kafka.Modular.Controller.Features;
using Kafka.Modular.Controller.Producers;
using Kafka.Modular.Controller.Scram;
using Kafka.Modular.Controller.Topics;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Core.Threading;
using Kafka.Modular.Core.Timers;
using Kafka.Modular.Metadata;
using Kafka.Modular.Metadata.Features;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Controller;

/// <summary>
/// The controller: follows the committed metadata, and while this node leads the quorum it decides every change of it, one at a time, on its own
/// loop. Each change is a batch of records: appended to the metadata log, applied to the controller's image at once, and answered when it is
/// committed. Members may be called from any thread.
/// </summary>
/// <remarks>
/// The image that operations decide from runs ahead of what is committed. It is immutable, so what it was at each append is kept until that is
/// committed: when the leadership ends, the controller steps back to what is.
/// </remarks>
public sealed class MetadataController
{
    /// <summary>Records of a client's order at most, as in Kafka.</summary>
    private const int MaxRecordsPerOrder = 10_000;

    /// <summary>How often sessions are looked at, as a part of the session's length.</summary>
    private const int SessionChecksPerTimeout = 4;

    private readonly ControllerParts _parts;
    private readonly ISettings<ControllerSettings> _settings;
    private readonly Queue<(long LastOffset, MetadataImage Image)> _uncommitted = new();
    private readonly TopicCreation _topicCreation;
    private readonly ConfigurationChanges _configurationChanges;
    private readonly PartitionReassignment _reassignment;
    private readonly FeatureUpdates _features;
    private readonly BrokerControl _brokers;
    private readonly PeriodicTask _fenceStaleBrokers;
    private readonly PeriodicTask _writeNoOpRecord;
    private MetadataImage _committed = MetadataImage.Empty;
    private MetadataImage _image = MetadataImage.Empty;
    private int _activeEpoch = NotActive;

    private const int NotActive = -1;

    /// <summary>Creates a controller that is not active.</summary>
    public MetadataController(ControllerParts parts)
    {
        _parts = parts;
        _settings = parts.Configuration.Settings<ControllerSettings>();
        _topicCreation = new TopicCreation(_settings, parts.Configuration);
        _configurationChanges = new ConfigurationChanges(parts.Configuration);
        _reassignment = new PartitionReassignment(parts.Configuration);
        _features = new FeatureUpdates(parts.Features);
        _brokers = new BrokerControl(_settings, parts.ClusterId);
        var log = parts.Configuration.Settings<MetadataLogSettings>();
        _fenceStaleBrokers = new PeriodicTask(
            parts.Loop, () => TimeSpan.FromMilliseconds(_settings.Current.BrokerSessionTimeoutMs / (double)SessionChecksPerTimeout), FenceStaleBrokers);
        _writeNoOpRecord = new PeriodicTask(
            parts.Loop, () => TimeSpan.FromMilliseconds(log.Current.MetadataMaxIdleIntervalMs), WriteNoOpRecord);
    }

    /// <summary>Whether this node is the active controller; may be a moment old.</summary>
    public bool IsActive => Volatile.Read(ref _activeEpoch) != NotActive;

    /// <summary>Committed batches, in order. What this controller wrote itself it has applied already.</summary>
    public void OnCommit(IReadOnlyList<MetadataBatch> batches) => _parts.Loop.Post(() =>
    {
        foreach (var batch in batches)
        {
            Commit(batch);
        }
    });

    /// <summary>Start over from a snapshot.</summary>
    public void OnSnapshot(MetadataImage image) => _parts.Loop.Post(() =>
    {
        _uncommitted.Clear();
        _committed = image;
        _image = image;
    });

    /// <summary>This node leads the quorum in this epoch; all that was committed before was given to <see cref="OnCommit"/>.</summary>
    public void OnBecameLeader(int epoch) => _parts.Loop.Post(() => Activate(epoch));

    /// <summary>This node leads the quorum no longer.</summary>
    public void OnResigned() => _parts.Loop.Post(Deactivate);

    /// <summary>CreateTopics.</summary>
    public Task<CreateTopicsResponse?> CreateTopicsAsync(CreateTopicsRequest request, CancellationToken cancellationToken)
        => RunOrderAsync(
            "CreateTopics",
            state =>
            {
                var result = _topicCreation.Create(state, request);
                if (result.Records.Count > 0)
                {
                    _parts.Logger.CreatedTopics(string.Join(", ", result.Answer.Topics.Where(static topic => topic.ErrorCode == ErrorCode.None).Select(static topic => topic.Name)));
                }

                return result;
            },
            cancellationToken);

    /// <summary>CreatePartitions.</summary>
    public Task<CreatePartitionsResponse?> CreatePartitionsAsync(CreatePartitionsRequest request, CancellationToken cancellationToken)
        => RunOrderAsync("CreatePartitions", state => PartitionCreation.Create(state, request), cancellationToken);

    /// <summary>DeleteTopics. Whether deletion is enabled is the caller's to check: the error depends on the request's version.</summary>
    public Task<DeleteTopicsResponse?> DeleteTopicsAsync(DeleteTopicsRequest request, CancellationToken cancellationToken)
        => RunOrderAsync(
            "DeleteTopics",
            state =>
            {
                var result = TopicDeletion.Delete(state, request);
                if (result.Records.Count > 0)
                {
                    _parts.Logger.DeletedTopics(string.Join(", ", result.Answer.Responses.Where(static topic => topic.ErrorCode == ErrorCode.None).Select(static topic => topic.Name)));
                }

                return result;
            },
            cancellationToken);

    /// <summary>IncrementalAlterConfigs.</summary>
    public Task<IncrementalAlterConfigsResponse?> AlterConfigsAsync(IncrementalAlterConfigsRequest request, CancellationToken cancellationToken)
        => RunOrderAsync("IncrementalAlterConfigs", state => _configurationChanges.Alter(state, request), cancellationToken);

    /// <summary>AlterConfigs, which replaces all values of a resource.</summary>
    public Task<AlterConfigsResponse?> ReplaceConfigsAsync(AlterConfigsRequest request, CancellationToken cancellationToken)
        => RunOrderAsync("AlterConfigs", state => _configurationChanges.Replace(state, request), cancellationToken);

    /// <summary>AlterPartition.</summary>
    public Task<AlterPartitionResponse?> AlterPartitionAsync(AlterPartitionRequest request, CancellationToken cancellationToken)
        => RunAsync("AlterPartition", state => IsrChange.Alter(state, request), cancellationToken);

    /// <summary>AssignReplicasToDirs.</summary>
    public Task<AssignReplicasToDirsResponse?> AssignReplicasAsync(AssignReplicasToDirsRequest request, CancellationToken cancellationToken)
        => RunAsync("AssignReplicasToDirs", state => DirectoryAssignment.Assign(state, request), cancellationToken);

    /// <summary>ElectLeaders.</summary>
    public Task<ElectLeadersResponse?> ElectLeadersAsync(ElectLeadersRequest request, CancellationToken cancellationToken)
        => RunOrderAsync("ElectLeaders", state => LeaderElection.Elect(state, request), cancellationToken);

    /// <summary>AlterPartitionReassignments.</summary>
    public Task<AlterPartitionReassignmentsResponse?> AlterReassignmentsAsync(AlterPartitionReassignmentsRequest request, CancellationToken cancellationToken)
        => RunOrderAsync("AlterPartitionReassignments", state => _reassignment.Alter(state, request), cancellationToken);

    /// <summary>ListPartitionReassignments.</summary>
    public Task<ListPartitionReassignmentsResponse?> ListReassignmentsAsync(ListPartitionReassignmentsRequest request, CancellationToken cancellationToken)
        => RunAsync(
            "ListPartitionReassignments",
            state => ControllerResult<ListPartitionReassignmentsResponse>.NoChange(PartitionReassignment.List(state.Image, request)),
            cancellationToken);

    /// <summary>AllocateProducerIds.</summary>
    public Task<AllocateProducerIdsResponse?> AllocateProducerIdsAsync(AllocateProducerIdsRequest request, CancellationToken cancellationToken)
        => RunAsync("AllocateProducerIds", state => ProducerIdBlocks.Allocate(state, request), cancellationToken);

    /// <summary>CreateAcls; each ACL that is new is a record.</summary>
    public Task<AclChange<CreateAclsResponse>?> CreateAclsAsync(CreateAclsRequest request, CancellationToken cancellationToken)
        => RunAsync("CreateAcls", state => AclCreation.Create(state, request), cancellationToken);

    /// <summary>DeleteAcls; each ACL that a filter picks is a record.</summary>
    public Task<AclChange<DeleteAclsResponse>?> DeleteAclsAsync(DeleteAclsRequest request, CancellationToken cancellationToken)
        => RunAsync("DeleteAcls", state => AclDeletion.Delete(state, request), cancellationToken);

    /// <summary>AlterUserScramCredentials; each credential that changes is a record.</summary>
    public Task<AlterUserScramCredentialsResponse?> AlterUserScramCredentialsAsync(AlterUserScramCredentialsRequest request, CancellationToken cancellationToken)
        => RunOrderAsync("AlterUserScramCredentials", state => ScramCredentials.Alter(state, request), cancellationToken);

    /// <summary>UpdateFeatures: the refusal, or none; null while this node is not the active controller.</summary>
    public async Task<UpdateFeaturesResponse?> UpdateFeaturesAsync(UpdateFeaturesRequest request, CancellationToken cancellationToken)
    {
        var (epoch, checkedOnly) = (Volatile.Read(ref _activeEpoch), await UpdateFeaturesAsync(request, validateOnly: true, cancellationToken));
        if (checkedOnly is null)
        {
            return null;
        }

        var refusal = checkedOnly.Refusal;
        if (!refusal.IsRefused && checkedOnly.KRaftVersion is { } version)
        {
            refusal = await _parts.Log.UpgradeKRaftVersionAsync(epoch, version, request.ValidateOnly, cancellationToken);
        }

        if (!refusal.IsRefused && !request.ValidateOnly)
        {
            if (await UpdateFeaturesAsync(request, validateOnly: false, cancellationToken) is not { } decided)
            {
                return null;
            }

            refusal = decided.Refusal;
        }

        return new UpdateFeaturesResponse
        {
            ErrorCode = refusal.Error,
            ErrorMessage = refusal.IsRefused ? $"The update failed for all features since the following feature had an error: {refusal.Message}" : null,
        };
    }

    private Task<FeatureDecision?> UpdateFeaturesAsync(UpdateFeaturesRequest request, bool validateOnly, CancellationToken cancellationToken)
        => RunAsync(
            "UpdateFeatures",
            state =>
            {
                var decision = _features.Decide(state, request, _parts.Log.KRaftVersion, _parts.Log.VoterIds);
                if (validateOnly || decision.Refusal.IsRefused)
                {
                    return ControllerResult<FeatureDecision>.NoChange(decision);
                }

                var records = new List<MetadataRecord>();
                if (decision.Records.Any(static record => record.Message is FeatureLevelRecord { FeatureLevel: > 0 } level && level.Name == KafkaFeature.EligibleLeaderReplicasVersion.Name))
                {
                    _configurationChanges.PrepareEligibleLeaderReplicas(state.Image, records);
                }

                return new ControllerResult<FeatureDecision>([.. records, .. decision.Records], decision);
            },
            cancellationToken);

    /// <summary>UnregisterBroker.</summary>
    public Task<UnregisterBrokerResponse?> UnregisterBrokerAsync(UnregisterBrokerRequest request, CancellationToken cancellationToken)
        => RunAsync("UnregisterBroker", state => BrokerControl.Unregister(state, request), cancellationToken);

    /// <summary>BrokerRegistration.</summary>
    public Task<BrokerRegistrationResponse?> RegisterBrokerAsync(BrokerRegistrationRequest request, CancellationToken cancellationToken)
        => RunAsync("BrokerRegistration", state => _brokers.Register(state, request), cancellationToken);

    /// <summary>BrokerHeartbeat.</summary>
    public Task<BrokerHeartbeatResponse?> HeartbeatAsync(BrokerHeartbeatRequest request, CancellationToken cancellationToken)
        => RunAsync("BrokerHeartbeat", state => _brokers.Heartbeat(state, request), cancellationToken);

    /// <summary>
    /// Decides on the loop, appends, applies, and answers once it is committed. Null when this node is not the active controller, or stopped being so
    /// before the records were committed: NOT_CONTROLLER.
    /// </summary>
    /// <exception cref="ControllerRefusedException">POLICY_VIOLATION: more records than the quorum takes at once.</exception>
    private async Task<T?> RunAsync<T>(string operation, Func<ControllerState, ControllerResult<T>> decide, CancellationToken cancellationToken)
        where T : class
    {
        var (epoch, offset, answer) = await _parts.Loop.PostAsync(
            () =>
            {
                if (_activeEpoch == NotActive)
                {
                    return (NotActive, -1L, null);
                }

                var result = decide(State());
                return TryAppend(operation, result.Records) switch
                {
                    ErrorCode.None => (_activeEpoch, LastOffset, result.Answer),
                    ErrorCode.RecordListTooLarge => throw TooLarge(operation, result.Records.Count),
                    _ => (NotActive, -1L, (T?)null),
                };
            },
            cancellationToken);
        return answer is not null && await _parts.Log.WhenCommittedAsync(offset, epoch, cancellationToken) == ErrorCode.None ? answer : null;
    }

    /// <summary>The same for what a client orders, which may not write as much as it likes.</summary>
    /// <exception cref="ControllerRefusedException">POLICY_VIOLATION: more records than one operation may write, or than the quorum takes at once.</exception>
    private Task<T?> RunOrderAsync<T>(string operation, Func<ControllerState, ControllerResult<T>> decide, CancellationToken cancellationToken)
        where T : class
        => RunAsync(
            operation,
            state =>
            {
                var result = decide(state);
                return result.Records.Count > MaxRecordsPerOrder ? throw TooLarge(operation, result.Records.Count) : result;
            },
            cancellationToken);

    private long LastOffset => _image.Provenance.LastContainedOffset;

    private ControllerState State()
        => new(_image, _parts.Log.EndOffset, _parts.Loop.Time.GetUtcNow().ToUnixTimeMilliseconds(), _parts.Random);

    private bool Append(string operation, IReadOnlyList<MetadataRecord> records) => TryAppend(operation, records) == ErrorCode.None;

    private ErrorCode TryAppend(string operation, IReadOnlyList<MetadataRecord> records)
    {
        if (records.Count == 0)
        {
            return ErrorCode.None;
        }

        var appended = _parts.Log.TryAppend(_activeEpoch, records);
        if (appended.Error != ErrorCode.None)
        {
            _parts.Logger.AppendFailed(operation, appended.Error);
            return appended.Error;
        }

        _image = Replay(_image, records, appended.LastOffset, _activeEpoch, _parts.Loop.Time.GetUtcNow().ToUnixTimeMilliseconds());
        _uncommitted.Enqueue((appended.LastOffset, _image));
        return ErrorCode.None;
    }

    private static ControllerRefusedException TooLarge(string operation, int records) =>
        new(ErrorCode.PolicyViolation, $"Unable to perform excessively large batch operation: {operation} would write {records} records.");

    private static MetadataImage Replay(MetadataImage image, IReadOnlyList<MetadataRecord> records, long lastOffset, int epoch, long timestampMs)
    {
        var delta = new MetadataDelta(image);
        foreach (var record in records)
        {
            delta.Replay(record.Message);
        }

        return delta.Apply(new MetadataProvenance(lastOffset, epoch, timestampMs, true));
    }

    private void Commit(MetadataBatch batch)
    {
        if (batch.LastOffset <= _committed.Provenance.LastContainedOffset)
        {
            return;
        }

        if (_uncommitted.TryPeek(out var own) && own.LastOffset == batch.LastOffset)
        {
            _committed = _uncommitted.Dequeue().Image;
            return;
        }

        _committed = Replay(_committed, batch.Records, batch.LastOffset, batch.Epoch, batch.AppendTimestamp);
        if (_uncommitted.Count == 0)
        {
            _image = _committed;
        }
    }

    private void Activate(int epoch)
    {
        Volatile.Write(ref _activeEpoch, epoch);
        _parts.Logger.BecameActive(epoch);
        _brokers.Sessions.Clear();
        if (_image.Features.MetadataVersion is null)
        {
            _parts.Logger.Bootstrapping(_parts.Bootstrap.Count);
            Append("Bootstrap", BootstrapRecords());
        }

        foreach (var broker in _image.Cluster.Brokers.Keys)
        {
            _brokers.Sessions.Track(broker, State().NowMs);
        }

        _fenceStaleBrokers.Start();
        _writeNoOpRecord.Start();
    }

    private List<MetadataRecord> BootstrapRecords()
    {
        var records = new List<MetadataRecord>(_parts.Bootstrap);
        var image = Replay(MetadataImage.Empty, records, lastOffset: 0, epoch: 0, timestampMs: 0);
        if (image.Features.IsEligibleLeaderReplicasEnabled)
        {
            _configurationChanges.PrepareEligibleLeaderReplicas(image, records);
        }

        return records;
    }

    private void Deactivate()
    {
        if (_activeEpoch == NotActive)
        {
            return;
        }

        _parts.Logger.Resigned(_activeEpoch);
        Volatile.Write(ref _activeEpoch, NotActive);
        _fenceStaleBrokers.Stop();
        _writeNoOpRecord.Stop();
        _uncommitted.Clear();
        _image = _committed;
    }

    private void FenceStaleBrokers()
    {
        while (_brokers.FenceExpired(State(), out var fenced) is { Count: > 0 } records && Append("FenceBroker", records))
        {
            fenced.ForEach(broker => _parts.Logger.FencedBroker(broker, _settings.Current.BrokerSessionTimeoutMs));
        }
    }

    // It makes the quorum's high watermark and timestamps go on while nothing changes (KIP-835).
    private void WriteNoOpRecord() => Append("WriteNoOpRecord", [new MetadataRecord(new NoOpRecord(), 0)]);
}
