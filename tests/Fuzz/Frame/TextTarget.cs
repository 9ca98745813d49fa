using System.Text;
using Kafka.Modular.Core.Randomness;

namespace Kafka.Modular.Fuzz.Tests.Frame;

/// <summary>A target whose inputs are texts, made of words that mean something to who reads them.</summary>
internal abstract class TextTarget(params string[] words) : PureTarget
{
    public sealed override byte[] Create(RandomSource random) => Encoding.UTF8.GetBytes(CreateText(random));

    public sealed override byte[] Mutate(byte[] input, byte[] other, RandomSource random) => Mutation.MutateText(input, other, words, random);

    protected sealed override bool Run(byte[] input) => Run(Encoding.UTF8.GetString(input));

    /// <inheritdoc cref="FuzzTarget.RunAsync"/>
    protected abstract bool Run(string text);

    /// <summary>A new text: words one after the other.</summary>
    protected virtual string CreateText(RandomSource random)
    {
        var text = new StringBuilder();
        for (var left = random.Next(40); left > 0; left--)
        {
            text.Append(Word(random)).Append(random.Next(3) == 0 ? "\n" : " ");
        }

        return text.ToString();
    }

    /// <summary>One of the words.</summary>
    protected string Word(RandomSource random) => words[random.Next(words.Length)];

    protected override long AllocationLimit(byte[] input) => (4 * 1024 * 1024) + (input.Length * 4096L);
}
