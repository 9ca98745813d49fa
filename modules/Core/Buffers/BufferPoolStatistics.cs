using System.Runtime.InteropServices;

namespace Kafka.Modular.Core.Buffers;

/// <summary>A look at a <see cref="BufferPool"/>; the numbers are read one after the other, not at one instant.</summary>
/// <param name="RentedBuffers">Buffers handed out and not disposed yet.</param>
/// <param name="RentedBytes">Their capacity in bytes.</param>
/// <param name="IdleBytes">Capacity in bytes of the slabs that wait to be rented.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct BufferPoolStatistics(long RentedBuffers, long RentedBytes, long IdleBytes);
