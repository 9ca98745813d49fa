using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Kafka.Modular.Spi.Security;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Credentials.File;

/// <summary>
/// Users of a file with salted, slow hashes. The file is looked at again at most once a second, when somebody logs in. A password that was right is remembered as a
/// keyed hash, so that the next login of the user is quick; one that is wrong, and one of an unknown user, take the slow way each time, and only so many at once that
/// somebody who guesses leaves the machine to others.
/// </summary>
internal sealed class FileCredentialStore : ICredentialStore, IDisposable
{
    private static readonly TimeSpan s_lookInterval = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly SemaphoreSlim _slow = new(Math.Max(1, Environment.ProcessorCount / 2));
    private readonly Lock _lock = new();
    private ConcurrentDictionary<string, byte[]> _right = new(StringComparer.Ordinal);
    private FileCredentials _current;
    private (DateTime Modified, long Length) _seen;
    private long _looked;

    public FileCredentialStore(string path, TimeProvider time, ILogger logger)
    {
        (_path, _time, _logger) = (path, time, logger);
        _looked = time.GetTimestamp();
        _seen = Look();
        _current = Read();
    }

    public async ValueTask<PasswordCheck> CheckPasswordAsync(string user, string password, CancellationToken cancellationToken)
    {
        var (credentials, right) = Current();
        var stored = credentials.Find(user);
        var hash = HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(password));
        if (stored is not null && right.TryGetValue(user, out var known) && CryptographicOperations.FixedTimeEquals(known, hash))
            return PasswordCheck.Accepted;
        await _slow.WaitAsync(cancellationToken);
        try
        {
            var isRight = (stored ?? credentials.Nobody).Verify(password);
            if (stored is null)
                return PasswordCheck.UnknownUser;
            if (!isRight)
                return PasswordCheck.WrongPassword;
            right[user] = hash;
            return PasswordCheck.Accepted;
        }
        finally
        {
            _slow.Release();
        }
    }

    public ValueTask<ScramCredential?> FindScramAsync(string mechanism, string user, CancellationToken cancellationToken)
        => new(Current().Credentials.FindScram(mechanism, user));

    public void Dispose() => _slow.Dispose();

    private (FileCredentials Credentials, ConcurrentDictionary<string, byte[]> Right) Current()
    {
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            if (_time.GetElapsedTime(_looked, now) >= s_lookInterval)
            {
                _looked = now;
                Refresh();
            }

            return (_current, _right);
        }
    }

    private void Refresh()
    {
        try
        {
            var seen = Look();
            if (seen == _seen)
                return;
            try
            {
                _current = Read();
                _right = new(StringComparer.Ordinal);
            }
            catch (FormatException)
            {
                // It is as wrong the next time; one that could not be opened may be there again.
                _seen = seen;
                throw;
            }

            _seen = seen;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
        {
            _logger.CredentialsNotRead(_path, error.Message);
        }
    }

    private (DateTime Modified, long Length) Look()
    {
        var file = new FileInfo(_path);
        return file.Exists ? (file.LastWriteTimeUtc, file.Length) : throw new FileNotFoundException("it is not there");
    }

    private FileCredentials Read()
    {
        if (!OperatingSystem.IsWindows() && System.IO.File.GetUnixFileMode(_path).HasFlag(UnixFileMode.OtherRead))
            _logger.CredentialsOpenToAll(_path, _path);
        var credentials = new FileCredentials(CredentialFile.Parse(System.IO.File.ReadAllText(_path)));
        _logger.CredentialsRead(credentials.Count, _path);
        return credentials;
    }
}
