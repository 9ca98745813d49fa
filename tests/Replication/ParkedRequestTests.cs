using Kafka.Modular.Core.Threading;
using Kafka.Modular.Replication.Parking;
using Microsoft.Extensions.Time.Testing;

namespace Kafka.Modular.Replication.Tests;

internal sealed class ParkedRequestTests
{
    private readonly FakeTimeProvider _time = new();

    [Test]
    public void It_ends_once_when_it_is_satisfied()
    {
        var parked = new ParkedRequests();
        var request = new Request();
        parked.Add(request);
        parked.CheckAll();
        Assert.That(request.Ends, Is.Zero);
        request.Satisfied = true;
        parked.CheckAll();
        parked.CheckAll();
        Assert.That(request.Ends, Is.EqualTo(1));
        Assert.That(parked.Count, Is.Zero);
    }

    [Test]
    public void It_ends_when_its_time_is_over()
    {
        var loop = new InlineEventLoop("parking", _time);
        var request = new Request();
        request.ExpireAfter(loop, TimeSpan.FromMilliseconds(500));
        _time.Advance(TimeSpan.FromMilliseconds(400));
        loop.RunPending();
        Assert.That(request.HasEnded, Is.False);
        _time.Advance(TimeSpan.FromMilliseconds(200));
        loop.RunPending();
        Assert.That(request.Ends, Is.EqualTo(1));
    }

    [Test]
    public void All_end_when_the_partition_moves()
    {
        var parked = new ParkedRequests();
        var requests = Enumerable.Range(0, 5).Select(static _ => new Request()).ToList();
        requests.ForEach(parked.Add);
        parked.EndAll();
        Assert.That(requests, Has.All.Matches<Request>(static request => request.Ends == 1));
    }

    [Test]
    public void Those_that_have_ended_are_swept_out()
    {
        var parked = new ParkedRequests();
        for (var turn = 0; turn < 1_000; turn++)
        {
            var request = new Request();
            parked.Add(request);
            request.End();
        }

        Assert.That(parked.Count, Is.LessThan(100));
    }

    private sealed class Request : ParkedRequest
    {
        public bool Satisfied { get; set; }

        public int Ends { get; private set; }

        protected override bool IsSatisfied() => Satisfied;

        protected override void OnEnded() => Ends++;
    }
}
