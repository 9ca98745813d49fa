using System.Runtime.InteropServices;

namespace Kafka.Modular.Network.Frames;

/// <summary>What reading a frame came to.</summary>
/// <param name="Kind">Which of the cases.</param>
/// <param name="Size">The size that was announced.</param>
/// <param name="OwnedFrame">The frame, if there is one; the receiver of this result owns it.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FrameReadResult(FrameReadKind Kind, int Size, RequestFrame OwnedFrame);
