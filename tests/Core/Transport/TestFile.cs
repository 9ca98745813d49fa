using Microsoft.Win32.SafeHandles;

namespace Kafka.Modular.Core.Tests.Transport;

/// <summary>A temporary file with known bytes, opened as stores open segments.</summary>
internal sealed class TestFile : IDisposable
{
    public TestFile(int size)
    {
        Bytes = new byte[size];
        new Random(size).NextBytes(Bytes);
        var path = Path.GetTempFileName();
        File.WriteAllBytes(path, Bytes);
        Handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, FileOptions.Asynchronous | FileOptions.DeleteOnClose);
    }

    public byte[] Bytes { get; }

    public SafeFileHandle Handle { get; }

    public TestLease Region(int position, int length) =>
        new(Bytes.AsSpan(position, length).ToArray(), givesMemory: false, Handle, position);

    public void Dispose() => Handle.Dispose();
}
