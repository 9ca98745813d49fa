namespace Kafka.Modular.Configuration;

/// <summary>
/// The settings of a module as they are now. Read <see cref="Current"/> once per operation and keep to what was read.
/// </summary>
/// <typeparam name="T">A settings record.</typeparam>
public interface ISettings<out T>
    where T : class
{
    /// <summary>What is in force. May be read on any thread.</summary>
    T Current { get; }

    /// <summary>
    /// Registers a callback for changes. It is called on the metadata publisher's loop, after <see cref="Current"/> has changed, with
    /// the settings before and after; callbacks of one settings object run in the order of their registration, and must not block.
    /// </summary>
    /// <returns>Ends the registration when disposed.</returns>
    IDisposable OnChange(Action<T, T> changed);
}
