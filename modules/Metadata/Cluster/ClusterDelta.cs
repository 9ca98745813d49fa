using Kafka.Modular.Metadata.Collections;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Metadata.Cluster;

/// <summary>Which registrations changed. Metadata loop only; publishers read it while they are called.</summary>
public sealed class ClusterDelta
{
    private readonly Dictionary<int, BrokerRegistration?> _brokers = [];
    private readonly Dictionary<int, ControllerRegistration?> _controllers = [];

    internal ClusterDelta(ClusterImage before) => Before = before;

    /// <summary>The registrations before.</summary>
    public ClusterImage Before { get; }

    /// <summary>New and changed brokers by id; null for one that is gone.</summary>
    public IReadOnlyDictionary<int, BrokerRegistration?> Brokers => _brokers;

    /// <summary>New and changed controllers by id; null for one that is gone.</summary>
    public IReadOnlyDictionary<int, ControllerRegistration?> Controllers => _controllers;

    /// <summary>The broker as it is by now, null without one.</summary>
    public BrokerRegistration? Broker(int id) => _brokers.TryGetValue(id, out var changed) ? changed : Before.Brokers.GetValueOrDefault(id);

    internal void Replay(RegisterBrokerRecord record) => _brokers[record.BrokerId] = BrokerRegistration.FromRecord(record);

    internal void Replay(UnregisterBrokerRecord record) => _brokers[record.BrokerId] = null;

    internal void Replay(RegisterControllerRecord record) => _controllers[record.ControllerId] = ControllerRegistration.FromRecord(record);

    internal void Replay(FenceBrokerRecord record) =>
        _brokers[record.Id] = Registered(record.Id, record.Epoch) with { IsFenced = true };

    internal void Replay(UnfenceBrokerRecord record) =>
        _brokers[record.Id] = Registered(record.Id, record.Epoch) with { IsFenced = false };

    internal void Replay(BrokerRegistrationChangeRecord record)
    {
        var before = Registered(record.BrokerId, record.BrokerEpoch);
        var after = before with
        {
            IsFenced = record.Fenced switch
            {
                0 => before.IsFenced,
                1 => true,
                -1 => false,
                _ => throw new MetadataReplayException($"Broker {record.BrokerId} changes to the unknown fencing state {record.Fenced}."),
            },
            // There is no way back from a controlled shutdown but a new registration.
            IsInControlledShutdown = record.InControlledShutdown switch
            {
                0 => before.IsInControlledShutdown,
                1 => true,
                _ => throw new MetadataReplayException(
                    $"Broker {record.BrokerId} changes to the unknown shutdown state {record.InControlledShutdown}."),
            },
            Directories = record.LogDirs.Count == 0 ? before.Directories : ValueList.From(record.LogDirs),
        };
        if (after != before)
            _brokers[record.BrokerId] = after;
    }

    internal void FinishSnapshot()
    {
        Before.Brokers.RemoveUnnamed(_brokers);
        Before.Controllers.RemoveUnnamed(_controllers);
    }

    internal ClusterImage Apply() =>
        _brokers.Count == 0 && _controllers.Count == 0
            ? Before
            : new ClusterImage(Before.Brokers.WithChanges(_brokers), Before.Controllers.WithChanges(_controllers));

    private BrokerRegistration Registered(int id, long epoch)
    {
        var broker = Broker(id) ?? throw new MetadataReplayException($"Broker {id} changes and is not registered.");
        return broker.Epoch == epoch
            ? broker
            : throw new MetadataReplayException($"Broker {id} changes in epoch {epoch} and is registered in epoch {broker.Epoch}.");
    }
}
