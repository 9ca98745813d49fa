using Kafka.Modular.Security.Authentication;

namespace Kafka.Modular.Server.Plugins;

/// <summary>A generation of mechanisms and stores, with the plugins that it was made of.</summary>
/// <param name="Generation">The generation.</param>
/// <param name="Plugins">The plugins, for the next generation to keep.</param>
internal sealed record LoadedAuthentication(AuthenticationGeneration Generation, IReadOnlyList<SharedPlugin> Plugins);
