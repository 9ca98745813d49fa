using Kafka.Modular.Protocol;

namespace Kafka.Modular.Controller;

/// <summary>What became of an append to the metadata log.</summary>
/// <param name="Error"><see cref="ErrorCode.None"/>, or why nothing was appended.</param>
/// <param name="LastOffset">Offset of the last record, -1 on error.</param>
public readonly record struct ControllerAppend(ErrorCode Error, long LastOffset);
