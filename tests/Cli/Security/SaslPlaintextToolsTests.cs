namespace Kafka.Modular.Cli.Tests.Security;

internal sealed class SaslPlaintextToolsTests() : SaslToolsTests("SASL_PLAINTEXT");
