using System.Text;
using Kafka.Modular.Configuration.Jaas;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Fuzz.Tests.Frame;

namespace Kafka.Modular.Fuzz.Tests.Targets;

/// <summary>The reader of login configurations, as a value and as a file. An input is a text. What is said to be wrong repeats no word that may be a secret.</summary>
internal sealed class JaasTarget() : TextTarget(
    "KafkaServer", "{", "};", "}", ";", "=", "\"", "'", "\\", "\\\"", "//", "/*", "*/", "#", "\n", " ", "\t", "\0", "required", "optional", "sufficient", "requisite", "REQUIRED",
    "org.apache.kafka.common.security.plain.PlainLoginModule", "a.B", "user_alice=\"" + Secret + "\"", "username=\"x\"", "password=" + Secret, Secret, "\"" + Secret + "\"", "serviceName=kafka", "\uFEFF", "é")
{
    private const string Secret = "s3cr3tPassw0rd";

    public override string Name => "jaas";

    public override int DefaultInputs => 20_000;

    protected override string CreateText(RandomSource random)
    {
        var text = new StringBuilder(random.Next(2) == 0 ? "KafkaServer {" : "");
        for (var left = 1 + random.Next(3); left > 0; left--)
        {
            text.Append("a.PlainLoginModule required ");
            for (var options = random.Next(4); options > 0; options--)
                text.Append(Word(random)).Append(' ');
            text.Append(random.Next(6) == 0 ? "" : ";\n");
        }

        return text.Append(random.Next(2) == 0 ? "};" : "").ToString();
    }

    protected override bool Run(string text)
    {
        var modules = JaasReader.ReadValue(text, out var problem);
        Require(problem is null == modules.Count > 0, "either there are modules or there is a problem");
        Require(problem is not { Length: > 400 }, "a problem is one short line");
        Require(problem?.Contains("s3cr3t", StringComparison.Ordinal) != true, "a secret is repeated");
        var sections = JaasReader.ReadFile(text, out var ofFile);
        Require(ofFile?.Contains("s3cr3t", StringComparison.Ordinal) != true, "a secret is repeated");
        return modules.Count > 0 || (ofFile is null && sections.Count > 0);
    }
}
