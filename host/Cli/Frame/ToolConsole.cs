using System.Text;

namespace Kafka.Modular.Cli.Frame;

/// <summary>The three streams of a tool. What is written to <see cref="Out"/> appears when it is flushed, at the latest when the tool ends.</summary>
internal sealed class ToolConsole : IDisposable
{
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false);
    private string _progress = "";

    public ToolConsole(Stream input, Stream output, Stream error)
    {
        InStream = input;
        OutStream = output;
        Out = new StreamWriter(output, s_utf8, bufferSize: 1 << 14, leaveOpen: true) { NewLine = "\n" };
        Error = new StreamWriter(error, s_utf8, leaveOpen: true) { NewLine = "\n", AutoFlush = true };
    }

    /// <summary>Standard input as bytes.</summary>
    public Stream InStream { get; }

    /// <summary>Standard output as bytes; flush <see cref="Out"/> before writing to it.</summary>
    public Stream OutStream { get; }

    /// <summary>Standard output as text.</summary>
    public TextWriter Out { get; }

    /// <summary>Standard error; each line appears at once.</summary>
    public TextWriter Error { get; }

    /// <summary>Whether a person reads standard output: colors are allowed.</summary>
    public bool HasColors { get; init; }

    /// <summary>Whether a person reads standard error: progress is shown.</summary>
    public bool ShowsProgress { get; init; }

    /// <summary>The streams of the process.</summary>
    public static ToolConsole OfProcess() => new(Console.OpenStandardInput(), Console.OpenStandardOutput(), Console.OpenStandardError())
    {
        HasColors = !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")),
        ShowsProgress = !Console.IsErrorRedirected,
    };

    /// <summary>Shows how far long work has come, on one line of a terminal; nowhere else. An empty text clears the line.</summary>
    public void Progress(string text)
    {
        if (!ShowsProgress || text == _progress)
            return;
        Error.Write("\r" + text.PadRight(_progress.Length));
        if (text.Length == 0)
            Error.Write('\r');
        _progress = text;
    }

    /// <summary>The text in a color where colors are allowed.</summary>
    /// <param name="text">What is said.</param>
    /// <param name="code">The number of the color in an SGR sequence (ECMA-48), such as 31 for red.</param>
    public string Paint(string text, int code) => HasColors ? $"\e[{code}m{text}\e[0m" : text;

    public void Dispose()
    {
        Progress("");
        Out.Dispose();
        Error.Dispose();
    }
}
