using Kafka.Modular.Metadata.Collections;
using Kafka.Modular.Protocol;

namespace Kafka.Modular.Metadata.Records;

/// <summary>Between the lists of generated records and those of images.</summary>
internal static class RecordLists
{
    public static ValueList<int> ToIds(List<BrokerId>? ids) => ValueList.Map(ids, static id => id.Value);

    public static List<BrokerId> ToBrokerIds(ValueList<int> ids)
    {
        var list = new List<BrokerId>(ids.Count);
        foreach (var id in ids)
            list.Add((BrokerId)id);
        return list;
    }
}
