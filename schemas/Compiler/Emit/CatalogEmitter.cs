using System.Globalization;
using Kafka.Modular.Schemas.Compiler.Checking;
using Kafka.Modular.Schemas.Compiler.Syntax;

namespace Kafka.Modular.Schemas.Compiler.Emit;

/// <summary>Writes the list of all messages and apis.</summary>
internal static class CatalogEmitter
{
    /// <summary>The generated half of the catalog class.</summary>
    public static string Emit(SchemaSet set)
    {
        var code = new CodeWriter("Kafka.Modular.Protocol", "Kafka.Modular.Protocol.Messages");
        code.Open("public static partial class MessageCatalog");
        code.Line("private static MessageDescriptor[] CreateMessages() =>");
        code.Line("[");
        foreach (Message message in set.Messages)
        {
            code.Line(string.Create(CultureInfo.InvariantCulture, $"    new(\"{message.Name}\", MessageKind.{Kind(message)}, {message.Key ?? -1}, {message.Versions.Low}, {message.Versions.High}, {FlexibleFrom(message)}, static () => new {message.Name}(), static (ref ProtocolReader reader, short version) => {message.Name}.Read(ref reader, version)),"));
        }

        code.Line("];");
        code.Line();
        code.Line("private static ApiDescriptor[] CreateApis(System.Func<string, MessageDescriptor> find) =>");
        code.Line("[");
        foreach (Message message in set.Messages.Where(message => message.Block == "request").OrderBy(message => message.Key))
        {
            code.Line($"    {Api(message)},");
        }

        code.Line("];");
        code.Close();
        return code.ToString();
    }

    private static string Api(Message message)
    {
        string name = message.Node.Name;
        IReadOnlyList<string> serves = message.Words("serves");
        string listeners = serves.Count == 0 ? "ApiListeners.None" : string.Join(" | ", serves.Select(word => "ApiListeners." + char.ToUpperInvariant(word[0]) + word[1..]));
        int advertised = message.Range("advertise")?.Low ?? message.Versions.Low;
        int unstable = message.Range("unstable")?.Low ?? VersionRange.Top;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"new(ApiKey.{name}, \"{name}\", find(\"{name}Request\"), find(\"{name}Response\"), {listeners}, {advertised}, {unstable}, {Bool(message.Has("forwardable"))}, {Bool(message.Has("cluster-action"))})");
    }

    private static string Kind(Message message) => (message.Kind, message.Block) switch
    {
        (MessageKind.Api, "request") => "Request",
        (MessageKind.Api, _) => "Response",
        (MessageKind.Coordinator, var block) =>
            char.ToUpperInvariant(message.Words("log")[0][0]) + message.Words("log")[0][1..] + (block == "key" ? "Key" : "Value"),
        _ => message.Kind.ToString(),
    };

    private static int FlexibleFrom(Message message) => message.Flexible.IsEmpty ? VersionRange.Top : message.Flexible.Low;

    private static string Bool(bool value) => value ? "true" : "false";
}
