using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Kafka.Modular.Metadata.Collections;
using Kafka.Modular.Metadata.Records;

namespace Kafka.Modular.Metadata.Cluster;

/// <summary>The registered brokers and controllers. Immutable, any thread.</summary>
public sealed class ClusterImage : IEquatable<ClusterImage>
{
    internal ClusterImage(ImmutableDictionary<int, BrokerRegistration> brokers, ImmutableDictionary<int, ControllerRegistration> controllers)
    {
        Brokers = brokers;
        Controllers = controllers;
    }

    /// <summary>Nobody.</summary>
    public static ClusterImage Empty { get; } =
        new(ImmutableDictionary<int, BrokerRegistration>.Empty, ImmutableDictionary<int, ControllerRegistration>.Empty);

    /// <summary>The brokers by id, fenced ones too.</summary>
    public ImmutableDictionary<int, BrokerRegistration> Brokers { get; }

    /// <summary>The controllers by id; empty before metadata version 3.7.</summary>
    public ImmutableDictionary<int, ControllerRegistration> Controllers { get; }

    /// <summary>True without brokers and controllers.</summary>
    public bool IsEmpty => Brokers.IsEmpty && Controllers.IsEmpty;

    /// <summary>Finds a broker, fenced or not.</summary>
    public bool TryGetBroker(int id, [NotNullWhen(true)] out BrokerRegistration? broker) => Brokers.TryGetValue(id, out broker);

    /// <summary>Whether the broker is registered and not fenced.</summary>
    public bool IsAlive(int brokerId) => TryGetBroker(brokerId, out var broker) && !broker.IsFenced;

    /// <summary>The epoch of a broker's registration, -1 without one.</summary>
    public long BrokerEpoch(int brokerId) => TryGetBroker(brokerId, out var broker) ? broker.Epoch : -1;

    /// <inheritdoc/>
    public bool Equals(ClusterImage? other) =>
        other is not null && Brokers.ContentEquals(other.Brokers) && Controllers.ContentEquals(other.Controllers);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ClusterImage);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Brokers.Count, Controllers.Count);

    internal void Write(IMetadataRecordWriter writer, ImageWriterOptions options)
    {
        foreach (var broker in Brokers.Values)
            writer.Write(broker.ToRecord(options));
        if (Controllers.IsEmpty)
            return;
        if (options.MetadataVersion.RegisterControllerRecordVersion is not { } version)
        {
            options.HandleLoss("the registration of controllers");
            return;
        }

        foreach (var controller in Controllers.Values)
            writer.Write(controller.ToRecord(version));
    }
}
