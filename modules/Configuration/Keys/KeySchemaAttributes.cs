using System.Globalization;

namespace Kafka.Modular.Configuration.Keys;

/// <summary>Reads what follows the default in a key's line: constraint, importance and attributes.</summary>
internal static class KeySchemaAttributes
{
    public static ConfigurationKey Read(KeySchemaCursor cursor, ConfigurationKey key)
    {
        key = key with { Constraint = ReadConstraint(cursor) };
        if (key.Scope != ConfigurationScope.Quota)
        {
            key = key with
            {
                Importance = cursor.Word("high, medium or low") switch
                {
                    "high" => ConfigurationImportance.High,
                    "medium" => ConfigurationImportance.Medium,
                    "low" => ConfigurationImportance.Low,
                    _ => throw cursor.ErrorBefore("expected a constraint or one of high, medium, low"),
                },
            };
        }

        while (cursor.Current.Kind != KeySchemaTokenKind.End)
        {
            key = ReadAttribute(cursor, key);
        }

        return key;
    }

    private static ConfigurationKey ReadAttribute(KeySchemaCursor cursor, ConfigurationKey key)
    {
        switch (cursor.Word("an attribute"))
        {
            case "dynamic":
                return key with
                {
                    UpdateMode = cursor.Word("cluster, broker or listener") switch
                    {
                        "cluster" => UpdateMode.ClusterWide,
                        "broker" => UpdateMode.PerBroker,
                        "listener" => UpdateMode.PerListener,
                        _ => throw cursor.ErrorBefore("expected cluster, broker or listener"),
                    },
                };
            case "prefix":
                return key with
                {
                    ListenerPrefix = cursor.Word("listener or mechanism") switch
                    {
                        "listener" => ListenerPrefix.Listener,
                        "mechanism" => ListenerPrefix.Mechanism,
                        _ => throw cursor.ErrorBefore("expected listener or mechanism"),
                    },
                };
            case "from":
                return key with { Synonyms = Names(cursor) };
            case "entity":
                return key with { Entities = Names(cursor) };
            case "separator":
                return cursor.WordOrQuoted("a character") is [var separator] ? key with { Separator = separator } : throw cursor.ErrorBefore("expected one character");
            case "internal":
                return key with { IsInternal = true };
            case "split":
                return key with { IsSplit = true };
            case "runtime":
                return key with { IsRuntimeOnly = true };
            default:
                throw cursor.ErrorBefore("expected dynamic, prefix, from, entity, separator, split, internal or runtime");
        }
    }

    private static ConfigurationConstraint? ReadConstraint(KeySchemaCursor cursor)
    {
        if (cursor.Take("["))
        {
            var minimum = cursor.Current.Is("..") ? null : Number(cursor);
            cursor.Expect("..");
            var maximum = cursor.Current.Is("]") ? null : Number(cursor);
            cursor.Expect("]");
            return new RangeConstraint(minimum, maximum, cursor.TakeWord("or") ? Number(cursor) : null);
        }

        if (cursor.Take("{"))
        {
            var values = cursor.Items("}");
            return new OneOfConstraint(values, cursor.TakeWord("any-case"));
        }

        if (cursor.TakeWord("check"))
        {
            var name = cursor.Word("the name of a check");
            return NamedChecks.Find(name) is null
                ? throw cursor.ErrorBefore($"there is no check of this name; known are {string.Join(", ", NamedChecks.Names)}")
                : new NamedConstraint(name);
        }

        return cursor.TakeWord("non-empty") ? new NonEmptyConstraint() : cursor.TakeWord("non-null") ? new NonNullConstraint() : null;
    }

    private static double? Number(KeySchemaCursor cursor) =>
        double.TryParse(cursor.Word("a number"), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw cursor.ErrorBefore("expected a number");

    private static List<string> Names(KeySchemaCursor cursor)
    {
        var names = new List<string> { cursor.Word("a name") };
        while (cursor.Take(","))
        {
            names.Add(cursor.Word("a name"));
        }

        return names;
    }
}
