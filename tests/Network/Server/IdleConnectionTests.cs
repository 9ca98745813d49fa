using System.Diagnostics;
using System.Globalization;
using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Core.Transport;
using Kafka.Modular.Network.Tests.Support;

namespace Kafka.Modular.Network.Tests.Server;

[NonParallelizable]
public sealed class IdleConnectionTests
{
    private const int Connections = 10_000;

    /// <summary>
    /// The clients live in a process of their own, so that their memory does not count and file descriptors suffice. Each asks once and then does nothing.
    /// </summary>
    [Test]
    [Category("long")]
    public async Task An_idle_connection_costs_at_most_8_KiB_of_resident_memory()
    {
        await using var server = await TestServer.StartAsync(
            new SocketNetwork(),
            TestServer.DefaultSettings with { SocketListenBacklogSize = 4096 },
            pool: new BufferPool(new BufferPoolOptions { Checked = false }));
        await using (var warm = await server.ConnectAsync())
        {
            await warm.AskAsync("warm");
        }

        var before = ResidentBytes(server.Pool);
        using var clients = Process.Start(new ProcessStartInfo("bash", ["-c", Script(server.Address.Port)]) { RedirectStandardInput = true, UseShellExecute = false })!;
        try
        {
            var started = TimeProvider.System.GetTimestamp();
            while (server.Dispatcher.Dispatched < Connections + 1)
            {
                Assert.That(clients.HasExited, Is.False, "the clients ended early");
                Assert.That(TimeProvider.System.GetElapsedTime(started), Is.LessThan(TimeSpan.FromMinutes(2)), $"{server.Dispatcher.Dispatched} connected");
                await Task.Yield();
                GC.KeepAlive(server);
            }

            Assert.That(server.Server.ConnectionCount, Is.EqualTo(Connections));
            var perConnection = (ResidentBytes(server.Pool) - before) / (double)Connections;
            TestContext.Out.WriteLine($"{perConnection:F0} bytes resident for each idle connection");
            Assert.That(perConnection, Is.LessThanOrEqualTo(8 * 1024));

            await using var client = await server.ConnectAsync();
            Assert.That(await client.AskAsync("still served"), Is.EqualTo("still served"));
        }
        finally
        {
            clients.Kill();
            await clients.WaitForExitAsync();
        }

        await Eventually.Until(() => server.Server.ConnectionCount == 0);
    }

    private static string Script(int port) =>
        string.Create(CultureInfo.InvariantCulture, $$"""
            for ((i = 0; i < {{Connections}}; i++)); do
              exec {fd}<>/dev/tcp/127.0.0.1/{{port}} || exit 1
              printf '\0\0\0\4abcd' >&$fd
            done
            read -r end
            """);

    private static long ResidentBytes(BufferPool pool)
    {
        pool.TrimAll();
        for (var i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        var line = File.ReadLines("/proc/self/status").First(static l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.AsSpan(6).TrimEnd("kB").Trim(), NumberStyles.Integer, CultureInfo.InvariantCulture) * 1024;
    }
}
