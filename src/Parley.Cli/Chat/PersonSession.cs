using Parley.Cli.Commands;
using Parley.Cli.Hosting;
using Parley.Cli.Identity;
using Parley.Cli.Terminal;
using Parley.Connection;
using Parley.Identity;
using Parley.Native.Identity;
using Parley.Native.Storage;

namespace Parley.Cli.Chat;

/// <summary>A person's replica while a command runs: opened from their folder, caught up with the hub, and delivered at the end.</summary>
internal sealed class PersonSession : IAsyncDisposable
{
    private const int WaitSecondsDefault = 30;

    private readonly ISigner _signer;
    private readonly TimeSpan _wait;

    private PersonSession(ISigner signer, ParleyClient client, Uri hub, TimeSpan wait)
    {
        _signer = signer;
        _wait = wait;
        Client = client;
        Hub = hub;
    }

    /// <summary>The options of every command that acts as a person.</summary>
    public static IReadOnlyList<Option> Options { get; } =
    [
        new("hub", "URL", $"the hub (default {ChatCommand.HubDefault})"),
        new("data", "DIR", $"the person's folder: key and store; made when missing (default {KeyFolder.DefaultPath})"),
        KeyAccess.PassphraseFileOption,
        new("wait", "SECONDS", $"how long to wait for the hub to have everything, at the start and at the end (default {WaitSecondsDefault})"),
    ];

    /// <summary>What such a command can end with, besides 0 and 2.</summary>
    public static IReadOnlyList<int> ExitCodes { get; } =
        [ExitCode.Failed, ExitCode.DataFolder, ExitCode.Unreachable, ExitCode.KeyLocked, ExitCode.KeyFile, ExitCode.Interrupted];

    public ParleyClient Client { get; }

    /// <summary>The hub's address.</summary>
    public Uri Hub { get; }

    /// <summary>Opens the folder that the options name.</summary>
    public static async Task<PersonSession> OpenAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var hub = arguments.HubAddress("hub", ChatCommand.HubDefault);
        var wait = TimeSpan.FromSeconds(arguments.Number("wait", WaitSecondsDefault, 0, 3_600));
        var folder = DataFolder.Prepare(arguments.Text("data") ?? KeyFolder.DefaultPath);
        var signer = await new KeyFolder(folder, KeyAccess.Of(arguments)).OpenOrMakeAsync(cancellationToken);
        try
        {
            var client = await ParleyClient.OpenAsync(new ParleyOptions
            {
                Store = SqliteStore.At(KeyFolder.StoreIn(folder)),
                Signer = signer,
                Signatures = SodiumSignatures.Instance,
                InviteSigner = (seed, _) => new(new SodiumSigner(seed.Span)),
                Hub = hub,
            }, cancellationToken);
            return new(signer, client, hub, wait);
        }
        catch
        {
            (signer as IDisposable)?.Dispose();
            throw;
        }
    }

    /// <summary>As <see cref="CatchUpAsync"/>; says on standard error where the hub is not there or does not let this person in.</summary>
    /// <param name="cancellationToken">Stops it.</param>
    /// <param name="isComingIn">True where an invite was just used, which leads out of a hub's lobby.</param>
    public async Task<bool> MeetHubAsync(CancellationToken cancellationToken, bool isComingIn = false)
    {
        if (await CatchUpAsync(cancellationToken, isComingIn))
        {
            return true;
        }

        var status = Client.Connection.Value;
        Console.Error.WriteLine(status.Phase switch
        {
            ConnectionPhase.Refused => $"· not let in, what you write is kept here. {status.Why}",
            ConnectionPhase.Lobby => "· this hub takes people by invitation; come in with 'parley chat --join LINK'",
            _ => "· the hub cannot be reached; what you write is kept here and goes out when it can",
        });
        return false;
    }

    /// <summary>True once everything that the hub has is here; false at once where the hub cannot be reached or lets nobody in without an invite.</summary>
    public async Task<bool> CatchUpAsync(CancellationToken cancellationToken, bool isComingIn = false)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_wait);
        try
        {
            await foreach (var status in Client.Connection.WatchAsync(limit.Token))
            {
                switch (status.Phase)
                {
                    case ConnectionPhase.Online:
                        await Client.SettleAsync(limit.Token);
                        return true;
                    case ConnectionPhase.Offline or ConnectionPhase.Refused:
                    case ConnectionPhase.Lobby when !isComingIn:
                        return false;
                    case ConnectionPhase.Alone or ConnectionPhase.Connecting or ConnectionPhase.Syncing or ConnectionPhase.Lobby:
                        break;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // It took longer than allowed.
        }

        return false;
    }

    /// <summary>Waits until the hub has everything. Throws <see cref="CliException"/> where it takes longer than allowed.</summary>
    public async Task DeliverAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_wait);
        try
        {
            await Client.SettleAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CliException(ExitCode.Unreachable,
                $"kept here and not yet at the hub: {Client.Connection.Value.Unsent}; it goes out the next time");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        (_signer as IDisposable)?.Dispose();
    }
}
