using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Cli.Tests.Support;

namespace Kafka.Modular.Cli.Tests.Frame;

public sealed class FlagTableTests
{
    [Test]
    public void Every_flag_of_every_tool_of_Kafka_is_in_the_table()
    {
        if (Reference.Find("tool-flags.csv") is not { } file)
        {
            TestContext.Out.WriteLine("the reference is not on this machine: its flags are not compared");
            return;
        }

        string[] missing =
        [
            .. from line in File.ReadLines(file).Skip(1)
               let row = line.Split(',')
               let sheet = FlagTable.Find(row[0])
               where sheet is null || !sheet.Flags.SelectMany(static each => each).Any(flag => flag.Name == row[1][2..])
               select line,
        ];
        Assert.That(missing, Is.Empty);
    }

    [Test]
    public void A_flag_takes_an_argument_where_Kafkas_does()
    {
        if (Reference.Find("tool-flags.csv") is not { } file)
        {
            TestContext.Out.WriteLine("the reference is not on this machine: its arguments are not compared");
            return;
        }

        string[] kinds = ["String", "Integer", "Long"];
        string[] wrong =
        [
            .. from line in File.ReadLines(file).Skip(1)
               let row = line.Split(',')
               where kinds.Contains(row[2])
               let flag = FlagTable.Find(row[0])?.Flags.SelectMany(static each => each).FirstOrDefault(flag => flag.Name == row[1][2..])
               where flag is not null && flag.Kind.TrimEnd('+') != row[2]
               select $"{line}: {flag.Argument}",
        ];
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void Every_row_says_what_becomes_of_the_flag() => Assert.Multiple(static () =>
    {
        foreach (var tool in FlagTable.Tools())
        {
            var sheet = FlagTable.Find(tool)!;
            Assert.That(sheet.Summary, Is.Not.Empty, tool);
            foreach (var flag in sheet.Flags.SelectMany(static each => each))
            {
                Assert.That(flag.Text, Is.Not.Empty, $"{tool} --{flag.Name}");
                if (flag.Status == FlagStatus.Old)
                    Assert.That(sheet.Flags.SelectMany(static each => each).Any(newer => newer.Name == flag.Text && newer.Status == FlagStatus.Served), Is.True, $"{tool} --{flag.Name}");
            }
        }
    });

    [Test]
    public void No_flag_stands_twice() => Assert.That(
        from tool in FlagTable.Tools()
        from action in FlagTable.Find(tool)!.Flags
        from flag in action.GroupBy(static flag => flag.Name)
        where flag.Count() > 1
        select $"{tool} {action.Key} --{flag.Key}",
        Is.Empty);

    [Test]
    public async Task A_tool_that_is_refused_says_why_and_ends_with_1()
    {
        var run = await ToolRun.OfAsync("kafka-replica-verification", "--broker-list", "localhost:9092");
        Assert.That((run.ExitCode, run.Error), Is.EqualTo((1, "kafka-replica-verification is not served: Kafka is about to remove it, and a single node has no replicas to compare.\n")));
    }
}
