using System.Text;

namespace Kafka.Modular.Cli.Users;

/// <summary>
/// One change of a credential file. The file is read while the one that takes its place, <c>FILE.new</c>, is held, so that of two changes at once none is lost; whoever
/// reads the file sees it whole, before the change or after it. Mode and owner stay as they are; a file that is new is its maker's alone (0600).
/// </summary>
internal sealed class CredentialFileEdit : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    private readonly string _path;
    private readonly string _newPath;
    private readonly FileStream _new;
    private bool _isCommitted;

    private CredentialFileEdit(string path, string newPath, FileStream stream)
    {
        (_path, _newPath, _new) = (path, newPath, stream);
        Lines = CredentialLines.Empty();
    }

    /// <summary>What the file says, to be changed.</summary>
    public CredentialLines Lines { get; private set; }

    /// <summary>Begins a change.</summary>
    /// <param name="path">The file. A link is followed.</param>
    /// <param name="mayBeMissing">Whether the file may be a new one.</param>
    /// <param name="patience">How long to wait for another change to end.</param>
    /// <exception cref="IOException">The file is not there or cannot be read, or another change does not end.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or nothing written beside it.</exception>
    public static CredentialFileEdit Begin(string path, bool mayBeMissing, TimeSpan? patience = null)
    {
        var target = Path.GetFullPath((File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName : null) ?? path);
        if (!mayBeMissing && !File.Exists(target))
            throw new FileNotFoundException($"{path} is not there");
        var newPath = target + ".new";
        var edit = new CredentialFileEdit(target, newPath, Hold(newPath, patience ?? s_patience));
        try
        {
            if (File.Exists(target))
                edit.Lines = CredentialLines.Parse(File.ReadAllText(target));
            return edit;
        }
        catch
        {
            edit.Dispose();
            throw;
        }
    }

    /// <summary>Puts the changed file in the place of the old one.</summary>
    /// <exception cref="IOException">It cannot be written, or would have another owner than before; the old one is unchanged.</exception>
    public void Commit()
    {
        using (var writer = new StreamWriter(_new, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true))
            writer.Write(Lines.Format());
        _new.Flush(flushToDisk: true);
        if (File.Exists(_path) && !OperatingSystem.IsWindows())
        {
            FileOwner.Copy(_path, _newPath);
            File.SetUnixFileMode(_newPath, File.GetUnixFileMode(_path));
        }

        _new.Dispose();
        File.Move(_newPath, _path, overwrite: true);
        _isCommitted = true;
    }

    /// <summary>Gives up what was not committed.</summary>
    public void Dispose()
    {
        _new.Dispose();
        // Once it was moved, a file of that name is another change's.
        if (!_isCommitted)
            File.Delete(_newPath);
    }

    private static FileStream Hold(string path, TimeSpan patience)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Read };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = Private;
        for (var waited = TimeSpan.Zero; ; waited += s_pause)
        {
            try
            {
                return new FileStream(path, options);
            }
            catch (IOException fault) when (File.Exists(path))
            {
                if (waited >= patience)
                    throw new IOException($"{path} is there: somebody else changes the users at this moment. If nobody does, a change was cut short: remove that file and try again", fault);
                Thread.Sleep(s_pause);
            }
        }
    }
}
