using Parley.Hub.Admission;
using Parley.Identity;
using Parley.Ids;

namespace Parley.Hub.Connections;

/// <summary>Who a connection is, what its own token holds it to, and what it understands.</summary>
/// <remarks>Belongs to the receive loop; the flags, the DID and the token may be read from anywhere.</remarks>
internal sealed class Session
{
    private readonly bool _isOpen;
    private bool _isInLobby;

    private Session(HubToken? token, bool isOpen)
    {
        Token = token;
        Did = token?.Person.Value;
        _isOpen = isOpen;
    }

    /// <summary>The person who is connected, as their token proves. At an open hub, which asks for none, what the socket claims, or null.</summary>
    public string? Did { get; private set; }

    /// <summary>What proves it; null at an open hub.</summary>
    public HubToken? Token { get; }

    /// <summary>The same as an id, where a token proves it.</summary>
    public PersonId? Person => Token?.Person;

    /// <summary>True while this person is not let in (<see cref="Lobby"/>).</summary>
    public bool IsInLobby { get => Volatile.Read(ref _isInLobby); set => Volatile.Write(ref _isInLobby, value); }

    /// <summary>True where it takes <c>node-ack</c> (<c>parley.ack/1</c>).</summary>
    public bool TakesAcks { get; set; }

    /// <summary>Somebody whose token was accepted.</summary>
    public static Session Of(HubToken token) => new(token, isOpen: false);

    /// <summary>Whoever comes to an open hub.</summary>
    public static Session AtOpenHub() => new(null, isOpen: true);

    /// <summary>Somebody who is refused: nothing is permitted until the connection is closed.</summary>
    public static Session Refused() => new(null, isOpen: false);

    /// <summary>A word of the socket about itself, which counts where nothing has to be proved.</summary>
    public void Claim(string did)
    {
        if (_isOpen)
        {
            Did ??= did;
        }
    }

    /// <summary>True where this person may be shown as <paramref name="did"/> (W23).</summary>
    public bool IsKnownAs(string? did) => _isOpen || (did is not null && string.Equals(did, Did, StringComparison.Ordinal));

    /// <summary>True once the token's time is over.</summary>
    public bool IsOver(DateTimeOffset now) => Token?.IsOver(now) == true;

    /// <summary>What the token says about an action; rights are decided elsewhere.</summary>
    public TokenBound Bound(string action, RoomId room, DateTimeOffset now) =>
        _isOpen ? TokenBound.None
        : IsOver(now) ? TokenBound.Expired
        : Token?.Capabilities.Permits(action, room) == true ? TokenBound.None
        : TokenBound.NotListed;
}

/// <summary>How a token bounds an action.</summary>
internal enum TokenBound
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>The token does not list it.</summary>
    NotListed,

    /// <summary>The token's time is over.</summary>
    Expired,
}
