using Kafka.Modular.Controller;
using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Producers;

/// <summary>
/// Gives out producer ids from the blocks that the controller allocates to this broker (KIP-730). The next block is fetched when the current one is used up
/// or nearly so. Any thread.
/// </summary>
public sealed class ProducerIds(MetadataController controller, MetadataCache metadata, int brokerId)
{
    /// <summary>The part of a block after which the next one is fetched, in percent.</summary>
    private const int PrefetchPercent = 90;

    private readonly Lock _lock = new();
    private Block _current;
    private Block _prefetched;
    private Task? _fetching;

    /// <summary>A producer id that nobody was given before, or COORDINATOR_LOAD_IN_PROGRESS when none can be had now.</summary>
    public async ValueTask<(ErrorCode Error, long ProducerId)> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task fetching;
            lock (_lock)
            {
                if (TryTake(out var producerId))
                {
                    if (_current.IsNearlyUsed && _prefetched.IsUsed)
                    {
                        _fetching ??= FetchAsync();
                    }

                    return (ErrorCode.None, producerId);
                }

                fetching = _fetching ??= FetchAsync();
            }

            await fetching.WaitAsync(cancellationToken);
            lock (_lock)
            {
                if (_current.IsUsed && _prefetched.IsUsed)
                {
                    return (ErrorCode.CoordinatorLoadInProgress, -1);
                }
            }
        }
    }

    private bool TryTake(out long producerId)
    {
        if (_current.IsUsed)
        {
            (_current, _prefetched) = (_prefetched, default);
        }

        producerId = _current.Next;
        if (_current.IsUsed)
        {
            return false;
        }

        _current = _current with { Next = producerId + 1 };
        return true;
    }

    private async Task FetchAsync()
    {
        // Never runs on under the lock of the caller.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var block = default(Block);
        try
        {
            var response = await controller.AllocateProducerIdsAsync(
                new AllocateProducerIdsRequest { BrokerId = new BrokerId(brokerId), BrokerEpoch = metadata.Image.Cluster.BrokerEpoch(brokerId) }, CancellationToken.None);
            if (response is { ErrorCode: ErrorCode.None })
            {
                block = new Block(response.ProducerIdStart, response.ProducerIdStart, response.ProducerIdStart + response.ProducerIdLen);
            }
        }
        finally
        {
            lock (_lock)
            {
                if (!block.IsUsed)
                {
                    _prefetched = block;
                }

                _fetching = null;
            }
        }
    }

    private readonly record struct Block(long First, long Next, long End)
    {
        public bool IsUsed => Next >= End;

        public bool IsNearlyUsed => (Next - First) * 100 >= (End - First) * PrefetchPercent;
    }
}
