namespace Kafka.Modular.Telemetry.Catalog;

/// <summary>The process and the .NET runtime it runs on.</summary>
public static class ProcessDefinitions
{
    /// <summary>1 with the version of this server and of the runtime.</summary>
    public static MetricDefinition BuildInfo { get; } = MetricDefinition.Of("kafka_modular_build_info", MetricKind.Gauge, "1 with the version of this server and of the runtime.", "version", "runtime");

    /// <summary>When the process started, in seconds since 1970.</summary>
    public static MetricDefinition StartTime { get; } = MetricDefinition.Of("process_start_time_seconds", MetricKind.Gauge, "When the process started, in seconds since 1970.");

    /// <summary>Processor time that the process used, in seconds.</summary>
    public static MetricDefinition CpuSeconds { get; } = MetricDefinition.Of("process_cpu_seconds_total", MetricKind.Counter, "Processor time that the process used, in seconds.");

    /// <summary>Resident memory in bytes.</summary>
    public static MetricDefinition ResidentMemory { get; } = MetricDefinition.Of("process_resident_memory_bytes", MetricKind.Gauge, "Resident memory in bytes.");

    /// <summary>Virtual memory in bytes.</summary>
    public static MetricDefinition VirtualMemory { get; } = MetricDefinition.Of("process_virtual_memory_bytes", MetricKind.Gauge, "Virtual memory in bytes.");

    /// <summary>Open file descriptors.</summary>
    public static MetricDefinition OpenFiles { get; } = MetricDefinition.Of("process_open_fds", MetricKind.Gauge, "Open file descriptors.");

    /// <summary>File descriptors that may be open.</summary>
    public static MetricDefinition MaximumFiles { get; } = MetricDefinition.Of("process_max_fds", MetricKind.Gauge, "File descriptors that may be open.");

    /// <summary>Bytes that the process had read from disks.</summary>
    public static MetricDefinition DiskReadBytes { get; } = MetricDefinition.OfKafka("kafka.server:type=KafkaServer,name=linux-disk-read-bytes", MetricKind.Gauge, "Bytes that the process had read from disks.");

    /// <summary>Bytes that the process had written to disks.</summary>
    public static MetricDefinition DiskWriteBytes { get; } = MetricDefinition.OfKafka("kafka.server:type=KafkaServer,name=linux-disk-write-bytes", MetricKind.Gauge, "Bytes that the process had written to disks.");

    /// <summary>Garbage collections, by generation.</summary>
    public static MetricDefinition Collections { get; } = MetricDefinition.Of("dotnet_gc_collections_total", MetricKind.Counter, "Garbage collections, by generation.", "gc_heap_generation");

    /// <summary>Bytes allocated on the managed heap.</summary>
    public static MetricDefinition AllocatedBytes { get; } = MetricDefinition.Of("dotnet_gc_heap_total_allocated_bytes_total", MetricKind.Counter, "Bytes allocated on the managed heap.");

    /// <summary>Seconds that collections held the process.</summary>
    public static MetricDefinition GcPause { get; } = MetricDefinition.Of("dotnet_gc_pause_time_seconds_total", MetricKind.Counter, "Seconds that collections held the process.");

    /// <summary>Bytes on the managed heap after the last collection, by generation.</summary>
    public static MetricDefinition HeapSize { get; } = MetricDefinition.Of("dotnet_gc_last_collection_heap_size_bytes", MetricKind.Gauge, "Bytes on the managed heap after the last collection, by generation.", "gc_heap_generation");

    /// <summary>Bytes committed for the managed heap after the last collection.</summary>
    public static MetricDefinition HeapCommitted { get; } = MetricDefinition.Of("dotnet_gc_last_collection_memory_committed_size_bytes", MetricKind.Gauge, "Bytes committed for the managed heap after the last collection.");

    /// <summary>Bytes on the managed heap now, garbage included.</summary>
    public static MetricDefinition HeapInUse { get; } = MetricDefinition.Of("dotnet_gc_heap_size_bytes", MetricKind.Gauge, "Bytes on the managed heap now, garbage included.");

    /// <summary>Threads of the thread pool.</summary>
    public static MetricDefinition ThreadPoolThreads { get; } = MetricDefinition.Of("dotnet_thread_pool_thread_count", MetricKind.Gauge, "Threads of the thread pool.");

    /// <summary>Work items that wait for a thread of the pool.</summary>
    public static MetricDefinition ThreadPoolQueue { get; } = MetricDefinition.Of("dotnet_thread_pool_queue_length", MetricKind.Gauge, "Work items that wait for a thread of the pool.");

    /// <summary>Work items that the thread pool has done.</summary>
    public static MetricDefinition ThreadPoolItems { get; } = MetricDefinition.Of("dotnet_thread_pool_work_item_count_total", MetricKind.Counter, "Work items that the thread pool has done.");

    /// <summary>Times that a thread had to wait for a lock.</summary>
    public static MetricDefinition LockContentions { get; } = MetricDefinition.Of("dotnet_monitor_lock_contentions_total", MetricKind.Counter, "Times that a thread had to wait for a lock.");

    /// <summary>Methods compiled while running.</summary>
    public static MetricDefinition JitMethods { get; } = MetricDefinition.Of("dotnet_jit_compiled_methods_total", MetricKind.Counter, "Methods compiled while running.");

    /// <summary>Bytes of the buffer pool: rented, or free for the next.</summary>
    public static MetricDefinition BufferBytes { get; } = MetricDefinition.Of("kafka_modular_buffer_pool_bytes", MetricKind.Gauge, "Bytes of the buffer pool: rented, or free for the next.", "state");

    /// <summary>Garbage collections under the name that a JVM has; with compat.jvm-metrics.</summary>
    public static MetricDefinition JvmGcCount { get; } = MetricDefinition.Of("jvm_gc_collection_seconds_count", MetricKind.Counter, "Garbage collections under the name that a JVM has; with compat.jvm-metrics.", "gc");

    /// <summary>Seconds of garbage collections under the name that a JVM has; with compat.jvm-metrics.</summary>
    public static MetricDefinition JvmGcSeconds { get; } = MetricDefinition.Of("jvm_gc_collection_seconds_sum", MetricKind.Counter, "Seconds of garbage collections under the name that a JVM has; with compat.jvm-metrics.", "gc");

    /// <summary>Bytes in use under the name that a JVM has; with compat.jvm-metrics.</summary>
    public static MetricDefinition JvmMemoryUsed { get; } = MetricDefinition.Of("jvm_memory_used_bytes", MetricKind.Gauge, "Bytes in use under the name that a JVM has; with compat.jvm-metrics.", "area");

    /// <summary>Threads under the name that a JVM has; with compat.jvm-metrics.</summary>
    public static MetricDefinition JvmThreads { get; } = MetricDefinition.Of("jvm_threads_current", MetricKind.Gauge, "Threads under the name that a JVM has; with compat.jvm-metrics.");

    internal static IEnumerable<MetricDefinition> All =>
        [BuildInfo, StartTime, CpuSeconds, ResidentMemory, VirtualMemory, OpenFiles, MaximumFiles, DiskReadBytes, DiskWriteBytes, Collections,
            AllocatedBytes, GcPause, HeapSize, HeapCommitted, HeapInUse, ThreadPoolThreads, ThreadPoolQueue, ThreadPoolItems, LockContentions,
            JitMethods, BufferBytes, JvmGcCount, JvmGcSeconds, JvmMemoryUsed, JvmThreads];
}
