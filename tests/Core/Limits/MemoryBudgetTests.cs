using Kafka.Modular.Core.Limits;

namespace Kafka.Modular.Core.Tests.Limits;

public sealed class MemoryBudgetTests
{
    [Test]
    public void A_reservation_is_granted_while_anything_is_free_even_if_it_is_larger()
    {
        var budget = new MemoryBudget(100);

        Assert.That(budget.TryReserve(99));
        Assert.That(budget.TryReserve(500));
        Assert.That(budget.Available, Is.EqualTo(-499));
        Assert.That(budget.TryReserve(1), Is.False);
    }

    [Test]
    public async Task A_waiter_is_served_when_bytes_come_back_and_in_order()
    {
        var budget = new MemoryBudget(100);
        Assert.That(budget.TryReserve(100));
        var first = budget.ReserveAsync(100, CancellationToken.None).AsTask();
        var second = budget.ReserveAsync(1, CancellationToken.None).AsTask();
        Assert.That(budget.Waiting, Is.EqualTo(2));
        Assert.That(budget.TryReserve(1), Is.False, "nobody passes those who wait");

        budget.Release(100);
        await first;
        Assert.That(second.IsCompleted, Is.False);
        budget.Release(100);
        await second;
        Assert.That(budget.Available, Is.EqualTo(99));
    }

    [Test]
    public void A_cancelled_waiter_leaves_the_queue_and_takes_nothing()
    {
        var budget = new MemoryBudget(100);
        Assert.That(budget.TryReserve(100));
        using var cancellation = new CancellationTokenSource();
        var waiting = budget.ReserveAsync(10, cancellation.Token).AsTask();
        cancellation.Cancel();

        Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(budget.Waiting, Is.Zero);
        budget.Release(100);
        Assert.That(budget.Available, Is.EqualTo(100));
    }

    [Test]
    public void A_budget_without_limit_still_counts()
    {
        var budget = new MemoryBudget(-1);

        Assert.That(budget.IsLimited, Is.False);
        Assert.That(budget.TryReserve(long.MaxValue / 2));
        Assert.That(budget.TryReserve(10));
        Assert.That(budget.Reserved, Is.EqualTo((long.MaxValue / 2) + 10));
    }

    [Test]
    public async Task Everything_comes_back_under_random_use()
    {
        var budget = new MemoryBudget(1000);
        var workers = Enumerable.Range(0, 8).Select(async worker =>
        {
            var random = new Random(worker);
            await Task.Yield();
            for (var i = 0; i < 500; i++)
            {
                var bytes = random.Next(1, 900);
                using var cancellation = new CancellationTokenSource();
                var reservation = budget.ReserveAsync(bytes, cancellation.Token);
                if (random.Next(4) == 0)
                {
                    await cancellation.CancelAsync();
                }

                try
                {
                    await reservation;
                }
                catch (OperationCanceledException)
                {
                    continue;
                }

                await Task.Yield();
                budget.Release(bytes);
            }
        });
        await Task.WhenAll(workers);

        Assert.That(budget.Available, Is.EqualTo(1000));
        Assert.That(budget.Waiting, Is.Zero);
    }
}
