using System.Collections.Frozen;
using Kafka.Modular.Protocol;

namespace Kafka.Modular.Handlers.Dispatch;

/// <summary>The handlers of a server, collected once at its start.</summary>
public sealed class HandlerCatalog
{
    private readonly FrozenDictionary<short, ApiHandler> _handlers;

    /// <summary>Collects the handlers.</summary>
    /// <exception cref="ArgumentException">Two handlers serve one API.</exception>
    public HandlerCatalog(IEnumerable<ApiHandler> handlers)
    {
        var byKey = new Dictionary<short, ApiHandler>();
        foreach (var handler in handlers)
        {
            if (!byKey.TryAdd((short)handler.ApiKey, handler))
            {
                throw new ArgumentException(
                    $"{handler.ApiKey} is served by both {byKey[(short)handler.ApiKey].GetType().Name} and {handler.GetType().Name}.", nameof(handlers));
            }
        }

        _handlers = byKey.ToFrozenDictionary();
    }

    /// <summary>The handlers in the order of their API keys.</summary>
    public IEnumerable<ApiHandler> All => _handlers.Values.OrderBy(static handler => handler.ApiKey);

    /// <summary>The handler of an API, or null where none serves it.</summary>
    public ApiHandler? Find(short apiKey) => _handlers.GetValueOrDefault(apiKey);
}
