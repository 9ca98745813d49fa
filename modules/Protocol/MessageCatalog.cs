namespace Kafka.Modular.Protocol;

/// <summary>All messages and APIs that the schemas describe.</summary>
public static partial class MessageCatalog
{
    private static readonly MessageDescriptor[] AllMessages = CreateMessages();
    private static readonly Dictionary<string, MessageDescriptor> ByName = AllMessages.ToDictionary(message => message.Name, StringComparer.Ordinal);
    private static readonly ApiDescriptor[] AllApis = CreateApis(name => ByName[name]);
    private static readonly ApiDescriptor?[] ByKey = IndexApis();

    /// <summary>Every message, by name.</summary>
    public static IReadOnlyList<MessageDescriptor> Messages => AllMessages;

    /// <summary>Every API, by key.</summary>
    public static IReadOnlyList<ApiDescriptor> Apis => AllApis;

    /// <summary>The API of that key, or null when there is none.</summary>
    public static ApiDescriptor? FindApi(short key) => (ushort)key < ByKey.Length ? ByKey[key] : null;

    /// <summary>The API of that key.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No schema has the key.</exception>
    public static ApiDescriptor Api(ApiKey key) =>
        FindApi((short)key) ?? throw new ArgumentOutOfRangeException(nameof(key), key, "no schema has this key");

    /// <summary>The message of that class name, or null.</summary>
    public static MessageDescriptor? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The record of that kind and type number, or null.</summary>
    public static MessageDescriptor? Find(MessageKind kind, short number) =>
        Array.Find(AllMessages, message => message.Kind == kind && message.Number == number);

    private static ApiDescriptor?[] IndexApis()
    {
        var index = new ApiDescriptor?[AllApis.Length == 0 ? 0 : AllApis.Max(api => (short)api.Key) + 1];
        foreach (ApiDescriptor api in AllApis)
        {
            index[(short)api.Key] = api;
        }

        return index;
    }
}
