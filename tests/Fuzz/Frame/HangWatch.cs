namespace Kafka.Modular.Fuzz.Tests.Frame;

/// <summary>Ends the process when one input takes too long, and says which: a test that hangs says nothing.</summary>
internal sealed class HangWatch : IDisposable
{
    private static readonly TimeSpan s_pace = TimeSpan.FromSeconds(30);

    private readonly string _name;
    private readonly Timer _timer;
    private byte[] _input = [];
    private byte[] _seen = [];
    private int _patience;

    public HangWatch(string name)
    {
        _name = name;
        _timer = new Timer(_ => Look(), null, s_pace, s_pace);
    }

    /// <summary>The input that is about to run.</summary>
    public void Next(byte[] input) => Volatile.Write(ref _input, input);

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        var input = Volatile.Read(ref _input);
        _patience = ReferenceEquals(input, _seen) ? _patience + 1 : 0;
        _seen = input;
        if (_patience >= 3)
        {
            Environment.FailFast($"{_name}: this input runs for more than {3 * s_pace.TotalSeconds} s: {Convert.ToHexString(input)}");
        }
    }
}
