namespace Kafka.Modular.LogStorage;

/// <summary>Why a record of a batch was refused (KIP-467).</summary>
/// <param name="BatchIndex">Index of the record in its batch.</param>
/// <param name="Message">What is wrong with it.</param>
public readonly record struct RecordError(int BatchIndex, string Message);
