namespace Kafka.Modular.Configuration.Keys;

/// <summary>Whether a key may be set for one listener alone, as <c>listener.name.&lt;listener&gt;.&lt;key&gt;</c>.</summary>
public enum ListenerPrefix
{
    /// <summary>It may not.</summary>
    None,

    /// <summary>It may.</summary>
    Listener,

    /// <summary>It may, and also for one SASL mechanism of it: <c>listener.name.&lt;listener&gt;.&lt;mechanism&gt;.&lt;key&gt;</c>.</summary>
    Mechanism,
}
