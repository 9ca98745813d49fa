namespace Kafka.Modular.Plugins.Tests.Storage;

/// <summary>The stores under the contract.</summary>
public enum StoreKind
{
    File,
    FileSimulated,
    Memory,
}
