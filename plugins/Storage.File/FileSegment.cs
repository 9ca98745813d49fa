using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Storage.File;

/// <summary>A segment in Kafka's files. The log file is opened when it is first needed and may be closed while idle.</summary>
internal sealed class FileSegment : ISegment
{
    private readonly FilePartitionStore _partition;
    private readonly FileStoreContext _context;
    private readonly SegmentPaths _paths;
    private readonly LeaseGate _gate = new();
    private readonly Lock _lock = new();
    private readonly SegmentIndexes _indexes;
    private IFile? _file;
    private volatile int _size;
    private long _lastModified;
    private int _writers;
    private long _writes;
    private long _flushedWrites = -1;
    private bool _isIndexFlushed;
    private bool _isPreallocated;
    private bool _isSealed = true;
    private bool _isUsed;
    private volatile bool _isDisplaced;

    /// <param name="partition">The partition it is in.</param>
    /// <param name="baseOffset">Offset in its name.</param>
    /// <param name="paths">Where its files are.</param>
    /// <param name="size">Bytes in the log file.</param>
    /// <param name="lastModified">Modification time of the log file.</param>
    /// <param name="isNew">Whether it was just created, empty.</param>
    public FileSegment(FilePartitionStore partition, long baseOffset, SegmentPaths paths, int size, DateTimeOffset lastModified, bool isNew)
    {
        (_partition, _context, _paths, _size, BaseOffset) = (partition, partition.Context, paths, size, baseOffset);
        _lastModified = lastModified.UtcTicks;
        _indexes = new(paths, baseOffset, isNew);
    }

    public long BaseOffset { get; }

    public string Location => _paths.Of(LogFileNames.Log);

    public int Size => _size;

    public DateTimeOffset LastModified
    {
        get => new(Interlocked.Read(ref _lastModified), TimeSpan.Zero);
        set
        {
            Interlocked.Exchange(ref _lastModified, value.UtcTicks);
            _context.Run("stamp", Location, () => _context.FileSystem.SetLastModified(Location, value));
        }
    }

    public TimestampOffset LargestTimestamp
    {
        get
        {
            try
            {
                return _indexes.LargestTimestamp;
            }
            catch (Exception error) when (FileStoreContext.IsIoError(error))
            {
                throw _context.Error("read the time index of", Location, error);
            }
        }
    }

    public bool IsIndexFull => _indexes.IsFull(_partition.Options);

    /// <summary>Whether the segment was taken out of the log.</summary>
    public bool IsDeleted { get; private set; }

    public int Append(ReadOnlySpan<byte> bytes, ReadOnlySpan<BatchEntry> batches)
    {
        SegmentChecks.ThrowIfNotAppendable(BaseOffset, _size, bytes.Length, batches);
        var position = _size;
        IFile? file = null;
        try
        {
            file = BeginWrite();
            file.Write(position, bytes);
            var batchPosition = position;
            foreach (var batch in batches)
            {
                _indexes.Add(batchPosition, batch, _partition.Options);
                batchPosition += batch.Length;
            }
        }
        catch (Exception error) when (FileStoreContext.IsIoError(error))
        {
            Undo(file, position);
            throw _context.Error("append to", Location, error);
        }
        finally
        {
            if (file is not null)
                EndWrite();
        }

        _size = position + bytes.Length;
        Interlocked.Exchange(ref _lastModified, _context.Clock.GetUtcNow().UtcTicks);
        return position;
    }

    public OffsetPosition FindPosition(long offset)
    {
        ObjectDisposedException.ThrowIf(_isDisplaced, this);
        try
        {
            return _indexes.FindPosition(offset);
        }
        catch (Exception error) when (FileStoreContext.IsIoError(error))
        {
            throw _context.Error("read the offset index of", Location, error);
        }
    }

    public TimestampOffset FindTimestamp(long timestamp)
    {
        ObjectDisposedException.ThrowIf(_isDisplaced, this);
        try
        {
            return _indexes.FindTimestamp(timestamp);
        }
        catch (Exception error) when (FileStoreContext.IsIoError(error))
        {
            throw _context.Error("read the time index of", Location, error);
        }
    }

