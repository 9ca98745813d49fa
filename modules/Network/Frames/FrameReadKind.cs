namespace Kafka.Modular.Network.Frames;

/// <summary>What reading a frame came to.</summary>
internal enum FrameReadKind
{
    /// <summary>A whole frame.</summary>
    Frame,

    /// <summary>The peer closed the connection between two frames.</summary>
    End,

    /// <summary>The peer closed the connection in the middle of a frame.</summary>
    Truncated,

    /// <summary>The size is negative or above the maximum.</summary>
    Malformed,
}
