using System.Text;
using System.Text.Json;
using Kafka.Modular.Cli.Frame;

namespace Kafka.Modular.Cli.Tests.Support;

/// <summary>What a tool that was run in the test's process ended with and printed.</summary>
internal sealed record ToolRun(int ExitCode, string Out, string Error)
{
    /// <summary>The lines of standard output.</summary>
    public string[] Lines => Out.Length == 0 ? [] : Out.TrimEnd('\n').Split('\n');

    /// <summary>Standard output as JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Out).RootElement;

    /// <summary>Runs a tool, words of its command line one by one.</summary>
    public static Task<ToolRun> OfAsync(string tool, params string[] arguments) => WithInputAsync(tool, "", arguments);

    /// <summary>Runs a tool with a standard input.</summary>
    public static async Task<ToolRun> WithInputAsync(string tool, string input, params string[] arguments)
    {
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        int code;
        using (var console = new ToolConsole(new MemoryStream(Encoding.UTF8.GetBytes(input)), output, error))
            code = await ToolRunner.RunAsync(tool, arguments, console, TestContext.CurrentContext.CancellationToken);
        return new ToolRun(code, Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(error.ToArray()));
    }

    /// <summary>The run, after it was checked that it ended well.</summary>
    public ToolRun Succeeded()
    {
        Assert.That(ExitCode, Is.Zero, $"{Error}{Out}");
        return this;
    }
}
