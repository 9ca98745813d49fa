namespace Kafka.Modular.Spi.Security;

/// <summary>What a store says to a password. A client never learns which of the first two it was.</summary>
public enum PasswordCheck
{
    /// <summary>The store does not know the user.</summary>
    UnknownUser = 0,

    /// <summary>The password is another one.</summary>
    WrongPassword = 1,

    /// <summary>It is the user's password.</summary>
    Accepted = 2,
}
