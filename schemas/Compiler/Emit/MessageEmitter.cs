using System.Globalization;
using Kafka.Modular.Schemas.Compiler.Checking;
using Kafka.Modular.Schemas.Compiler.Syntax;

namespace Kafka.Modular.Schemas.Compiler.Emit;

/// <summary>Writes the class of one message.</summary>
internal static class MessageEmitter
{
    /// <summary>The namespace of generated messages.</summary>
    public const string Namespace = "Kafka.Modular.Protocol.Messages";

    /// <summary>The C# file of a message.</summary>
    public static string Emit(Message message, string? errorType)
    {
        var code = new CodeWriter(Namespace, "System", "System.Collections.Generic", "Kafka.Modular.Core.Ids", "Kafka.Modular.Protocol");
        var asked = AskedForDefault(message);
        code.Summary(Summary(message));
        code.Open($"public sealed class {message.Name} : {Interface(message)}");
        code.Line($"public const string MessageName = \"{message.Name}\";");
        code.Line($"public static short LowestVersion => {message.Versions.Low};");
        code.Line($"public static short HighestVersion => {message.Versions.High};");
        code.Line("string IMessage.Name => MessageName;");
        if (message.Kind == MessageKind.Api)
        {
            if (message.Block == "request")
            {
                code.Line($"static ApiKey {Interface(message)}.Key => ApiKey.{message.Node.Name};");
            }

            code.Line($"ApiKey IApiMessage.ApiKey => ApiKey.{message.Node.Name};");
        }
        else if (message.Key is { } key)
        {
            code.Line(string.Create(CultureInfo.InvariantCulture, $"public const short RecordType = {key};"));
            code.Line("short IRecordMessage.RecordType => RecordType;");
        }

        code.Line();
        new StructEmitter(code, message, message.Root, errorType).Emit(false);
        foreach (Struct node in message.Structs)
        {
            code.Line();
            code.Summary(node.Doc ?? $"{node.Name} of {message.Name}.");
            code.Open($"public sealed class {node.ClassName} : IMessageStruct<{node.ClassName}>");
            new StructEmitter(code, message, node, errorType).Emit(asked.Contains(node));
            code.Close();
        }

        code.Close();
        return code.ToString();
    }

    private static string Summary(Message message)
    {
        string what = message.Node.Name + " " + message.Block + ", ";
        string doc = message.Root.Doc is { } text ? text + " " : "";
        return $"{doc}({(message.Block == "fields" ? "" : what)}versions {message.Versions})";
    }

    private static string Interface(Message message) => (message.Kind, message.Block) switch
    {
        (MessageKind.Api, "request") => $"IRequest<{message.Name}, {message.Node.Name}Response>",
        (MessageKind.Api, _) => $"IResponse<{message.Name}>",
        (MessageKind.Metadata, _) => $"IMetadataRecord<{message.Name}>",
        (MessageKind.Coordinator, "key") => $"ICoordinatorKey<{message.Name}>",
        (MessageKind.Coordinator, _) => $"ICoordinatorValue<{message.Name}>",
        (MessageKind.RemoteLogMetadata, _) => $"IRemoteLogMetadataRecord<{message.Name}>",
        _ => $"IMessage<{message.Name}>",
    };

    /// <summary>Structs that stand alone in a field: only for those is it ever asked whether everything in them is at its default.</summary>
    private static HashSet<Struct> AskedForDefault(Message message) =>
        message.Structs.Append(message.Root)
            .SelectMany(node => node.Fields)
            .Where(field => field.Struct is not null && !field.IsList)
            .Select(field => field.Struct!)
            .ToHashSet();
}
