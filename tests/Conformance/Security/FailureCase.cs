using Kafka.Modular.Conformance.Clients;

namespace Kafka.Modular.Conformance.Security;

/// <summary>One way in which a login fails: how to bring it about, what each client says of it, what the log says, and what an operator does.</summary>
internal sealed record FailureCase
{
    /// <summary>What is wrong, as the page for operators says it.</summary>
    public required string Title { get; init; }

    /// <summary>The listener that the client connects to.</summary>
    public required string Listener { get; init; }

    /// <summary>How the client connects.</summary>
    public required Func<FailingBroker, ClientSecurity> Security { get; init; }

    /// <summary>What each client says, by its name: texts that are all in its output.</summary>
    public required Dictionary<string, string[]> Says { get; init; }

    /// <summary>What the log says.</summary>
    public required string Logs { get; init; }

    /// <summary>What the log says of clients that tell the broker less: those on node's TLS send no alert.</summary>
    public string? LogsOfNode { get; init; }

    /// <summary>What an operator does.</summary>
    public required string Remedy { get; init; }

    /// <summary>Has to be over before the client connects.</summary>
    public Func<FailingBroker, Task> Before { get; init; } = static _ => Task.CompletedTask;

    public string LogsOf(string client) => LogsOfNode is not null && client is Failures.KafkaJs or Failures.Platformatic ? LogsOfNode ?? Logs : Logs;

    public override string ToString() => Title;
}
