using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Kafka.Modular.Core.Limits;

/// <summary>
/// Bounds how often one kind of log line is written that peers can provoke: for each address, so that one that fails in a loop does not hide the others, and in
/// all, so that many addresses cannot fill the disk either. It remembers a bounded number of addresses, those heard of last. Safe to use from any thread.
/// </summary>
/// <remarks>An address of IPv6 counts as its /64: that much a single host has for itself (RFC 4291, section 2.5.4).</remarks>
public sealed class PeerLogRateLimit
{
    /// <summary>So many addresses are remembered.</summary>
    public const int MaximumAddresses = 1024;

    /// <summary>All addresses together may have this many times the lines of one.</summary>
    public const int InAll = 10;

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly int _burst;
    private readonly TimeSpan _interval;
    private readonly Dictionary<UInt128, LinkedListNode<Peer>> _peers = [];
    private readonly LinkedList<Peer> _byAge = [];
    private TokenBucket _all;
    private long _forgotten;

    /// <summary>Creates a limit of <paramref name="burst"/> lines of an address at once, and one more after each <paramref name="interval"/>.</summary>
    public PeerLogRateLimit(TimeProvider time, int burst, TimeSpan interval)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(burst);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, TimeSpan.Zero);
        _time = time;
        _burst = burst;
        _interval = interval;
        _all = new TokenBucket(burst * InAll, interval / InAll, time.GetTimestamp());
    }

    /// <summary>How many addresses are remembered.</summary>
    public int Addresses
    {
        get
        {
            lock (_lock)
            {
                return _peers.Count;
            }
        }
    }

    /// <summary>Whether a line about a peer may be written now.</summary>
    /// <param name="address">The peer's address.</param>
    /// <param name="suppressed">
    /// When it may: how many were left out for this address since the last one that was written, and for addresses that were forgotten since.
    /// </param>
    public bool TryAcquire(IPAddress address, out long suppressed)
    {
        var key = KeyOf(address);
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            var peer = Find(key, now);
            var mayPeer = peer.Bucket.Refill(_time, now);
            if (!_all.Refill(_time, now) || !mayPeer)
            {
                peer.Suppressed++;
                suppressed = 0;
                return false;
            }

            peer.Bucket.Take();
            _all.Take();
            suppressed = peer.Suppressed + _forgotten;
            peer.Suppressed = 0;
            _forgotten = 0;
            return true;
        }
    }

    private static UInt128 KeyOf(IPAddress address)
    {
        var known = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        known.TryWriteBytes(bytes, out _);
        return known.AddressFamily == AddressFamily.InterNetwork
            ? BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : new UInt128(BinaryPrimitives.ReadUInt64BigEndian(bytes), ulong.MaxValue);
    }

    private Peer Find(UInt128 key, long now)
    {
        if (_peers.TryGetValue(key, out var node))
        {
            _byAge.Remove(node);
        }
        else
        {
            if (_peers.Count == MaximumAddresses)
                ForgetOldest();
            node = new LinkedListNode<Peer>(new Peer(key, new TokenBucket(_burst, _interval, now)));
            _peers.Add(key, node);
        }

        _byAge.AddLast(node);
        return node.Value;
    }

    private void ForgetOldest()
    {
        var oldest = _byAge.First!.Value;
        _byAge.RemoveFirst();
        _peers.Remove(oldest.Key);
        _forgotten += oldest.Suppressed;
    }

    private sealed class Peer(UInt128 key, TokenBucket bucket)
    {
        public TokenBucket Bucket = bucket;

        public UInt128 Key { get; } = key;

        public long Suppressed { get; set; }
    }
}
