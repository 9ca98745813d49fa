using Kafka.Modular.Core.Ids;
using Kafka.Modular.Core.Randomness;

namespace Kafka.Modular.Metadata.Topics;

/// <summary>Directory ids with a meaning of their own (KIP-858). The first hundred ids are reserved.</summary>
public static class DirectoryIds
{
    /// <summary>The broker wrote the record before it had directory ids.</summary>
    public static Uuid Migrating => Uuid.Zero;

    /// <summary>The broker has not chosen a directory yet.</summary>
    public static Uuid Unassigned => new(0, 1);

    /// <summary>Some directory that is offline.</summary>
    public static Uuid Lost => new(0, 2);

    /// <summary>Whether <paramref name="id"/> never names a real directory.</summary>
    public static bool IsReserved(Uuid id) => id.MostSignificantBits == 0 && id.LeastSignificantBits is >= 0 and < 100;

    /// <summary>
    /// Whether a replica in <paramref name="directory"/> is on a disk that works. <paramref name="online"/> are the directories the broker
    /// registered; a broker that registered none has directories without ids.
    /// </summary>
    public static bool IsOnline(Uuid directory, ReadOnlySpan<Uuid> online)
    {
        if (directory == Unassigned || directory == Migrating)
            return true;
        if (directory == Lost)
            return false;
        return online.IsEmpty || online.Contains(directory);
    }

    /// <summary>An id for a new directory.</summary>
    public static Uuid CreateRandom(RandomSource random)
    {
        while (true)
        {
            var id = Uuid.CreateRandom(random);
            if (!IsReserved(id))
                return id;
        }
    }
}
