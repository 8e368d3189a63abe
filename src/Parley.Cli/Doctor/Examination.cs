using Parley.Calls;
using Parley.Calls.Diagnosis;
using Parley.Cli.Terminal;
using Parley.Cli.Turn;
using Parley.Connection;
using Parley.Ids;
using Parley.Nodes;

namespace Parley.Cli.Doctor;

/// <summary>How long is waited for what.</summary>
/// <param name="Hub">For the hub to answer, and to let somebody in.</param>
/// <param name="Server">For each STUN or TURN server.</param>
internal sealed record ExaminationPatience(TimeSpan Hub, TimeSpan Server);

/// <summary>Gathers what a call needs, step by step, and tells what is known after each.</summary>
/// <param name="hub">The hub's address.</param>
/// <param name="open">Opens the person's replica; throws <see cref="CliException"/> or <see cref="ParleyException"/> where it cannot.</param>
/// <param name="patience">How long is waited.</param>
/// <param name="time">The clock.</param>
internal sealed class Examination(Uri hub, Func<CancellationToken, Task<ParleyClient>> open, ExaminationPatience patience, TimeProvider time)
{
    private CheckFacts _facts = new();

    /// <summary>Looks at everything.</summary>
    /// <param name="told">Hears what is known, whenever there is more.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<CheckFacts> RunAsync(Action<CheckFacts> told, CancellationToken cancellationToken)
    {
        void Know(CheckFacts facts) => told(_facts = facts);

        await using var client = await OpenAsync(Know, cancellationToken);
        Know(_facts with { Hub = await new HubProbe(time, patience.Hub).TryAsync(hub, cancellationToken) });
        if (client is null || _facts.Hub != CheckCode.Works)
        {
            return _facts;
        }

        var met = HubStanding.With(_facts, await MeetAsync(client, cancellationToken));
        // The hub answers and opens sockets, and yet nothing comes of one with a token: something on the way cuts it.
        Know(met.Hub == CheckCode.HubSilent || met.Admission is null && met.Hub == CheckCode.Works ? met with { Hub = CheckCode.WebSocketBlocked } : met);
        if (_facts.Admission != CheckCode.Works)
        {
            return _facts;
        }

        var (fact, servers) = await ServersAsync(client, cancellationToken);
        Know(_facts with { Servers = fact });
        if (servers is not null)
        {
            await TryAsync(servers, Know, cancellationToken);
        }

        return _facts;
    }

    private async Task<ParleyClient?> OpenAsync(Action<CheckFacts> know, CancellationToken cancellationToken)
    {
        try
        {
            var client = await open(cancellationToken);
            know(_facts with { Folder = CheckCode.Works });
            return client;
        }
        catch (Exception failure) when (failure is CliException or ParleyException)
        {
            know(_facts with { Folder = FolderCodeOf(failure) });
            return null;
        }
    }

    private static CheckCode FolderCodeOf(Exception failure) => failure switch
    {
        CliException { ExitCode: ExitCode.KeyLocked } => CheckCode.KeyLocked,
        CliException { ExitCode: ExitCode.KeyFile } => CheckCode.KeyDamaged,
        CliException { ExitCode: ExitCode.Failed } => CheckCode.KeyMissing,
        ParleyException { Code: ParleyErrorCode.StoreInUse } => CheckCode.FolderInUse,
        _ => CheckCode.FolderUnusable,
    };

    private async Task<ConnectionStatus> MeetAsync(ParleyClient client, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(patience.Hub, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await foreach (var status in client.Connection.WatchAsync(either.Token))
            {
                if (status.Phase is not (ConnectionPhase.Connecting or ConnectionPhase.Syncing or ConnectionPhase.Alone))
                {
                    return status;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // As it stands, then.
        }

        return client.Connection.Value;
    }

    private async Task<(ServersFact Fact, IceServers? Servers)> ServersAsync(ParleyClient client, CancellationToken cancellationToken)
    {
        NodeId? space = client.Spaces.All.Value is [var first, ..] ? first
            : client.Connection.Value.HasCommons ? new NodeId(RoomNames.MainSpace)
            : null;
        if (space is not { } known)
        {
            return (ServersFact.None(CheckCode.NoSpace), null);
        }

        try
        {
            var servers = await client.Calls.FindIceServersAsync(RoomNames.ThreadOf(known), cancellationToken);
            return (ServersFact.Of(servers, time.GetUtcNow()), servers);
        }
        catch (ParleyException refused)
        {
            return (ServersFact.None(refused.Code == ParleyErrorCode.Forbidden ? CheckCode.NotMember : CheckCode.NoAnswer), null);
        }
    }

    private async Task TryAsync(IceServers servers, Action<CheckFacts> know, CancellationToken cancellationToken)
    {
        var probe = new IceProbe(time, patience.Server);
        var all = IceUrl.AllOf(servers);
        var paths = await Task.WhenAll(all.Select(one => probe.TryAsync(one.Url, one.Server, cancellationToken)));
        know(_facts with { Paths = paths });
        for (var i = 0; i < all.Count; i++)
        {
            if (CallDiagnosis.IsTurn(paths[i].Step) && paths[i].Code == CheckCode.Works)
            {
                know(_facts with { Relay = await probe.RelayAsync(all[i].Url, all[i].Server, cancellationToken) });
                return;
            }
        }
    }
}
