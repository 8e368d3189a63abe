using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Parley.Frames;
using Parley.Hub.Connections;
using Parley.Hub.Limits;
using Parley.Identity;
using Parley.Ids;
using Parley.Native.Identity;

namespace Parley.Hub.Admission;

/// <summary>What the door decided.</summary>
/// <param name="Session">Who it is; somebody without any right where they are refused.</param>
/// <param name="CloseCode">0 for whoever may come in.</param>
/// <param name="Why">The reason for the close frame; holds nothing of the token.</param>
internal readonly record struct Entry(Session Session, ushort CloseCode = 0, string Why = "");

/// <summary>
/// The hub's door: a connection proves who it is by a token made for this hub, or is closed with the reason. A token proves who, never
/// what (W1); an open hub asks for none.
/// </summary>
/// <remarks>
/// Whoever is refused is let through the upgrade first, because a browser's page sees no HTTP status but a close code.
/// </remarks>
internal sealed class Door
{
    private const string Missing = "Missing UCAN token";
    private static readonly string[] LoopbackHosts = ["localhost", "127.0.0.1", "[::1]"];

    private readonly HubOptions _options;
    private readonly HubClock _clock;
    private readonly PersonId _hub;
    private readonly Revocations _revocations;
    private readonly HubPeople _people;

    /// <exception cref="ArgumentException">A public address is none under which a token can be made.</exception>
    public Door(HubOptions options, HubClock clock, PersonId hub, Revocations revocations, HubPeople people)
    {
        _ = new HubAudience(hub, options.PublicAddresses);
        _options = options;
        _clock = clock;
        _hub = hub;
        _revocations = revocations;
        _people = people;
    }

    /// <summary>Judges the token that a request shows, and whether its person may use this hub.</summary>
    public Entry Admit(HttpContext context)
    {
        if (_options.Open)
        {
            return new(Session.AtOpenHub());
        }

        var entry = Prove(context);
        if (entry.Session.Person is not { } person)
        {
            return entry;
        }

        var admittance = _people.Admit(person);
        entry.Session.IsInLobby = admittance == Admittance.Lobby;
        return Doorkeeper.WhyNot(admittance) is { } why ? Refuse(CloseCode.Denied, why) : entry;
    }

    /// <summary>Judges the token alone: who somebody is, whether or not they may use this hub.</summary>
    public Entry Prove(HttpContext context) => Admit(WebSocketUpgrade.TokenIn(context.Request), AudienceAt(context));

    /// <summary>Judges again, for a connection that was being opened while something was revoked.</summary>
    public Entry Again(in Entry entry) =>
        entry.Session.Token is { } token && _revocations.WhyEnds(token) is { } why ? Refuse(CloseCode.Denied, why) : entry;

    private Entry Admit(string? text, HubAudience here)
    {
        if (text is null)
        {
            return Refuse(CloseCode.Unauthenticated, Missing);
        }

        var now = _clock.Time.GetUtcNow();
        if (UcanVerification.Plan(text, out var fault) is not { } plan)
        {
            return Refuse(fault);
        }

        var answers = new bool[plan.Checks.Length];
        for (var i = 0; i < answers.Length; i++)
        {
            answers[i] = SodiumSignatures.Verify(in plan.Checks.Span[i]);
        }

        if (UcanVerification.Apply(plan, answers, now, out fault) is not { } verified
            || HubToken.TryAccept(verified, here, now, out fault) is not { } token)
        {
            return Refuse(fault);
        }

        return Again(new(Session.Of(token)));
    }

    /// <summary>
    /// To whoever sits at it this machine goes by several names at the port that the connection came to; to others by its address, where the
    /// hub's own certificate stands for that. What a request says about its host proves nothing.
    /// </summary>
    private HubAudience AudienceAt(HttpContext context)
    {
        var (here, there, port) = (context.Connection.LocalIpAddress, context.Connection.RemoteIpAddress, context.Connection.LocalPort);
        IEnumerable<string> hosts = here is null ? []
            : IPAddress.IsLoopback(here) ? there is not null && IPAddress.IsLoopback(there) ? LoopbackHosts : []
            : context.Features.Get<ITlsHandshakeFeature>() is not null ? [HostOf(here)]
            : [];
        return new(_hub, hosts.Select(host => new Uri($"{context.Request.Scheme}://{host}:{port}/")).Concat(_options.PublicAddresses));
    }

    private static string HostOf(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4().ToString()
        : address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]"
        : address.ToString();

    private static Entry Refuse(UcanFault fault) => Refuse(
        fault == UcanFault.NotForConnecting ? CloseCode.Denied : CloseCode.Unauthenticated, CloseReasons.InvalidToken + fault.ToWords());

    private static Entry Refuse(ushort code, string why) => new(Session.Refused(), code, why);
}
