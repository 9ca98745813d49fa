using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Kafka.Modular.Conformance.Broker;

/// <summary>A process with its output kept, line by line, and its input open.</summary>
internal sealed partial class ChildProcess : IAsyncDisposable
{
    private const int Hangup = 1;
    private const int Quit = 3;
    private const int Kill = 9;
    private const int Terminate = 15;
    private const int Continue = 18;
    private const int Stop = 19;

    private readonly Process _process;
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private readonly List<(Func<string, bool> Matches, TaskCompletionSource<string> Found)> _waiting = [];

    private ChildProcess(ProcessStartInfo start, string name)
    {
        Name = name;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.RedirectStandardInput = true;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Add(line.Data);
        _process.ErrorDataReceived += (_, line) => Add(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Name { get; }

    public int Id => _process.Id;

    /// <summary>Meaningful once it has ended.</summary>
    public int ExitCode => _process.ExitCode;

    public bool HasExited => _process.HasExited;

    /// <summary>The last lines that it wrote.</summary>
    public string Output
    {
        get
        {
            lock (_lock)
            {
                return string.Join('\n', _lines.TakeLast(80));
            }
        }
    }

    /// <summary>The lines that it wrote since it had written so many.</summary>
    public IReadOnlyList<string> LinesFrom(int count)
    {
        lock (_lock)
        {
            return [.. _lines.Skip(count)];
        }
    }

    /// <summary>All lines that it wrote.</summary>
    public string AllOutput
    {
        get
        {
            lock (_lock)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    public string? LastLine
    {
        get
        {
            lock (_lock)
            {
                return _lines.LastOrDefault(line => line.Length > 0);
            }
        }
    }

    public static ChildProcess Start(
        string name, string file, IEnumerable<string> arguments, string? folder = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        ProcessStartInfo start = new(file, arguments) { WorkingDirectory = folder ?? Path.GetTempPath() };
        foreach ((string variable, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[variable] = value;
        }

        start.Environment["KAFKAJS_NO_PARTITIONER_WARNING"] = "1";
        start.Environment["NODE_NO_WARNINGS"] = "1";
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        return new ChildProcess(start, name);
    }

    public void WriteLine(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
    }

    public void CloseInput() => _process.StandardInput.Close();

    /// <summary>Waits for a line that was written already or will be; fails when the process ends or the time is up first.</summary>
    public async Task<string> LineAsync(string what, Func<string, bool> matches, TimeSpan limit, int from = 0)
    {
        TaskCompletionSource<string> found = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_lines.Skip(from).FirstOrDefault(matches) is { } line)
            {
                return line;
            }

            _waiting.Add((matches, found));
        }

        Task ended = _process.WaitForExitAsync();
        Task first = await Task.WhenAny(found.Task, ended, Task.Delay(limit));
        if (found.Task.IsCompletedSuccessfully)
        {
            return await found.Task;
        }

        string reason = first == ended ? $"ended with exit code {_process.ExitCode}" : $"wrote nothing of the kind for {limit.TotalSeconds} s";
        throw new AssertionException($"{Name}: waiting for {what}, it {reason}. Its output:\n{Output}");
    }

    /// <summary>How many lines it has written so far.</summary>
    public int LineCount
    {
        get
        {
            lock (_lock)
            {
                return _lines.Count;
            }
        }
    }

    /// <summary>Waits for the end; kills it and fails when it does not come in time.</summary>
    public async Task<int> ExitAsync(TimeSpan limit)
    {
        Task exit = _process.WaitForExitAsync();
        if (await Task.WhenAny(exit, Task.Delay(limit)) != exit)
        {
            _process.Kill(entireProcessTree: true);
            await exit;
            Assert.Fail($"{Name} did not end within {limit.TotalSeconds} s. Its output:\n{Output}");
        }

        return _process.ExitCode;
    }

    public void SendHangup() => Signal(Hangup);

    public void SendQuit() => Signal(Quit);

    public void SendTerminate() => Signal(Terminate);

    public void SendStop() => Signal(Stop);

    public void SendContinue() => Signal(Continue);

    public async Task KillNineAsync()
    {
        Signal(Kill);
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);

    private void Signal(int signal)
    {
        if (!_process.HasExited && SendSignal(_process.Id, signal) != 0)
        {
            throw new InvalidOperationException($"{Name}: signal {signal} failed with error {Marshal.GetLastPInvokeError()}.");
        }
    }

    private void Add(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_lock)
        {
            _lines.Add(line);
            foreach ((Func<string, bool> matches, TaskCompletionSource<string> found) in _waiting)
            {
                if (matches(line))
                {
                    found.TrySetResult(line);
                }
            }

            _waiting.RemoveAll(waiting => waiting.Found.Task.IsCompleted);
        }
    }
}
