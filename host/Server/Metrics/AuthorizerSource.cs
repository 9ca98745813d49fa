using Kafka.Modular.Security.Authorization;
using Kafka.Modular.Telemetry.Catalog;
using Kafka.Modular.Telemetry.Instruments;

namespace Kafka.Modular.Server.Metrics;

/// <summary>Tells what the authorizer decides, under the names of Kafka's.</summary>
internal static class AuthorizerSource
{
    private const double SecondsPerMinute = 60;

    public static void Register(MetricRegistry registry, AuthorizerHolder authorizer)
    {
        Source(registry, AuthorizerDefinitions.Acls, () => authorizer.AclCount);
        Rate(registry, AuthorizerDefinitions.Requests, () => authorizer.Allowed + authorizer.Denied);
        Rate(registry, AuthorizerDefinitions.Allowed, () => authorizer.Allowed);
        Rate(registry, AuthorizerDefinitions.Denied, () => authorizer.Denied);
    }

    private static void Rate(MetricRegistry registry, MetricDefinition definition, Func<double> value)
    {
        var rate = new Rate(registry.Time, value);
        Source(registry, definition, () => rate.Read() * SecondsPerMinute);
    }

    private static void Source(MetricRegistry registry, MetricDefinition definition, Func<double> value) =>
        registry.Source(definition, sink => sink.Add(value(), "authorizer.class.name", "StandardAuthorizer", "broker"));
}
