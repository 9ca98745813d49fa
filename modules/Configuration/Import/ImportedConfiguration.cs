using Kafka.Modular.Configuration.Keys;

namespace Kafka.Modular.Configuration.Import;

/// <summary>What <c>config import</c> makes of Kafka's files.</summary>
/// <param name="Yaml">The YAML file.</param>
/// <param name="Users">Users of PLAIN that the YAML file says are in the credential file, with their passwords.</param>
/// <param name="Missing">What Kafka's files must have beside them and was not given, a line each.</param>
/// <param name="Problem">What is wrong with the login configuration; null if nothing.</param>
public sealed record ImportedConfiguration(string Yaml, IReadOnlyList<KeyValuePair<string, Secret>> Users, IReadOnlyList<string> Missing, string? Problem);
