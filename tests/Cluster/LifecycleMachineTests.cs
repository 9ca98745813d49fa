using Kafka.Modular.Cluster.Lifecycle;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Metadata.Cluster;
using Kafka.Modular.Metadata.Features;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Cluster.Tests;

public sealed class LifecycleMachineTests
{
    private const int Interval = 2000;

    private readonly BrokerLifecycleSettings _settings = new()
    {
        BrokerId = 3,
        ClusterId = "4L6g3nShT-eMCtK--X86sw",
        IncarnationId = new Uuid(7, 8),
        Endpoints = [new RegisteredEndpoint("PLAINTEXT", "localhost", 9092, SecurityProtocol.Plaintext)],
        Features = new Dictionary<string, FeatureRange>(StringComparer.Ordinal) { ["metadata.version"] = new(7, 29) },
        Directories = [new Uuid(1, 2)],
        PreviousEpoch = 41,
        HeartbeatIntervalMs = Interval,
        RegistrationTimeoutMs = 10_000,
    };

    [Test]
    public void The_registration_says_who_the_broker_is()
    {
        var request = new LifecycleMachine(_settings).Registration();
        Assert.Multiple(() =>
        {
            Assert.That(request.BrokerId.Value, Is.EqualTo(3));
            Assert.That(request.ClusterId, Is.EqualTo(_settings.ClusterId));
            Assert.That(request.IncarnationId, Is.EqualTo(_settings.IncarnationId));
            Assert.That(request.PreviousBrokerEpoch, Is.EqualTo(41));
            Assert.That(request.LogDirs, Is.EqualTo(_settings.Directories));
            Assert.That(request.Listeners.Single().Port, Is.EqualTo(9092));
            Assert.That(request.Features.Single().MaxSupportedVersion, Is.EqualTo(29));
        });
    }

    [Test]
    public void The_first_heartbeat_goes_out_as_soon_as_the_own_registration_is_replayed()
    {
        var machine = Registered(epoch: 12);
        Assert.That(machine.Next(5), Is.EqualTo(LifecycleRequest.None));
        machine.OnMetadata(11, 6);
        Assert.That(machine.Next(6), Is.EqualTo(LifecycleRequest.None));
        machine.OnMetadata(12, 7);
        Assert.That(machine.Next(7), Is.EqualTo(LifecycleRequest.Heartbeat));
        Assert.That(machine.Heartbeat().CurrentMetadataOffset, Is.EqualTo(12));
        Assert.That(machine.Heartbeat().BrokerEpoch, Is.EqualTo(12));
    }

    [Test]
    public void A_registration_that_was_replayed_before_its_answer_came_is_followed_by_a_heartbeat_at_once()
    {
        var machine = new LifecycleMachine(_settings);
        machine.Start(0);
        machine.Next(0);
        machine.OnMetadata(12, 1);
        machine.OnRegistered(new BrokerRegistrationResponse { BrokerEpoch = 12 }, 2);
        Assert.That(machine.Next(2), Is.EqualTo(LifecycleRequest.Heartbeat));
    }

    [Test]
    public void The_broker_asks_to_stay_fenced_until_it_is_ready()
    {
        var machine = Registered(epoch: 12);
        Assert.That(machine.Heartbeat().WantFence, Is.True);
        machine.OnReadyToUnfence(3);
        Assert.That(machine.Heartbeat().WantFence, Is.False);
        Assert.That(machine.Next(3), Is.EqualTo(LifecycleRequest.Heartbeat));
    }

    [Test]
    public void It_goes_from_starting_over_recovery_to_running()
    {
        var machine = Registered(epoch: 12);
        machine.OnMetadata(12, 1);
        machine.Next(1);
        machine.OnHeartbeat(new BrokerHeartbeatResponse { IsCaughtUp = true, IsFenced = true }, 2);
        Assert.That(machine.State, Is.EqualTo(BrokerState.Recovery));
        machine.OnReadyToUnfence(3);
        machine.Next(3);
        machine.OnHeartbeat(new BrokerHeartbeatResponse { IsCaughtUp = true, IsFenced = false }, 4);
        Assert.That(machine.State, Is.EqualTo(BrokerState.Running));
        Assert.That(machine.IsFenced, Is.False);
        Assert.That(machine.NextWakeMs, Is.EqualTo(4 + Interval));
    }

