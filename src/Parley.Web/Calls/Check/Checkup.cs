using Parley.Browser.IceCheck;
using Parley.Calls;
using Parley.Calls.Diagnosis;
using Parley.Connection;
using Parley.Ids;
using Parley.Nodes;

namespace Parley.Web.Calls.Check;

/// <summary>What a checkup looks at.</summary>
/// <param name="Client">The person's replica.</param>
/// <param name="Channel">Whose call it would be; null where the person is in no space.</param>
/// <param name="Browser">Tries the ways and the devices.</param>
/// <param name="AnswersAsync">Whether the hub answers an ordinary request; null where this page may not ask it.</param>
/// <param name="Time">The clock.</param>
public sealed record CheckupParts(ParleyClient Client, NodeId? Channel, BrowserIceCheck Browser, Func<CancellationToken, Task<bool>>? AnswersAsync, TimeProvider Time);

/// <summary>One run of the check in this browser: the hub and the ways through ICE beside the devices, which may wait for the person.</summary>
public sealed class Checkup(CheckupParts parts, Action<CheckFacts> told)
{
    private static readonly TimeSpan HubTimeout = TimeSpan.FromSeconds(12);

    private CheckFacts _facts = new();

    /// <summary>Looks at everything.</summary>
    public Task RunAsync(CancellationToken cancellationToken)
    {
        Know(facts => facts with { Page = parts.Browser.TryPage() });
        return Task.WhenAll(TryHubAsync(cancellationToken), TryDevicesAsync(), TryAddressAsync());
    }

    // What is known is changed by several at a time, in turns: never across an await.
    private void Know(Func<CheckFacts, CheckFacts> change) => told(_facts = change(_facts));

    private async Task TryAddressAsync()
    {
        var code = await parts.Browser.FindAddressAsync();
        Know(facts => facts with { Direct = code });
    }

    // One after the other: browsers ask about both in one place.
    private async Task TryDevicesAsync()
    {
        var heard = await parts.Browser.HearAsync();
        Know(facts => facts with { Microphone = heard });
        var seen = await parts.Browser.SeeAsync();
        Know(facts => facts with { Camera = seen });
    }

    private async Task TryHubAsync(CancellationToken cancellationToken)
    {
        var status = await MeetAsync(cancellationToken);
        Know(facts => HubStanding.With(facts, status));
        if (_facts.Hub is null or CheckCode.HubSilent)
        {
            var answers = parts.AnswersAsync is { } ask && await ask(cancellationToken);
            Know(facts => facts with { Hub = answers ? CheckCode.WebSocketBlocked : CheckCode.HubSilent });
        }

        if (_facts.Admission != CheckCode.Works)
        {
            return;
        }

        var (fact, servers) = await FindServersAsync(cancellationToken);
        Know(facts => facts with { Servers = fact });
        if (servers is not null)
        {
            await TryServersAsync(servers);
        }
    }

    private async Task<ConnectionStatus> MeetAsync(CancellationToken cancellationToken)
    {
        // Between two tries nothing new comes: the next one is made now.
        parts.Client.Reconnect();
        using var timeout = new CancellationTokenSource(HubTimeout, parts.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await foreach (var status in parts.Client.Connection.WatchAsync(either.Token))
            {
                if (status.Phase is not (ConnectionPhase.Connecting or ConnectionPhase.Offline))
                {
                    return status;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // As it stands, then.
        }

        return parts.Client.Connection.Value;
    }

    private async Task<(ServersFact Fact, IceServers? Servers)> FindServersAsync(CancellationToken cancellationToken)
    {
        if (parts.Channel is not { } channel)
        {
            return (ServersFact.None(CheckCode.NoSpace), null);
        }

        try
        {
            var servers = await parts.Client.Calls.FindIceServersAsync(channel, cancellationToken);
            return (ServersFact.Of(servers, parts.Time.GetUtcNow()), servers);
        }
        catch (ParleyException refused)
        {
            return (ServersFact.None(refused.Code == ParleyErrorCode.Forbidden ? CheckCode.NotMember : CheckCode.NoAnswer), null);
        }
    }

    private async Task TryServersAsync(IceServers servers)
    {
        var all = IceUrl.AllOf(servers);
        await Task.WhenAll(all.Select(async one =>
        {
            var path = await parts.Browser.TryAsync(one.Url.Step, one.Text, one.Server);
            Know(facts => facts with { Paths = [.. facts.Paths, path] });
        }));
        foreach (var (server, text, url) in all)
        {
            if (CallDiagnosis.IsTurn(url.Step) && _facts.Paths.Any(path => path.Step == url.Step && path.Code == CheckCode.Works))
            {
                var relay = await parts.Browser.RelayAsync(text, server);
                Know(facts => facts with { Relay = relay });
                return;
            }
        }
    }
}
