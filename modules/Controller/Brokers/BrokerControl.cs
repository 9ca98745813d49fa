using Kafka.Modular.Configuration;
using Kafka.Modular.Controller.Topics;
using Kafka.Modular.Metadata.Cluster;
using Kafka.Modular.Metadata.Features;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Controller.Brokers;

/// <summary>
/// Decides BrokerRegistration and BrokerHeartbeat, and fences brokers that are not heard of (KIP-631). Lives on the controller's loop.
/// </summary>
internal sealed class BrokerControl(ISettings<ControllerSettings> settings, string clusterId)
{
    public BrokerSessions Sessions { get; } = new();

    public ControllerResult<BrokerRegistrationResponse> Register(ControllerState state, BrokerRegistrationRequest request)
    {
        if (Validate(state, request) is not ErrorCode.None and var error)
        {
            return ControllerResult<BrokerRegistrationResponse>.NoChange(new BrokerRegistrationResponse { ErrorCode = error });
        }

        state.Image.Cluster.TryGetBroker(request.BrokerId, out var existing);
        var records = new List<MetadataRecord>();
        if (existing is { IsFenced: false } && existing.IncarnationId != request.IncarnationId)
        {
            // It came back before it was missed: whatever it led or was in sync with, it must catch up on.
            PartitionElection.RemoveBroker(state, existing.Id, records);
        }

        // The offset of the registration's record is the broker's epoch.
        var epoch = existing is not null && existing.IncarnationId == request.IncarnationId ? existing.Epoch : state.NextOffset + records.Count;
        var record = new RegisterBrokerRecord
        {
            BrokerId = request.BrokerId,
            IncarnationId = request.IncarnationId,
            BrokerEpoch = epoch,
            Rack = request.Rack,
            Fenced = existing is null || existing.IncarnationId != request.IncarnationId || existing.IsFenced,
            LogDirs = state.Version.IsDirectoryAssignmentSupported ? request.LogDirs : [],
        };
        foreach (var listener in request.Listeners)
        {
            record.EndPoints.Add(new RegisterBrokerRecord.BrokerEndpoint
            {
                Name = listener.Name, Host = listener.Host, Port = listener.Port, SecurityProtocol = listener.SecurityProtocol,
            });
        }

        foreach (var feature in request.Features)
        {
            record.Features.Add(new RegisterBrokerRecord.BrokerFeature
            {
                Name = feature.Name, MinSupportedVersion = feature.MinSupportedVersion, MaxSupportedVersion = feature.MaxSupportedVersion,
            });
        }

        records.Add(new MetadataRecord(record, state.Version.RegisterBrokerRecordVersion));
        Sessions.Touch(request.BrokerId, state.NowMs, -1);
        return new ControllerResult<BrokerRegistrationResponse>(records, new BrokerRegistrationResponse { BrokerEpoch = epoch });
    }

    public ControllerResult<BrokerHeartbeatResponse> Heartbeat(ControllerState state, BrokerHeartbeatRequest request)
    {
        if (!state.Image.Cluster.TryGetBroker(request.BrokerId, out var broker) || broker.Epoch != request.BrokerEpoch)
        {
            var error = broker is null ? ErrorCode.BrokerIdNotRegistered : ErrorCode.StaleBrokerEpoch;
            return ControllerResult<BrokerHeartbeatResponse>.NoChange(new BrokerHeartbeatResponse { ErrorCode = error });
        }

        Sessions.Touch(broker.Id, state.NowMs, request.CurrentMetadataOffset);
        var caughtUp = request.CurrentMetadataOffset >= broker.Epoch;
        var records = new List<MetadataRecord>();
        var fenced = broker.IsFenced;
        var shutDown = false;
        if (request.WantShutDown && !broker.IsFenced)
        {
            shutDown = BeginOrEndShutdown(state, broker, records);
            fenced = shutDown;
        }
        else if (request.WantFence && !broker.IsFenced)
        {
            Fence(state, broker, records);
            fenced = true;
        }
        else if (!request.WantFence && !request.WantShutDown && broker.IsFenced && caughtUp)
        {
            PartitionElection.AddBroker(state, broker.Id, records);
            records.Add(Change(broker, fenced: -1, inControlledShutdown: 0));
            fenced = false;
        }
        else if (request.WantShutDown)
        {
            shutDown = true;
        }

        return new ControllerResult<BrokerHeartbeatResponse>(
            records, new BrokerHeartbeatResponse { IsCaughtUp = caughtUp, IsFenced = fenced, ShouldShutDown = shutDown });
    }

