using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using Microsoft.Win32.SafeHandles;

namespace Kafka.Modular.Core.Transport;

/// <summary>
/// Sends stretches of files with <c>sendfile(2)</c>, the way .NET offers it: <see cref="Socket.SendPacketsAsync"/> with a file element. The
/// event arguments are shared by all connections, so that idle ones hold none.
/// </summary>
internal sealed class SendFilePool
{
    private const int MaximumIdle = 64;

    private readonly ConcurrentQueue<Operation> _idle = new();
    private readonly ConditionalWeakTable<SafeFileHandle, FileStream> _streams = [];

    public ValueTask SendAsync(Socket socket, SafeFileHandle file, long position, int count)
    {
        var operation = _idle.TryDequeue(out var idle) ? idle : new Operation(this);
        return operation.SendAsync(socket, new SendPacketsElement(StreamOf(file), position, count));
    }

    // The element wants a FileStream. It is only a name for the handle here: it is never disposed, since that would close the handle of the log's
    // segment, and its finalizer leaves the handle alone.
    private FileStream StreamOf(SafeFileHandle file) =>
        _streams.GetValue(file, static handle => new FileStream(handle, FileAccess.Read, bufferSize: 0, isAsync: true));

    private void Return(Operation operation)
    {
        if (_idle.Count < MaximumIdle)
        {
            _idle.Enqueue(operation);
        }
        else
        {
            operation.Dispose();
        }
    }

    private sealed class Operation : SocketAsyncEventArgs, IValueTaskSource
    {
        private readonly SendFilePool _pool;
        private readonly SendPacketsElement[] _elements = new SendPacketsElement[1];
        private ManualResetValueTaskSourceCore<bool> _source;

        // Without the flow of the execution context: what awaits is the connection's own sender.
        public Operation(SendFilePool pool)
            : base(true) => _pool = pool;

        public ValueTask SendAsync(Socket socket, SendPacketsElement element)
        {
            _source.Reset();
            _elements[0] = element;
            SendPacketsElements = _elements;
            var version = _source.Version;
            bool pending;
            try
            {
                pending = socket.SendPacketsAsync(this);
            }
            catch
            {
                Release();
                throw;
            }

            if (!pending)
            {
                Complete();
            }

            return new ValueTask(this, version);
        }

        public void GetResult(short token)
        {
            try
            {
                _source.GetResult(token);
            }
            finally
            {
                Release();
            }
        }

        public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _source.OnCompleted(continuation, state, token, flags);

        protected override void OnCompleted(SocketAsyncEventArgs e) => Complete();

        private void Complete()
        {
            if (SocketError == SocketError.Success)
            {
                _source.SetResult(true);
            }
            else
            {
                _source.SetException(new SocketException((int)SocketError));
            }
        }

        private void Release()
        {
            _elements[0] = null!;
            SendPacketsElements = null;
            _pool.Return(this);
        }
    }
}
