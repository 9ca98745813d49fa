using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Metadata;
using Kafka.Modular.Metadata.Features;

namespace Kafka.Modular.Controller;

/// <summary>What an operation decides from: the metadata with all that was appended before, the clock and chance. Nothing in it changes by reading.</summary>
/// <param name="Image">The metadata, appended records included, committed or not.</param>
/// <param name="NextOffset">The offset that the next record gets.</param>
/// <param name="NowMs">Now, in milliseconds since the Unix epoch.</param>
/// <param name="Random">Chance.</param>
internal sealed record ControllerState(MetadataImage Image, long NextOffset, long NowMs, RandomSource Random)
{
    public MetadataVersion Version => Image.Features.MetadataVersionOrThrow;
}
