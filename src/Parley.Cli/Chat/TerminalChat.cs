using Parley.Chat;
using Parley.Connection;
using Parley.Ids;
using Parley.Nodes;

namespace Parley.Cli.Chat;

/// <summary>A conversation in a terminal: lines in become messages, messages become lines out.</summary>
internal sealed class TerminalChat(ParleyClient client, RoomChat chat, TimeProvider time, bool json) : IDisposable
{
    /// <summary>What was written here and not yet read back; guarded by <see cref="_writing"/>.</summary>
    private readonly HashSet<NodeId> _written = [];
    private readonly SemaphoreSlim _writing = new(1, 1);
    private TaskCompletionSource? _readBack;

    /// <summary>Sends a line and remembers it as written here.</summary>
    public async Task SendAsync(string text, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            _written.Add(await chat.SendAsync(text, cancellationToken));
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Completes when everything written here has been read back by <see cref="PrintNewAsync"/>.</summary>
    public async Task ReadBackAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        if (_written.Count > 0)
        {
            _readBack = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        _writing.Release();
        await (_readBack?.Task ?? Task.CompletedTask).WaitAsync(cancellationToken);
    }

    /// <summary>Sends standard input line by line until it ends. Empty lines are nothing.</summary>
    public async Task SendLinesAsync(CancellationToken cancellationToken)
    {
        using var input = new StreamReader(Console.OpenStandardInput(), Console.InputEncoding);
        // A read of a terminal cannot be cancelled; it is left behind at the exit instead.
        while (await input.ReadLineAsync(CancellationToken.None).AsTask().WaitAsync(cancellationToken) is { } line)
        {
            if (!string.IsNullOrWhiteSpace(line))
            {
                await SendAsync(line, cancellationToken);
            }
        }
    }

    /// <summary>Prints the last messages. Returns where the newest one stands, or null where there is none.</summary>
    public async Task<string?> PrintHistoryAsync(int messages, CancellationToken cancellationToken)
    {
        var newest = await client.Nodes.FindAsync(chat.Newest(Math.Max(1, messages)), cancellationToken);
        foreach (var message in newest.Take(messages).Reverse())
        {
            await PrintAsync(message, cancellationToken);
        }

        return newest.Count > 0 ? newest[0].SortKey : null;
    }

    /// <summary>Prints every message after that place, until cancelled.</summary>
    public async Task PrintNewAsync(string? after, CancellationToken cancellationToken)
    {
        await foreach (var message in chat.ReadAsync(after, cancellationToken))
        {
            // What was typed into this terminal stands on the screen already.
            if (!await WasWrittenHereAsync(message, cancellationToken) || Console.IsInputRedirected)
            {
                await PrintAsync(message, cancellationToken);
            }

            await NoteReadBackAsync(message, cancellationToken);
        }
    }

    /// <summary>Tells on standard error when the hub is lost and found.</summary>
    public async Task ReportConnectionAsync(CancellationToken cancellationToken)
    {
        var connected = true;
        await foreach (var status in client.Connection.WatchAsync(cancellationToken))
        {
            if (status.Phase == ConnectionPhase.Online && !connected)
            {
                Console.Error.WriteLine("· connected");
                connected = true;
            }
            else if (status.Phase is ConnectionPhase.Offline or ConnectionPhase.Refused && connected)
            {
                Console.Error.WriteLine("· the hub is gone; what you write is kept here and goes out when it is back");
                connected = false;
            }
        }
    }

    public void Dispose() => _writing.Dispose();

    private async ValueTask<bool> WasWrittenHereAsync(Node message, CancellationToken cancellationToken)
    {
        if (message.CreatedBy != client.Me)
        {
            return false;
        }

        // A line is on its way through the store before its sender knows its id.
        await _writing.WaitAsync(cancellationToken);
        var here = _written.Contains(message.Id);
        _writing.Release();
        return here;
    }

    private async Task NoteReadBackAsync(Node message, CancellationToken cancellationToken)
    {
        if (message.CreatedBy != client.Me)
        {
            return;
        }

        await _writing.WaitAsync(cancellationToken);
        _written.Remove(message.Id);
        if (_written.Count == 0)
        {
            _readBack?.TrySetResult();
        }

        _writing.Release();
    }

    private async Task PrintAsync(Node message, CancellationToken cancellationToken)
    {
        var name = await PersonNames.OfAsync(client, message.CreatedBy, cancellationToken);
        Console.WriteLine(json ? MessageLine.Json(message, name) : MessageLine.Text(message, name, time));
    }
}
