using System.Diagnostics;
using System.Runtime.InteropServices;
using Kafka.Modular.Telemetry.Catalog;
using Kafka.Modular.Telemetry.Instruments;

namespace Kafka.Modular.Telemetry.Runtime;

/// <summary>Registers the metrics of the process and of the .NET runtime. They are read when somebody looks.</summary>
public static class ProcessMetrics
{
    private const long BytesPerKilobyte = 1024;

    private static readonly string[] s_generations = ["gen0", "gen1", "gen2", "loh", "poh"];

    /// <summary>Registers them.</summary>
    /// <param name="registry">Where they are read.</param>
    /// <param name="version">The server's version.</param>
    /// <param name="withJvmNames">Whether some are told under the names that a JVM has, too.</param>
    public static void Register(MetricRegistry registry, string version, bool withJvmNames)
    {
        ArgumentNullException.ThrowIfNull(registry);
        registry.Source(ProcessDefinitions.BuildInfo, sink => sink.Add(1, version, RuntimeInformation.FrameworkDescription));
        RegisterProcess(registry);
        RegisterIdleTime(registry);
        RegisterRuntime(registry);
        RegisterCollector(registry);
        if (withJvmNames)
            RegisterJvmNames(registry);
    }

    private static void RegisterProcess(MetricRegistry registry)
    {
        var started = new Lazy<double>(() =>
        {
            using var self = Process.GetCurrentProcess();
            return new DateTimeOffset(self.StartTime).ToUnixTimeMilliseconds() / 1000.0;
        });
        registry.Read(ProcessDefinitions.StartTime, () => started.Value);
        registry.Read(ProcessDefinitions.CpuSeconds, static () => Environment.CpuUsage.TotalTime.TotalSeconds);
        registry.Read(ProcessDefinitions.ResidentMemory, static () => Environment.WorkingSet);
        ReadProc(registry, ProcessDefinitions.VirtualMemory, static () => ProcFile.Find("/proc/self/status", "VmSize") * BytesPerKilobyte);
        ReadProc(registry, ProcessDefinitions.OpenFiles, static () => ProcFile.Count("/proc/self/fd"));
        ReadProc(registry, ProcessDefinitions.MaximumFiles, static () => ProcFile.Find("/proc/self/limits", "Max open files"));
        ReadProc(registry, ProcessDefinitions.DiskReadBytes, static () => ProcFile.Find("/proc/self/io", "read_bytes"));
        ReadProc(registry, ProcessDefinitions.DiskWriteBytes, static () => ProcFile.Find("/proc/self/io", "write_bytes"));
    }

    private static void RegisterIdleTime(MetricRegistry registry)
    {
        var busy = new Rate(registry.Time, static () => Environment.CpuUsage.TotalTime.TotalSeconds);
        double Idle() => Math.Clamp(1 - (busy.Read() / Environment.ProcessorCount), 0, 1);
        registry.Read(SocketDefinitions.NetworkProcessorAvgIdle, Idle);
        registry.Read(SocketDefinitions.RequestHandlerAvgIdle, Idle);
    }

    private static void RegisterRuntime(MetricRegistry registry)
    {
        registry.Read(ProcessDefinitions.ThreadPoolThreads, static () => ThreadPool.ThreadCount);
        registry.Read(ProcessDefinitions.ThreadPoolQueue, static () => ThreadPool.PendingWorkItemCount);
        registry.Read(ProcessDefinitions.ThreadPoolItems, static () => ThreadPool.CompletedWorkItemCount);
        registry.Read(ProcessDefinitions.LockContentions, static () => Monitor.LockContentionCount);
        registry.Read(ProcessDefinitions.JitMethods, static () => System.Runtime.JitInfo.GetCompiledMethodCount());
    }

    private static void RegisterCollector(MetricRegistry registry)
    {
        registry.Source(ProcessDefinitions.Collections, static sink =>
        {
            // The runtime counts a collection of a generation for the younger ones, too.
            for (var generation = 0; generation <= GC.MaxGeneration; generation++)
            {
                var older = generation < GC.MaxGeneration ? GC.CollectionCount(generation + 1) : 0;
                sink.Add(GC.CollectionCount(generation) - older, s_generations[generation]);
            }
        });
        registry.Read(ProcessDefinitions.AllocatedBytes, static () => GC.GetTotalAllocatedBytes());
        registry.Read(ProcessDefinitions.GcPause, static () => GC.GetTotalPauseDuration().TotalSeconds);
        registry.Read(ProcessDefinitions.HeapInUse, static () => GC.GetTotalMemory(forceFullCollection: false));
        registry.Read(ProcessDefinitions.HeapCommitted, static () => GC.GetGCMemoryInfo().TotalCommittedBytes);
        registry.Source(ProcessDefinitions.HeapSize, static sink =>
        {
            var generations = GC.GetGCMemoryInfo().GenerationInfo;
            for (var index = 0; index < generations.Length && index < s_generations.Length; index++)
                sink.Add(generations[index].SizeAfterBytes, s_generations[index]);
        });
    }

    private static void RegisterJvmNames(MetricRegistry registry)
    {
        registry.Source(ProcessDefinitions.JvmGcCount, static sink => sink.Add(GC.CollectionCount(0), "dotnet"));
        registry.Source(ProcessDefinitions.JvmGcSeconds, static sink => sink.Add(GC.GetTotalPauseDuration().TotalSeconds, "dotnet"));
        registry.Source(ProcessDefinitions.JvmMemoryUsed, static sink =>
        {
            var heap = GC.GetTotalMemory(forceFullCollection: false);
            sink.Add(heap, "heap");
            sink.Add(Math.Max(0, Environment.WorkingSet - heap), "nonheap");
        });
        ReadProc(registry, ProcessDefinitions.JvmThreads, static () => ProcFile.Find("/proc/self/status", "Threads"));
    }

    private static void ReadProc(MetricRegistry registry, MetricDefinition definition, Func<long?> read) => registry.Source(definition, sink =>
    {
        if (read() is { } value)
            sink.Add(value);
    });
}
