using System.Net;
using System.Security.Cryptography;
using System.Text;
using Parley.Calls;
using Parley.Calls.Diagnosis;

namespace Parley.Cli.Turn;

/// <summary>
/// Tries one address of a STUN or TURN server as a browser in a call would: a binding, or an allocation with the credential that the hub
/// minted, given back at once.
/// </summary>
internal sealed class IceProbe(TimeProvider time, TimeSpan patience)
{
    private const int AuthenticateAgain = 401;
    private const int StaleNonce = 438;
    private const int TransactionBytes = 12;
    private static readonly byte[] Udp = [17, 0, 0, 0];
    private static readonly byte[] Nothing = [0, 0, 0, 0];

    /// <summary>What came of the address.</summary>
    public Task<PathFact> TryAsync(IceUrl url, IceServer server, CancellationToken cancellationToken) => WithinAsync(
        url.Step,
        async token =>
        {
            await using var link = await StunLink.OpenAsync(url, time, token);
            var started = time.GetTimestamp();
            if (url.Step == CheckStep.Stun)
            {
                var answer = await link.AskAsync(StunMessage.Write(StunType.BindingRequest, Transaction(), []), token);
                return answer.Address(StunAttribute.XorMappedAddress) is null ? throw Failed(answer) : Elapsed(started);
            }

            var allocation = await AllocateAsync(link, server, token);
            var roundTrip = Elapsed(started);
            await GiveBackAsync(link, allocation, token);
            return roundTrip;
        },
        cancellationToken);

    /// <summary>Sends something through an allocation to the same allocation: what a relayed call needs, from end to end.</summary>
    public Task<PathFact> RelayAsync(IceUrl url, IceServer server, CancellationToken cancellationToken) => WithinAsync(
        CheckStep.Relay,
        async token =>
        {
            await using var link = await StunLink.OpenAsync(url, time, token);
            var allocation = await AllocateAsync(link, server, token);
            var (transaction, sent) = (Transaction(), RandomNumberGenerator.GetBytes(16));
            var permission = await AskAsync(
                link, allocation, StunType.CreatePermissionRequest, transaction, (StunAttribute.XorPeerAddress, StunMessage.AddressValue(allocation.Relayed, transaction)), token);
            if (permission.Type != StunType.CreatePermissionSuccess)
            {
                throw Failed(permission);
            }

            var started = time.GetTimestamp();
            transaction = Transaction();
            await link.SendAsync(
                StunMessage.Write(
                    StunType.SendIndication, transaction,
                    [(StunAttribute.XorPeerAddress, StunMessage.AddressValue(allocation.Relayed, transaction)), (StunAttribute.Data, sent)]),
                token);
            try
            {
                while (await link.ReceiveAsync(token) is var heard
                    && !(heard.Type == StunType.DataIndication && sent.AsSpan().SequenceEqual(heard.Find(StunAttribute.Data))))
                {
                    // Something else of the same server's.
                }
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new StunFailure(CheckCode.RelayBroken);
            }

            var roundTrip = Elapsed(started);
            await GiveBackAsync(link, allocation, token);
            return roundTrip;
        },
        cancellationToken);

    private async Task<PathFact> WithinAsync(CheckStep step, Func<CancellationToken, Task<double>> work, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return new(step, CheckCode.Works, RoundTripMs: await work(either.Token));
        }
        catch (StunFailure failure)
        {
            return new(step, failure.Code, failure.ErrorCode);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(step, CheckCode.ServerSilent);
        }
    }

    /// <summary>RFC 8656, 6 and 7: the first request is told the realm and a nonce, the second proves itself with them.</summary>
    private static async Task<Allocation> AllocateAsync(StunLink link, IceServer server, CancellationToken cancellationToken)
    {
        var answer = await link.AskAsync(
            StunMessage.Write(StunType.AllocateRequest, Transaction(), [(StunAttribute.RequestedTransport, Udp)]), cancellationToken);
        for (var tries = 0; tries < 2; tries++)
        {
            // A second 401 is the answer to the proof; a nonce that grew old meanwhile is worth another one.
            var isAsked = answer.Error == StaleNonce || (answer.Error == AuthenticateAgain && tries == 0);
            if (!isAsked || answer.Text(StunAttribute.Realm) is not { } realm || answer.Find(StunAttribute.Nonce) is not { } nonce)
            {
                break;
            }

            var username = server.Username ?? "";
            var allocation = new Allocation(username, realm, nonce, StunMessage.LongTermKey(username, realm, server.Credential ?? ""), new(IPAddress.Any, 0));
            answer = await AskAsync(link, allocation, StunType.AllocateRequest, Transaction(), (StunAttribute.RequestedTransport, Udp), cancellationToken);
            if (answer.Type == StunType.AllocateSuccess && answer.Address(StunAttribute.XorRelayedAddress) is { } relayed)
            {
                // Whoever does not know the secret could not have answered so.
                return answer.IsProven(allocation.Key) ? allocation with { Relayed = relayed } : throw new StunFailure(CheckCode.ServerFails);
            }
        }

        throw Failed(answer);
    }

    private static Task<StunMessage> AskAsync(
        StunLink link, Allocation allocation, StunType type, byte[] transaction, (StunAttribute Type, byte[] Value) attribute, CancellationToken cancellationToken) =>
        link.AskAsync(
            StunMessage.Write(
                type, transaction,
                [
                    attribute, (StunAttribute.Username, Encoding.UTF8.GetBytes(allocation.Username)),
                    (StunAttribute.Realm, Encoding.UTF8.GetBytes(allocation.Realm)), (StunAttribute.Nonce, allocation.Nonce),
                ],
                allocation.Key),
            cancellationToken);

    private static Task<StunMessage> GiveBackAsync(StunLink link, Allocation allocation, CancellationToken cancellationToken) =>
        AskAsync(link, allocation, StunType.RefreshRequest, Transaction(), (StunAttribute.Lifetime, Nothing), cancellationToken);

    private static StunFailure Failed(StunMessage answer) =>
        answer.Error is { } error ? new(PathFact.CodeOf(error), error) : new(CheckCode.ServerFails);

    private static byte[] Transaction() => RandomNumberGenerator.GetBytes(TransactionBytes);

    private double Elapsed(long started) => time.GetElapsedTime(started).TotalMilliseconds;

    private sealed record Allocation(string Username, string Realm, byte[] Nonce, byte[] Key, IPEndPoint Relayed);
}
