using System.Buffers.Binary;

namespace Kafka.Modular.Cli.DumpLog;

/// <summary>Reads a log file batch by batch.</summary>
internal sealed class BatchFile : IDisposable
{
    private const int LogOverhead = 12;
    private const int LengthPosition = 8;
    private readonly FileStream _file;
    private readonly long _end;

    /// <param name="path">The file.</param>
    /// <param name="maxBytes">How much of it is read.</param>
    public BatchFile(string path, long maxBytes = long.MaxValue)
    {
        _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16);
        Length = _file.Length;
        _end = Math.Min(Length, maxBytes);
    }

    /// <summary>The file's length.</summary>
    public long Length { get; }

    /// <summary>The complete batches from a position on, each with its own. What follows the last of them is no batch, or a part of one.</summary>
    public IEnumerable<(long Position, byte[] Bytes)> From(long position = 0)
    {
        var header = new byte[LogOverhead];
        while (position + LogOverhead <= _end)
        {
            _file.Position = position;
            _file.ReadExactly(header);
            var size = LogOverhead + (long)BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(LengthPosition));
            if (size <= LogOverhead + 4 || position + size > _end)
                yield break;
            var batch = new byte[size];
            header.CopyTo(batch, 0);
            _file.ReadExactly(batch.AsSpan(LogOverhead));
            yield return (position, batch);
            position += size;
        }
    }

    public void Dispose() => _file.Dispose();
}
