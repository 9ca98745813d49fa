namespace Kafka.Modular.Configuration.Checks;

/// <summary>Finds the known name that somebody probably meant.</summary>
public static class NearestKey
{
    /// <summary>The name with the smallest edit distance; null if none is near.</summary>
    /// <param name="name">What was written.</param>
    /// <param name="known">Known names.</param>
    /// <param name="limit">Largest distance; without it a fifth of the length, at least 2.</param>
    public static string? Find(string name, IEnumerable<string> known, int? limit = null)
    {
        var best = (limit ?? Math.Max(2, name.Length / 5)) + 1;
        string? nearest = null;
        foreach (var candidate in known)
        {
            if (Math.Abs(candidate.Length - name.Length) < best && Distance(name, candidate, best) is var distance && distance < best)
            {
                best = distance;
                nearest = candidate;
            }
        }

        return nearest;
    }

    /// <summary>
    /// Edit distance: insertions, deletions, replacements and exchanges of neighbors, upper and lower case being the same.
    /// Counting ends at a limit.
    /// </summary>
    internal static int Distance(string left, string right, int limit)
    {
        // No configuration key is this long; a hostile name must not cost its square.
        if (left.Length > 200 || right.Length > 200)
        {
            return limit;
        }

        var rows = new int[3, right.Length + 1];
        for (var j = 0; j <= right.Length; j++)
        {
            rows[0, j] = j;
        }

        for (var i = 1; i <= left.Length; i++)
        {
            int now = i % 3, before = (i + 2) % 3, twoBefore = (i + 1) % 3;
            rows[now, 0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var same = Same(left[i - 1], right[j - 1]);
                var cost = Math.Min(Math.Min(rows[before, j], rows[now, j - 1]) + 1, rows[before, j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && Same(left[i - 1], right[j - 2]) && Same(left[i - 2], right[j - 1]))
                {
                    cost = Math.Min(cost, rows[twoBefore, j - 2] + 1);
                }

                rows[now, j] = cost;
            }
        }

        return Math.Min(rows[left.Length % 3, right.Length], limit);
    }

    private static bool Same(char left, char right) => char.ToLowerInvariant(left) == char.ToLowerInvariant(right);
}
