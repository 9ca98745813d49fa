namespace Kafka.Modular.Cli.Tests.Security;

internal sealed class SaslSslToolsTests() : SaslToolsTests("SASL_SSL");
