using System.Buffers;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Server;
using Kafka.Modular.Spi.Compression;
using Kafka.Modular.Spi.Plugins;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kafka.Modular.Cli.Records;

/// <summary>The codecs of the installed plugins; each is loaded when the first batch needs it, so that a tool without compression starts at once.</summary>
internal sealed class ToolCodecs : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<ServerConfiguration> _loaded = [];

    public ToolCodecs() => All = new CompressionCodecs(
        new LazyCodec(this, CompressionType.Gzip), new LazyCodec(this, CompressionType.Snappy), new LazyCodec(this, CompressionType.Lz4), new LazyCodec(this, CompressionType.Zstd));

    /// <summary>All of Kafka's compression types.</summary>
    public CompressionCodecs All { get; }

    /// <summary>Lets go of the plugins' files: no codec may be used any more.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var configuration in _loaded)
                configuration.Dispose();
            _loaded.Clear();
        }
    }

    private ICompressionCodec Load(CompressionType type)
    {
        var id = type.ToString().ToLowerInvariant();
        try
        {
            var configuration = ServerConfiguration.Load(null, [$"plugins.compression={id}"], NullLoggerFactory.Instance);
            lock (_lock)
                _loaded.Add(configuration);
            var node = configuration.Result.Configuration ?? throw new ToolException($"{id}: {string.Join("; ", configuration.Result.Problems)}");
            return configuration.Plugins.CreateCodecs(node, TimeProvider.System).TryGet(type, out var codec) ? codec : throw new ToolException($"The plugin {id} has no codec of this type.");
        }
        catch (PluginException fault)
        {
            throw new ToolException(fault.Message, fault);
        }
    }

    private sealed class LazyCodec(ToolCodecs owner, CompressionType type) : ICompressionCodec
    {
        private readonly Lazy<ICompressionCodec> _codec = new(() => owner.Load(type));

        public string Id => type.ToString().ToLowerInvariant();

        public int Type => (int)type;

        public CompressionLevels? Levels => _codec.Value.Levels;

        public ICompressor OpenCompressor(IBufferWriter<byte> destination, int? level, CompressionFraming framing) =>
            _codec.Value.OpenCompressor(destination, level, framing);

        public IDecompressor OpenDecompressor(ReadOnlyMemory<byte> source, CompressionFraming framing) => _codec.Value.OpenDecompressor(source, framing);
    }
}