    [Test]
    public void At_most_one_request_is_under_way()
    {
        var machine = Registered(epoch: 12);
        machine.OnMetadata(12, 1);
        Assert.That(machine.Next(1), Is.EqualTo(LifecycleRequest.Heartbeat));
        machine.OnReadyToUnfence(2);
        Assert.That(machine.Next(2), Is.EqualTo(LifecycleRequest.None));
        machine.OnHeartbeat(new BrokerHeartbeatResponse { IsFenced = true }, 3);
        Assert.That(machine.Next(3), Is.EqualTo(LifecycleRequest.Heartbeat));
    }

    [Test]
    public void A_request_without_an_answer_is_sent_again_later_and_later()
    {
        var machine = new LifecycleMachine(_settings);
        machine.Start(0);
        var waits = new List<long>();
        for (long now = 0, last = 0; waits.Count < 6; now = machine.NextWakeMs)
        {
            Assert.That(machine.Next(now), Is.EqualTo(LifecycleRequest.Registration));
            waits.Add(now - last);
            last = now;
            machine.OnRegistered(null, now);
        }

        Assert.That(waits, Is.EqualTo(new long[] { 0, 100, 200, 400, 800, 1600 }));
    }

    [Test]
    public void A_broker_that_cannot_register_in_time_gives_up()
    {
        var machine = new LifecycleMachine(_settings);
        machine.Start(0);
        machine.Next(0);
        machine.OnRegistered(null, 9_999);
        machine.Next(10_000);
        Assert.That(machine.RegistrationFailure, Is.EqualTo(ErrorCode.RequestTimedOut));
        Assert.That(machine.Next(20_000), Is.EqualTo(LifecycleRequest.None));
    }

    [TestCase(ErrorCode.InconsistentClusterId)]
    [TestCase(ErrorCode.UnsupportedVersion)]
    public void A_refusal_that_time_does_not_heal_ends_the_registration(ErrorCode error)
    {
        var machine = new LifecycleMachine(_settings);
        machine.Start(0);
        machine.Next(0);
        machine.OnRegistered(new BrokerRegistrationResponse { ErrorCode = error }, 1);
        Assert.That(machine.RegistrationFailure, Is.EqualTo(error));
    }

    [Test]
    public void A_duplicate_registration_is_tried_again()
    {
        var machine = new LifecycleMachine(_settings);
        machine.Start(0);
        machine.Next(0);
        machine.OnRegistered(new BrokerRegistrationResponse { ErrorCode = ErrorCode.DuplicateBrokerRegistration }, 1);
        Assert.That(machine.Next(101), Is.EqualTo(LifecycleRequest.Registration));
    }

    [Test]
    public void A_running_broker_asks_to_shut_down_until_the_controller_lets_it()
    {
        var machine = Running();
        machine.OnShutdownRequested(10);
        Assert.That(machine.State, Is.EqualTo(BrokerState.PendingControlledShutdown));
        Assert.That(machine.Next(10), Is.EqualTo(LifecycleRequest.Heartbeat));
        Assert.That(machine.Heartbeat().WantShutDown, Is.True);
        machine.OnHeartbeat(new BrokerHeartbeatResponse { ShouldShutDown = false }, 11);
        Assert.That(machine.NextWakeMs, Is.EqualTo(111));
        machine.Next(111);
        machine.OnHeartbeat(new BrokerHeartbeatResponse { ShouldShutDown = true }, 112);
        Assert.That(machine.State, Is.EqualTo(BrokerState.ShuttingDown));
        Assert.That(machine.Next(10_000), Is.EqualTo(LifecycleRequest.None));
    }

    [Test]
    public void A_broker_that_is_fenced_stops_without_asking()
    {
        var machine = Registered(epoch: 12);
        machine.OnShutdownRequested(1);
        Assert.That(machine.State, Is.EqualTo(BrokerState.ShuttingDown));
    }

    private LifecycleMachine Registered(long epoch)
    {
        var machine = new LifecycleMachine(_settings);
        machine.Start(0);
        Assert.That(machine.Next(0), Is.EqualTo(LifecycleRequest.Registration));
        machine.OnRegistered(new BrokerRegistrationResponse { BrokerEpoch = epoch }, 1);
        return machine;
    }

    private LifecycleMachine Running()
    {
        var machine = Registered(epoch: 12);
        machine.OnMetadata(12, 1);
        machine.OnReadyToUnfence(1);
        machine.Next(1);
        machine.OnHeartbeat(new BrokerHeartbeatResponse { IsCaughtUp = true, IsFenced = false }, 2);
        return machine;
    }
}
