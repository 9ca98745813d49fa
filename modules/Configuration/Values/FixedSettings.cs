namespace Kafka.Modular.Configuration.Values;

/// <summary>Settings that never change, for tests and for what is read only at start.</summary>
/// <typeparam name="T">A settings record.</typeparam>
public sealed class FixedSettings<T>(T current) : ISettings<T>
    where T : class
{
    /// <inheritdoc/>
    public T Current => current;

    /// <inheritdoc/>
    public IDisposable OnChange(Action<T, T> changed) => Nothing.Instance;

    private sealed class Nothing : IDisposable
    {
        public static readonly Nothing Instance = new();

        public void Dispose()
        {
        }
    }
}
