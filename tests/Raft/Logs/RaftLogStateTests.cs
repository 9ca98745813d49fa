using CsCheck;
using Kafka.Modular.Raft.Log;

namespace Kafka.Modular.Raft.Tests.Logs;

public sealed class RaftLogStateTests
{
    [Test]
    public void A_follower_that_truncates_as_told_ends_with_a_prefix_of_the_leaders_log()
    {
        // Logs as lists of epochs, one record each, that agree on a prefix: what elections leave behind.
        var gen = Gen.Select(Epochs(0), Epochs(0), Epochs(0));
        gen.Sample((prefix, leaderTail, followerTail) =>
        {
            var last = prefix.Length == 0 ? 0 : prefix[^1];
            int[] leader = [.. prefix, .. leaderTail.Select(epoch => last + (2 * epoch))];
            int[] follower = [.. prefix, .. followerTail.Select(epoch => last + (2 * epoch) - 1)];
            var (leaderLog, followerLog) = (LogOf(leader), LogOf(follower));
            for (var i = 0; i < 100; i++)
            {
                var validity = leaderLog.Validate(followerLog.EndOffset, followerLog.LastEpoch);
                if (validity.Kind == OffsetValidityKind.Valid)
                {
                    var kept = follower[..(int)followerLog.EndOffset];
                    return kept.AsSpan().SequenceEqual(leader.AsSpan(0, Math.Min(kept.Length, leader.Length))) && kept.Length >= Math.Min(prefix.Length, leader.Length);
                }

                var offset = followerLog.TruncationOffset(validity.At);
                if (offset >= followerLog.EndOffset)
                    return false;
                followerLog.TruncateTo(offset);
            }

            return false;
        });
    }

    [Test]
    public void Epochs_keep_their_ends_when_the_start_is_raised()
    {
        var log = LogOf([1, 1, 2, 2, 3]);
        log.AddSnapshot(new(new(3, 2), 1, default));
        log.DeleteBefore(new(3, 2));
        Assert.That(log.StartOffset, Is.EqualTo(3));
        Assert.That(log.EndOffsetForEpoch(2), Is.EqualTo(new OffsetAndEpoch(4, 2)));
        Assert.That(log.EndOffsetForEpoch(1), Is.EqualTo(new OffsetAndEpoch(3, 0)));
        Assert.That(log.Validate(3, 2).Kind, Is.EqualTo(OffsetValidityKind.Valid));
        Assert.That(log.Validate(2, 2), Is.EqualTo(new OffsetValidity(OffsetValidityKind.Snapshot, new(3, 2))));
        Assert.That(log.Validate(4, 1).Kind, Is.EqualTo(OffsetValidityKind.Snapshot));
    }

    [Test]
    public void A_log_that_is_a_snapshot_alone_has_the_snapshots_epoch()
    {
        var log = LogOf([1, 1, 2]);
        log.ReplaceBySnapshot(new(new(10, 4), 1, default));
        Assert.That(log.End, Is.EqualTo(new OffsetAndEpoch(10, 4)));
        Assert.That(log.Validate(10, 4).Kind, Is.EqualTo(OffsetValidityKind.Valid));
        log.Append(10, 12, 5);
        log.TruncateTo(10);
        Assert.That(log.End, Is.EqualTo(new OffsetAndEpoch(10, 4)));
    }

    [Test]
    public void A_batch_that_does_not_follow_is_a_bug()
    {
        var log = LogOf([1, 2]);
        Assert.That(() => log.Append(3, 3, 2), Throws.InvalidOperationException);
        Assert.That(() => log.Append(2, 2, 1), Throws.InvalidOperationException);
    }

    private static Gen<int[]> Epochs(int from) => Gen.Int[1, 3].Array[0, 6].Select(steps =>
    {
        var epoch = from;
        return steps.Select(step => epoch += step - 1 + (epoch == from ? 1 : 0)).ToArray();
    });

    private static RaftLogState LogOf(int[] epochs)
    {
        var log = new RaftLogState(0, 0, [], []);
        foreach (var epoch in epochs)
            log.Append(log.EndOffset, log.EndOffset, epoch);
        return log;
    }
}
