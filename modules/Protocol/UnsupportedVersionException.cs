namespace Kafka.Modular.Protocol;

/// <summary>
/// A message has no such version, or a field that must not be dropped is set in a version that lacks it.
/// Kafka calls the same thing UnsupportedVersionException; the error code is <c>UNSUPPORTED_VERSION</c>.
/// </summary>
public sealed class UnsupportedVersionException : ProtocolException
{
    /// <summary>Names the message, the field and the version.</summary>
    public UnsupportedVersionException(string message)
        : base(message)
    {
    }

    /// <summary>Names the message, the field and the version, and the cause.</summary>
    public UnsupportedVersionException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>A version is not supported.</summary>
    public UnsupportedVersionException()
    {
    }

    /// <summary>The message does not have this version.</summary>
    public static UnsupportedVersionException Unknown(string message, short version) => new($"{message} has no version {version}");

    /// <summary>The version lacks a field whose value may not be dropped.</summary>
    public static UnsupportedVersionException Lacks(string message, string field, short version) =>
        new($"{message} version {version} cannot carry {field}");
}
