using System.Security.Cryptography;
using System.Text;

namespace Kafka.Modular.Conformance.Hostile;

/// <summary>Secrets that can be recognized wherever they turn up: as they are, in base64 at each of its three offsets, in hexadecimal.</summary>
internal sealed class PlantedSecrets
{
    private const int Length = 24;

    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly List<(string Name, string Form)> _forms = [];

    /// <summary>Makes a secret.</summary>
    /// <param name="name">What it is for; said when it is found.</param>
    public string Plant(string name)
    {
        string secret = RandomNumberGenerator.GetString("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789", Length);
        Add(name, secret);
        return secret;
    }

    /// <summary>Takes a secret that was made elsewhere.</summary>
    public void Add(string name, string secret)
    {
        _names[secret] = name;
        byte[] bytes = Encoding.UTF8.GetBytes(secret);
        _forms.Add((name, secret));
        _forms.Add((name + " in hexadecimal", Convert.ToHexString(bytes)));
        _forms.Add((name + " in hexadecimal", Convert.ToHexStringLower(bytes)));
        for (int offset = 0; offset < 3; offset++)
        {
            _forms.Add((name + " in base64", Middle(bytes, offset)));
        }
    }

    /// <summary>Takes a private key: each line of its text.</summary>
    public void AddKey(string name, string pem)
    {
        foreach (string line in pem.Split('\n', StringSplitOptions.TrimEntries))
        {
            if (line.Length >= Length && !line.StartsWith('-'))
            {
                Add(name, line);
            }
        }
    }

    /// <summary>Which of them a text holds, and the line around each.</summary>
    public IEnumerable<string> FindIn(string text)
    {
        foreach ((string name, string form) in _forms)
        {
            int at = text.IndexOf(form, StringComparison.Ordinal);
            if (at >= 0)
            {
                int begin = text.LastIndexOf('\n', at) + 1;
                int end = text.IndexOf('\n', at);
                yield return $"{name}: {text[Math.Max(begin, at - 200)..Math.Min(end < 0 ? text.Length : end, at + 100)]}";
            }
        }
    }

    // What is the same whatever stands before and behind it.
    private static string Middle(byte[] bytes, int offset)
    {
        string whole = Convert.ToBase64String([.. new byte[offset], .. bytes, 0, 0, 0]);
        int first = offset == 0 ? 0 : 4;
        return whole[first..((offset + bytes.Length) / 3 * 4)];
    }
}
