using System.Runtime.InteropServices;

namespace Kafka.Modular.Configuration.Jaas;

/// <summary>A piece of a login configuration: a word, quoted or not, or one of <c>; = { }</c>, or the end.</summary>
/// <param name="Text">The word, without quotes and escapes.</param>
/// <param name="IsSymbol">Whether it is a symbol. A quoted one is a word.</param>
/// <param name="IsEnd">Whether there is nothing more.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct JaasToken(string Text, bool IsSymbol, bool IsEnd)
{
    /// <summary>Whether it is a certain symbol.</summary>
    public bool Is(char symbol) => IsSymbol && Text[0] == symbol;
}