    public ILogLease Lease(int position, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        var ticket = Enter(position, ref length);
        try
        {
            return new FileLease(Open(), position, length, _gate, ticket);
        }
        catch (Exception error)
        {
            _gate.Exit(ticket);
            if (FileStoreContext.IsIoError(error))
                throw _context.Error("open", Location, error);
            throw;
        }
    }

    public int Read(int position, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        var length = destination.Length;
        var ticket = Enter(position, ref length);
        try
        {
            return length == 0 ? 0 : Open().Read(position, destination[..length]);
        }
        catch (Exception error) when (FileStoreContext.IsIoError(error))
        {
            throw _context.Error("read", Location, error);
        }
        finally
        {
            _gate.Exit(ticket);
        }
    }

    public void AppendAbortedTransaction(in AbortedTransaction transaction)
    {
        try
        {
            _indexes.Transactions.Append(transaction);
            Unseal();
        }
        catch (Exception error) when (FileStoreContext.IsIoError(error))
        {
            throw _context.Error("write the transaction index of", Location, error);
        }
    }

    public bool CollectAbortedTransactions(long fromOffset, long toOffset, ICollection<AbortedTransaction> destination)
        => _context.Run("read the transaction index of", Location, () => !_indexes.Transactions.Visit(transaction =>
        {
            if (transaction.LastOffset >= fromOffset && transaction.FirstOffset < toOffset)
                destination.Add(transaction);
            return transaction.LastStableOffset < toOffset;
        }));

    public SegmentIndexState CheckIndexes(bool full)
        => _context.Run("check the indexes of", Location, () => _indexes.Check(full, _size));

    public void BeginReindex()
        => _context.Run("rebuild the indexes of", Location, () =>
        {
            Unseal();
            _indexes.Clear();
        });

    public void Reindex(int position, in BatchEntry batch)
    {
        try
        {
            _indexes.Add(position, batch, _partition.Options);
        }
        catch (Exception error) when (FileStoreContext.IsIoError(error))
        {
            throw _context.Error("rebuild the indexes of", Location, error);
        }
    }

    public async ValueTask TruncateAsync(long offset, int position, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        position = Math.Min(position, _size);
        try
        {
            await _gate.DrainAsync(position, cancellationToken);
            lock (_lock)
                _size = position;
            _indexes.Truncate(offset);
            SetLength(position);
        }
        catch (Exception error) when (FileStoreContext.IsIoError(error))
        {
            throw _context.Error("truncate", Location, error);
        }
        finally
        {
            _gate.Reopen();
        }
    }

    public void Seal()
        => _context.Run("close", Location, () =>
        {
            if (_isSealed)
                return;
            _indexes.Seal();
            if (_isPreallocated)
            {
                SetLength(_size);
                _isPreallocated = false;
            }

            if (_context.StampsTimes)
                _context.FileSystem.SetLastModified(Location, LastModified);
            _isSealed = true;
        });

    public void Flush()
    {
        var nothing = 0;
        LeaseGate.Ticket ticket;
        lock (_lock)
        {
            // A segment that was closed or deleted meanwhile has nothing to flush.
            if (!_gate.TryEnter(0, ref nothing, out ticket))
                return;
        }

        try
        {
            FlushFiles();
            _partition.FlushNames();
        }
        catch (Exception error) when (FileStoreContext.IsIoError(error))
        {
            throw _context.Error("flush", Location, error);
        }
        finally
        {
            _gate.Exit(ticket);
        }
    }

    public void MarkDeleted()
    {
        if (IsDeleted)
            return;
        _partition.Deleting(this);
        _context.Run("rename", Location, () => _paths.Rename(LogFileNames.Deleted));
        IsDeleted = true;
        _partition.Removed(this);
    }

    public ValueTask DeleteAsync(CancellationToken cancellationToken)
    {
        if (!IsDeleted)
        {
            IsDeleted = true;
            _partition.Removed(this);
        }

        var deletion = _gate.CloseAsync(() =>
        {
            try
            {
                CloseFile();
                _context.Run("delete", Location, _paths.Delete);
                _partition.Deleted(this);
            }
            catch (LogStoreException error)
            {
                _context.Logger.DeletingFailed(error, Location);
                throw;
            }
        });
        return deletion.IsCompletedSuccessfully ? ValueTask.CompletedTask : new(deletion.WaitAsync(cancellationToken));
    }

