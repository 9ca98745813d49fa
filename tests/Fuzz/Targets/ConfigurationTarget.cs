using Kafka.Modular.Configuration.Sources;
using Kafka.Modular.Fuzz.Tests.Frame;

namespace Kafka.Modular.Fuzz.Tests.Targets;

/// <summary>A reader of configuration, and for some of what it reads the checks of a node's configuration: they end with values or with problems.</summary>
internal abstract class ConfigurationTarget(params string[] words) : TextTarget(words)
{
    private int _turn;

    /// <summary>Reads a text.</summary>
    protected abstract ConfigurationSource Read(string text);

    protected sealed override bool Run(string text)
    {
        var source = Read(text);
        ConfigurationCheck.Check(source);
        if (source.Entries.Count > 0 && _turn++ % 16 == 0)
        {
            ConfigurationCheck.Load(source);
        }

        return source.Problems.Count == 0;
    }

    protected sealed override long AllocationLimit(byte[] input) => (8 * 1024 * 1024) + (input.Length * 4096L);
}
