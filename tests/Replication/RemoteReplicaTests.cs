namespace Kafka.Modular.Replication.Tests;

internal sealed class RemoteReplicaTests
{
    [Test]
    public void A_follower_that_fetches_from_the_leaders_end_has_caught_up()
    {
        var follower = new RemoteReplica(2);
        follower.Reset(nowMs: 0, isInSync: true);
        follower.OnFetch(fetchOffset: 10, logStartOffset: 0, nowMs: 1_000, leaderEndOffset: 10);
        Assert.That(follower.LastCaughtUpMs, Is.EqualTo(1_000));
        Assert.That(follower.LogEndOffset, Is.EqualTo(10));
    }

    [Test]
    public void One_that_reaches_what_the_leader_had_at_its_last_fetch_was_caught_up_then()
    {
        var follower = new RemoteReplica(2);
        follower.Reset(nowMs: 0, isInSync: true);
        follower.OnFetch(5, 0, nowMs: 1_000, leaderEndOffset: 10);
        follower.OnFetch(10, 0, nowMs: 2_000, leaderEndOffset: 20);
        Assert.That(follower.LastCaughtUpMs, Is.EqualTo(1_000));
    }

    [Test]
    public void One_that_falls_behind_is_out_after_the_lag_time()
    {
        var follower = new RemoteReplica(2);
        follower.Reset(nowMs: 0, isInSync: true);
        follower.OnFetch(10, 0, nowMs: 1_000, leaderEndOffset: 10);
        follower.OnFetch(11, 0, nowMs: 5_000, leaderEndOffset: 1_000);
        Assert.That(follower.IsCaughtUp(1_000, nowMs: 30_000, maxLagMs: 30_000), Is.True);
        Assert.That(follower.IsCaughtUp(1_000, nowMs: 31_000, maxLagMs: 30_000), Is.True, "it had all that the leader had at its first fetch");
        Assert.That(follower.IsCaughtUp(1_000, nowMs: 31_001, maxLagMs: 30_000), Is.False);
        Assert.That(follower.IsCaughtUp(11, nowMs: 100_000, maxLagMs: 30_000), Is.True, "it has all there is");
    }
}