    /// <summary>
    /// Another segment of the same offset is about to be taken out of the log and get the names of this one, which was taken out before it: this one is gone, but
    /// for the leases that are out.
    /// </summary>
    public void Displace()
    {
        _isDisplaced = true;
        _ = _gate.CloseAsync(CloseFile);
    }

    /// <summary>Gives a replacement its place: <c>.cleaned</c> becomes <c>.swap</c>, and that the log's.</summary>
    public void Rename(string suffix)
        => _context.Run("rename", Location, () => _paths.Rename(suffix));

    /// <summary>Allocates room ahead.</summary>
    public void Preallocate(long bytes)
    {
        if (bytes <= 0)
            return;
        var file = BeginWrite();
        try
        {
            file.Preallocate(bytes);
        }
        finally
        {
            EndWrite();
        }

        _isPreallocated = true;
    }

    /// <summary>Closes after sealing, without deleting anything; the file closes when the last lease is gone.</summary>
    public Task CloseAsync(bool seal)
    {
        try
        {
            if (seal && !IsDeleted)
                Seal();
        }
        catch (LogStoreException error)
        {
            _context.Logger.ClosingFailed(error, Location);
        }

        return _gate.CloseAsync(CloseFile);
    }

    /// <summary>Closes the log file if nobody reads it, nothing in it awaits a flush and it was not used since the last time.</summary>
    public bool TryCloseIdleFile()
    {
        lock (_lock)
        {
            if (_file is null)
                return true;
            var keep = _isUsed || _writers > 0 || (_writes > 0 && _writes != _flushedWrites) || _gate.Count > 0;
            _isUsed = false;
            if (keep)
                return false;
            _file.Dispose();
            _file = null;
            return true;
        }
    }

    private static void Undo(IFile? file, int position)
    {
        try
        {
            file?.SetLength(position);
        }
        catch (IOException)
        {
            // The next append writes over what came half, and recovery cuts it.
        }
    }

    private void FlushFiles()
    {
        // The first flush is never left out: an earlier process may have written what this one found.
        var writes = Interlocked.Read(ref _writes);
        if (writes != Interlocked.Read(ref _flushedWrites))
        {
            Open().Flush();
            Interlocked.Exchange(ref _flushedWrites, writes);
        }

        // Recovery rebuilds the indexes of the segment at the recovery point, so those of an unfinished one need not be durable.
        if (_isSealed && !_isIndexFlushed)
        {
            _indexes.Flush();
            _isIndexFlushed = true;
        }
    }

    private LeaseGate.Ticket Enter(int position, ref int length)
    {
        // Under the lock, so that neither does a truncation come between looking at the size and counting the lease, nor is an idle file
        // closed between counting it and opening the file.
        lock (_lock)
        {
            length = Math.Max(0, Math.Min(length, _size - position));
            ObjectDisposedException.ThrowIf(!_gate.TryEnter(position, ref length, out var ticket), this);
            return ticket;
        }
    }

    private void SetLength(int length)
    {
        var file = BeginWrite();
        try
        {
            file.SetLength(length);
        }
        finally
        {
            EndWrite();
        }
    }

    // The file stays open until EndWrite.
    private IFile BeginWrite()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_gate.IsClosed, this);
            Unseal();
            _writers++;
        }

        try
        {
            return Open();
        }
        catch
        {
            EndWrite();
            throw;
        }
    }

    // A write counts once it is over: a flush that ran beside it may have missed it, and must not pass for its flush.
    private void EndWrite()
    {
        lock (_lock)
        {
            _writers--;
            _writes++;
        }
    }

    private IFile Open()
    {
        IFile file;
        lock (_lock)
        {
            _isUsed = true;
            if (_file is not null)
                return _file;
            file = _file = _paths.Open(LogFileNames.Log, FileOpenMode.ReadWrite);
        }

        _context.OpenFiles.Opened(this);
        return file;
    }

    private void Unseal() => (_isSealed, _isIndexFlushed) = (false, false);

    private void CloseFile()
    {
        lock (_lock)
        {
            _file?.Dispose();
            _file = null;
        }
    }
}
