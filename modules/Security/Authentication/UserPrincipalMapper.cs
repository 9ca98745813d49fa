using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Security.Authentication;

/// <summary>A name is a user of that name, as Kafka's default principal builder has it for all mechanisms but Kerberos.</summary>
internal sealed class UserPrincipalMapper : IPrincipalMapper
{
    public KafkaPrincipal? Map(string? mechanism, string name) => new(KafkaPrincipal.UserType, name);
}
