using System.Runtime.InteropServices;
using Kafka.Modular.Server.Logging;
using Kafka.Modular.Server.Plugins;
using Kafka.Modular.Server.Storage;
using Kafka.Modular.Spi.Plugins;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Server.Hosting;

/// <summary>
/// Runs a broker as a process: until SIGTERM, SIGINT or SIGQUIT, which stop it in order; SIGHUP has it take new certificates and plugins. Under systemd it says READY=1 once clients can use it (Type=notify).
/// </summary>
public static class ServerHost
{
    private static readonly TimeSpan s_stopLimit = TimeSpan.FromSeconds(100);

    /// <summary>Runs until the process is told to end.</summary>
    /// <param name="configuration">A valid configuration.</param>
    /// <param name="read">Reads the configuration again, when the plugins are to be replaced.</param>
    /// <param name="loggers">Where log lines go.</param>
    /// <returns>True when it ended in order, false when the broker failed while it ran.</returns>
    /// <exception cref="BrokerStartException">It cannot start.</exception>
    /// <exception cref="PluginException">A plugin cannot be loaded.</exception>
    public static async Task<bool> RunAsync(ServerConfiguration configuration, Func<ServerConfiguration> read, ConsoleLoggers loggers)
    {
        var node = configuration.Result.Required;
        await using var store = configuration.Plugins.CreateStore(node, TimeProvider.System);
        var codecs = configuration.Plugins.CreateCodecs(node, TimeProvider.System);
        using var plugins = await PluginReloads.LoadAsync(configuration, read, TimeProvider.System, loggers, CancellationToken.None);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.Replace(ServiceDescriptor.Singleton<ILoggerFactory>(loggers));
        builder.Services.AddSystemd();
        builder.Services.Configure<HostOptions>(static options => options.ShutdownTimeout = s_stopLimit);
        var hasFailed = false;
        IHost? host = null;
        var broker = Broker.Create(new BrokerParts
        {
            Configuration = node,
            Store = store,
            Codecs = codecs,
            Authorizer = plugins.Authorizer,
            Authentication = plugins.Authentication,
            Loggers = loggers.MakeAdjustable(),
            FormatsIfEmpty = configuration.IsBuiltIn,
            OwnsProcess = true,
            OnFault = _ =>
            {
                hasFailed = true;
                host?.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
            },
        });
        plugins.Attach(broker);
        OperatorRequests? requests = null;
        builder.Services.AddSingleton<IHostedService>(new BrokerService(
            broker, () => requests = new OperatorRequests(MetadataLogPath.Of(node), plugins, loggers.CreateLogger("kafka.modular.Plugins"))));
        using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            broker.ReloadCertificates();
            Volatile.Read(ref requests)?.OnHangUp();
        });
        using (host = builder.Build())
            await host.RunAsync();
        return !hasFailed;
    }
}
