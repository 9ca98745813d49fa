using Kafka.Modular.Core.Randomness;

namespace Kafka.Modular.Fuzz.Tests.Frame;

/// <summary>
/// Something that takes bytes from outside. Its corpus are the files <c>Corpus/NAME.*</c>: <c>*.hex</c> holds an input on each line in hexadecimal,
/// <c>*.txt</c> one on each line in a form of the target's own (<c>#</c> begins a comment in both), any other file is one input.
/// </summary>
internal abstract class FuzzTarget : IAsyncDisposable
{
    /// <summary>Its name, with which the files of its corpus begin.</summary>
    public abstract string Name { get; }

    /// <summary>Inputs of a run that nobody asked to be longer.</summary>
    public abstract int DefaultInputs { get; }

    /// <summary>Inputs that run at once, each on a thread of its own.</summary>
    public virtual int Lanes => 1;

    /// <summary>Inputs after which <see cref="BeginAsync"/> is called again.</summary>
    public virtual int InputsOfARound => int.MaxValue;

    /// <summary>Prepares for inputs. None is running.</summary>
    public virtual ValueTask BeginAsync() => ValueTask.CompletedTask;

    /// <summary>Makes an input as a well-meaning peer would send it, or nearly.</summary>
    public abstract byte[] Create(RandomSource random);

    /// <summary>Changes an input; <paramref name="other"/> is one to take pieces from. Neither is written to.</summary>
    public virtual byte[] Mutate(byte[] input, byte[] other, RandomSource random) => Mutation.Mutate(input, other, random);

    /// <summary>Takes an input.</summary>
    /// <returns>Whether it was taken, or else refused in the way that is foreseen.</returns>
    /// <exception cref="Exception">What must hold whatever the input does not.</exception>
    public abstract ValueTask<bool> RunAsync(byte[] input);

    /// <summary>Checks what must hold after all inputs, and says in a few words what else there is to say.</summary>
    public virtual ValueTask<string> FinishAsync() => new("");

    /// <summary>What helps to understand a failure.</summary>
    public virtual string Describe() => "";

    /// <summary>Reads an input as it stands on a line of a <c>*.txt</c> file.</summary>
    public virtual byte[] Parse(string line) => Convert.FromHexString(line);

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
