namespace Kafka.Modular.Spi.Security;

/// <summary>Who a connection speaks for. Written <c>Type:Name</c>, as in ACLs.</summary>
/// <param name="Type">Kind of principal; <c>User</c> unless a principal mapper says otherwise.</param>
/// <param name="Name">Its name.</param>
public sealed record KafkaPrincipal(string Type, string Name)
{
    /// <summary>The type of users.</summary>
    public const string UserType = "User";

    /// <summary>Who has not authenticated: <c>User:ANONYMOUS</c>.</summary>
    public static KafkaPrincipal Anonymous { get; } = new(UserType, "ANONYMOUS");

    /// <summary><c>Type:Name</c>.</summary>
    public override string ToString() => $"{Type}:{Name}";
}
