using Kafka.Modular.Controller.Configs;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Configs;

/// <summary>Changes the levels of this broker's loggers by IncrementalAlterConfigs (KIP-412): all that a request names, or nothing.</summary>
internal sealed class LoggerChanges(ILoggerLevels levels)
{
    public const string Root = "root";

    private static readonly string[] s_levels = ["DEBUG", "ERROR", "FATAL", "INFO", "TRACE", "WARN"];

    public Refusal Apply(IncrementalAlterConfigsRequest.AlterConfigsResource resource, bool validateOnly)
    {
        foreach (var change in resource.Configs)
        {
            if (Check(change) is { IsRefused: true } refusal)
            {
                return refusal;
            }
        }

        if (!validateOnly)
        {
            foreach (var change in resource.Configs)
            {
                if ((ConfigOperation)change.ConfigOperation == ConfigOperation.Set)
                {
                    levels.Set(change.Name, change.Value!);
                }
                else
                {
                    levels.Unset(change.Name);
                }
            }
        }

        return Refusal.None;
    }

    private Refusal Check(IncrementalAlterConfigsRequest.AlterableConfig change)
    {
        switch ((ConfigOperation)change.ConfigOperation)
        {
            case ConfigOperation.Set:
                return !levels.Contains(change.Name) ? Missing(change.Name)
                    : s_levels.Contains(change.Value, StringComparer.Ordinal) ? Refusal.None
                    : new Refusal(
                        ErrorCode.InvalidConfig,
                        $"Cannot set the log level of {change.Name} to {change.Value} as it is not a supported log level. "
                        + $"Valid log levels are {string.Join(", ", s_levels)}");
            case ConfigOperation.Delete:
                return !levels.Contains(change.Name) ? Missing(change.Name)
                    : change.Name == Root ? new Refusal(ErrorCode.InvalidRequest, $"Removing the log level of the {Root} logger is not allowed")
                    : Refusal.None;
            case ConfigOperation.Append:
                return new Refusal(ErrorCode.InvalidRequest, "APPEND operation is not allowed for the BROKER_LOGGER resource");
            case ConfigOperation.Subtract:
                return new Refusal(ErrorCode.InvalidRequest, "SUBTRACT operation is not allowed for the BROKER_LOGGER resource");
            default:
                return new Refusal(ErrorCode.InvalidRequest, $"Unknown operation type {change.ConfigOperation} is not allowed for the BROKER_LOGGER resource");
        }
    }

    private static Refusal Missing(string logger) => new(ErrorCode.InvalidConfig, $"Logger {logger} does not exist!");
}
