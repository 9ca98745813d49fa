using System.Runtime.InteropServices;

namespace Kafka.Modular.Network.Metrics;

/// <summary>When a request passed each station, as timestamps of the server's clock.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct RequestTimes
{
    /// <summary>Its last byte was received.</summary>
    public long Received;

    /// <summary>It was handed to the dispatcher.</summary>
    public long Started;

    /// <summary>The dispatcher returned: the reply is there, or the request is parked.</summary>
    public long Returned;

    /// <summary>The reply was there.</summary>
    public long Completed;

    /// <summary>The sender took the reply.</summary>
    public long Taken;

    /// <summary>The reply was handed to the system.</summary>
    public long Sent;
}