    /// <summary>Forgets a broker: it leads nothing and is in sync with nothing any more, but what it alone held stays assigned to it.</summary>
    public static ControllerResult<UnregisterBrokerResponse> Unregister(ControllerState state, UnregisterBrokerRequest request)
    {
        if (!state.Image.Cluster.TryGetBroker(request.BrokerId, out var broker))
        {
            return ControllerResult<UnregisterBrokerResponse>.NoChange(new UnregisterBrokerResponse
            {
                ErrorCode = ErrorCode.BrokerIdNotRegistered, ErrorMessage = $"Broker ID {request.BrokerId.Value} is not currently registered",
            });
        }

        var records = new List<MetadataRecord>();
        PartitionElection.RemoveBroker(state, broker.Id, records);
        records.Add(new MetadataRecord(new UnregisterBrokerRecord { BrokerId = request.BrokerId, BrokerEpoch = broker.Epoch }, 0));
        return new ControllerResult<UnregisterBrokerResponse>(records, new UnregisterBrokerResponse { ErrorMessage = null });
    }

    /// <summary>Fences each broker that was not heard of for <c>broker.session.timeout.ms</c>.</summary>
    public IReadOnlyList<MetadataRecord> FenceExpired(ControllerState state, out List<int> fenced)
    {
        var records = new List<MetadataRecord>();
        fenced = [];
        foreach (var broker in state.Image.Cluster.Brokers.Values)
        {
            if (!broker.IsFenced && Sessions.IsExpired(broker.Id, state.NowMs, settings.Current.BrokerSessionTimeoutMs))
            {
                // One at a time: each changes the partitions that the next one is decided from.
                Fence(state, broker, records);
                fenced.Add(broker.Id);
                break;
            }
        }

        return records;
    }

    private static MetadataRecord Change(BrokerRegistration broker, sbyte fenced, sbyte inControlledShutdown) => new(
        new BrokerRegistrationChangeRecord
        {
            BrokerId = new BrokerId(broker.Id), BrokerEpoch = broker.Epoch, Fenced = fenced, InControlledShutdown = inControlledShutdown,
        },
        (short)(inControlledShutdown == 0 ? 0 : 1));

    private static void Fence(ControllerState state, BrokerRegistration broker, List<MetadataRecord> records)
    {
        PartitionElection.RemoveBroker(state, broker.Id, records);
        records.Add(Change(broker, fenced: 1, inControlledShutdown: 0));
    }

    /// <summary>
    /// A broker that wants to stop first gives away what it leads. It may stop once every active broker has seen that, or at once when there is no other.
    /// </summary>
    private bool BeginOrEndShutdown(ControllerState state, BrokerRegistration broker, List<MetadataRecord> records)
    {
        var others = state.Image.Cluster.Brokers.Values.Where(other => other.Id != broker.Id && !other.IsFenced).Select(static other => other.Id).ToList();
        if (!broker.IsInControlledShutdown && others.Count > 0)
        {
            PartitionElection.RemoveBroker(state, broker.Id, records);
            records.Add(Change(broker, fenced: 0, inControlledShutdown: 1));
            return false;
        }

        if (others.Count > 0 && Sessions.LowestMetadataOffset(others) < state.Image.Provenance.LastContainedOffset)
        {
            return false;
        }

        Fence(state, broker, records);
        return true;
    }

    private ErrorCode Validate(ControllerState state, BrokerRegistrationRequest request)
    {
        if (!string.Equals(request.ClusterId, clusterId, StringComparison.Ordinal))
        {
            return ErrorCode.InconsistentClusterId;
        }

        if (state.Image.Cluster.TryGetBroker(request.BrokerId, out var existing)
            && existing.IncarnationId != request.IncarnationId
            && !existing.IsFenced
            && !existing.IsInControlledShutdown
            && !Sessions.IsExpired(existing.Id, state.NowMs, settings.Current.BrokerSessionTimeoutMs)
            && request.PreviousBrokerEpoch != existing.Epoch
            && state.Image.Cluster.Brokers.Count > 1)
        {
            return ErrorCode.DuplicateBrokerRegistration;
        }

        var supported = request.Features.ToDictionary(
            static feature => feature.Name, static feature => new FeatureRange(feature.MinSupportedVersion, feature.MaxSupportedVersion), StringComparer.Ordinal);
        if (!supported.TryGetValue(MetadataVersion.FeatureName, out var range) || !range.Contains(state.Version.Level))
        {
            return ErrorCode.UnsupportedVersion;
        }

        return state.Image.Features.FinalizedLevels.Any(level => !supported.TryGetValue(level.Key, out var own) || !own.Contains(level.Value))
            ? ErrorCode.UnsupportedVersion
            : ErrorCode.None;
    }
}
