namespace Kafka.Modular.Security.Authentication;

/// <summary>The current generation of mechanisms and credential stores, and those before that are still in use. Any thread.</summary>
public sealed class AuthenticationGenerations : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<AuthenticationGeneration> _old = [];
    private AuthenticationGeneration _current;

    /// <summary>Begins with a generation.</summary>
    /// <param name="first">The generation; it is owned from now on.</param>
    public AuthenticationGenerations(AuthenticationGeneration first) => _current = first;

    /// <summary>The generation that new exchanges take.</summary>
    public AuthenticationGeneration Current => Volatile.Read(ref _current);

    /// <summary>How many were replaced and are still in use by exchanges.</summary>
    public int Draining
    {
        get
        {
            lock (_lock)
            {
                _old.RemoveAll(static generation => generation.IsReleased);
                return _old.Count;
            }
        }
    }

    /// <summary>New exchanges take this generation from now on; those under way end in theirs.</summary>
    /// <param name="next">The generation, tested; it is owned from now on.</param>
    public void Replace(AuthenticationGeneration next)
    {
        AuthenticationGeneration before;
        lock (_lock)
        {
            before = _current;
            _old.Add(before);
            Volatile.Write(ref _current, next);
        }

        before.Retire();
    }

    /// <summary>Lets go of everything once no exchange is under way.</summary>
    public void Dispose() => Current.Retire();

    /// <summary>The current generation, which stays until <see cref="AuthenticationGeneration.Leave"/>.</summary>
    /// <exception cref="ObjectDisposedException">The server has stopped.</exception>
    internal AuthenticationGeneration Enter()
    {
        while (true)
        {
            var current = Current;
            if (current.TryEnter())
                return current;
            ObjectDisposedException.ThrowIf(ReferenceEquals(current, Current), this);
        }
    }
}
