using System.Globalization;

namespace Kafka.Modular.Storage.File;

/// <summary>Kafka's names of a segment's files: the base offset in 20 digits and what the file holds.</summary>
internal static class LogFileNames
{
    public const string Log = ".log";
    public const string OffsetIndex = ".index";
    public const string TimeIndex = ".timeindex";
    public const string TransactionIndex = ".txnindex";

    /// <summary>Taken out of the log, to be deleted.</summary>
    public const string Deleted = ".deleted";

    /// <summary>A replacement that is being written.</summary>
    public const string Cleaned = ".cleaned";

    /// <summary>A complete replacement that is taking the place of others.</summary>
    public const string Swap = ".swap";

    /// <summary>A blob that is being written.</summary>
    public const string Temporary = ".tmp";

    /// <summary>A snapshot that is being written.</summary>
    public const string Part = ".part";

    public const string Lock = ".lock";

    private const int Digits = 20;

    public static string Of(long baseOffset, string extension, string suffix)
        => string.Concat(baseOffset.ToString("D20", CultureInfo.InvariantCulture), extension, suffix);

    /// <summary>Takes a segment file's name apart; false for any other name.</summary>
    public static bool TryParse(string name, out long baseOffset, out string extension, out string suffix)
    {
        (baseOffset, extension, suffix) = (0, "", "");
        if (name.Length <= Digits || !long.TryParse(name.AsSpan(0, Digits), NumberStyles.None, CultureInfo.InvariantCulture, out baseOffset))
            return false;
        var rest = name.AsSpan(Digits);
        foreach (var candidate in (ReadOnlySpan<string>)[TimeIndex, TransactionIndex, OffsetIndex, Log])
        {
            if (!rest.StartsWith(candidate))
                continue;
            extension = candidate;
            suffix = rest[candidate.Length..] switch
            {
                "" => "",
                Deleted => Deleted,
                Cleaned => Cleaned,
                Swap => Swap,
                _ => "?",
            };
            return suffix != "?";
        }

        return false;
    }

    /// <summary>Whether a file is one of a segment's, or left over from one.</summary>
    public static bool IsSegmentFile(string name) => TryParse(name, out _, out _, out _);

    /// <summary>Whether a name can be a blob's or a partition's: one path component that is not special.</summary>
    public static bool IsPlain(string name)
        => name is not ("" or "." or "..") && name.AsSpan().IndexOfAny('/', '\\', '\0') < 0;
}
