using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Kafka.Modular.Bench.Limits;

/// <summary>
/// The least that a server can do with the bytes: the sink receives into one buffer of 1 MiB and writes it to a file, the source sends a file with sendfile(2). Runs as a
/// process of its own on the broker's processors, one connection after the other, and ends with its standard input.
/// </summary>
internal static partial class LimitServer
{
    public const string Sink = "sink";
    public const string Source = "source";
    private const int Chunk = 1 << 20;

    public static int Run(string kind, string file, long size)
    {
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        listener.Listen(1);
        using var handle = File.OpenHandle(file, FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite);
        if (kind == Source)
            Fill(handle, size);
        Console.WriteLine(((IPEndPoint)listener.LocalEndPoint!).Port.ToString(CultureInfo.InvariantCulture));
        using var connection = listener.Accept();
        if (kind == Sink)
            Receive(connection, handle);
        else
            Send(connection, handle, size);
        File.Delete(file);
        return 0;
    }

    private static void Receive(Socket connection, SafeFileHandle handle)
    {
        var buffer = new byte[Chunk];
        long position = 0;
        int count;
        while ((count = connection.Receive(buffer)) > 0)
        {
            RandomAccess.Write(handle, buffer.AsSpan(0, count), position);
            position += count;
        }
    }

    private static void Send(Socket connection, SafeFileHandle handle, long size)
    {
        while (true)
        {
            nint offset = 0;
            while (offset < size)
            {
                if (SendFile((int)connection.Handle, (int)handle.DangerousGetHandle(), ref offset, Chunk) <= 0)
                    return;
            }
        }
    }

    private static void Fill(SafeFileHandle handle, long size)
    {
        var buffer = new byte[Chunk];
        for (long position = 0; position < size; position += buffer.Length)
            RandomAccess.Write(handle, buffer, position);
    }

    [LibraryImport("libc", EntryPoint = "sendfile")]
    private static partial nint SendFile(int output, int input, ref nint offset, nint count);
}
