namespace Kafka.Modular.Replication.Sessions;

/// <summary>The epochs of fetch sessions (KIP-227).</summary>
public static class FetchSessionEpoch
{
    /// <summary>Asks for a new session.</summary>
    public const int Initial = 0;

    /// <summary>Asks for no session, and ends the one that is named.</summary>
    public const int Final = -1;

    /// <summary>The epoch after another; it never becomes one of the special ones.</summary>
    public static int Next(int epoch) => epoch < 0 ? Final : epoch == int.MaxValue ? 1 : epoch + 1;
}
