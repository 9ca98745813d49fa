using System.Net;
using System.Runtime.InteropServices;

namespace Kafka.Modular.Network.Tests.Support;

/// <summary>Client connections that are no objects, so that what a server's ends hold can be measured in the same process.</summary>
internal sealed partial class RawSockets : IDisposable
{
    private const int InterNetwork = 2;
    private const int Stream = 1;
    private const int NoSignal = 0x4000;

    private readonly List<int> _open = [];

    /// <summary>Connects, and sends something unless it is empty.</summary>
    public void Connect(IPEndPoint address, byte[] first)
    {
        int socket = OpenSocket(InterNetwork, Stream, 0);
        _open.Add(socket);
        byte[] name = [InterNetwork, 0, (byte)(address.Port >> 8), (byte)address.Port, .. address.Address.GetAddressBytes(), 0, 0, 0, 0, 0, 0, 0, 0];
        if (socket < 0 || ConnectSocket(socket, name, name.Length) != 0)
            throw new IOException($"No connection: error {Marshal.GetLastPInvokeError()}.");
        if (first.Length > 0)
            _ = SendTo(socket, first, first.Length, NoSignal);
    }

    public void Dispose()
    {
        foreach (int socket in _open)
            _ = CloseSocket(socket);
        _open.Clear();
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int OpenSocket(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static partial int ConnectSocket(int socket, byte[] address, int length);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint SendTo(int socket, byte[] bytes, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int CloseSocket(int socket);
}
