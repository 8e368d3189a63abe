using System.Text.Json;

namespace Parley.EndToEnd.App;

/// <summary>A person who uses <c>parley chat</c> and came by the link of an invite: a replica in a process, with its own folder.</summary>
internal sealed class TerminalPerson(HubProcess hub, string name, string link) : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("parley-terminal-").FullName;
    private RunningProcess? _chat;

    /// <summary>Joins a channel by its name and stays.</summary>
    public void Join(string channel) => _chat = Chat("#" + channel);

    public Task SayAsync(string text) => _chat!.WriteLineAsync(text);

    /// <summary>Waits until a line holds the text.</summary>
    public Task<string> SeesAsync(string text) => _chat!.ReadUntilAsync(text);

    /// <summary>Ends the input; the command waits until the hub has everything.</summary>
    public async Task LeaveAsync()
    {
        var chat = _chat!;
        _chat = null;
        await chat.FinishAsync();
        await chat.DisposeAsync();
    }

    /// <summary>What a replica of its own has of the channel, in its order.</summary>
    public async Task<IReadOnlyList<string>> ReadAllAsync(string channel)
    {
        var texts = new List<string>();
        await using var chat = Chat("#" + channel, "--json", "--history", "500");
        // The last line is one of its own, so that everything before it has been printed.
        const string End = "that was all";
        await chat.WriteLineAsync(End);
        while (true)
        {
            var line = await chat.ReadUntilAsync("{");
            var text = JsonDocument.Parse(line).RootElement.GetProperty("text").GetString()!;
            if (text == End)
            {
                return texts;
            }

            texts.Add(text);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_chat is not null)
        {
            await _chat.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private RunningProcess Chat(params string[] more) =>
        new(hub.Executable, ["chat", .. more, "--join", link, "--hub", hub.Sync.ToString(), "--data", _folder, "--name", name]);
}
