using System.Net;
using Kafka.Modular.Configuration.Listeners;

namespace Kafka.Modular.Network.Listeners;

/// <summary>A listener that was opened.</summary>
/// <param name="EndPoint">The listener; its port is the one it really has.</param>
/// <param name="Addresses">The addresses it was bound to, all with that port.</param>
public sealed record BoundListener(ListenerEndPoint EndPoint, IReadOnlyList<IPEndPoint> Addresses);
