using Kafka.Modular.Cli.Admin;
using Kafka.Modular.Cli.Tests.Support;
using Kafka.Modular.Protocol;

namespace Kafka.Modular.Cli.Tests.Admin;

public sealed class JavaErrorsTests
{
    [Test]
    public void Every_error_has_the_name_of_Kafkas_exception()
    {
        if (Reference.Find("error-codes.csv") is not { } file)
        {
            TestContext.Out.WriteLine("the reference is not on this machine: its names are not compared");
            return;
        }

        Assert.That(
            from line in File.ReadLines(file).Skip(1)
            let row = line.Split(',')
            where row[^1].Length > 0
            let name = JavaErrors.Name((ErrorCode)short.Parse(row[0], System.Globalization.CultureInfo.InvariantCulture))
            where name != row[^1][(row[^1].LastIndexOf('.') + 1)..]
            select $"{row[1]}: {name}",
            Is.Empty);
    }

    [Test]
    public void An_error_is_written_as_Java_does() => Assert.That(
        JavaErrors.Text(ErrorCode.TopicAlreadyExists, "Topic 'a' already exists."), Is.EqualTo("org.apache.kafka.common.errors.TopicExistsException: Topic 'a' already exists."));
}
