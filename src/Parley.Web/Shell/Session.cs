using Parley.Identity;
using Parley.Nodes;
using Parley.Presence;
using Parley.Web.Identity;
using Parley.Web.Presence;

namespace Parley.Web.Shell;

/// <summary>The open replica of this tab and what hangs on it. Begun once, by the start of the app.</summary>
public sealed class Session : IAsyncDisposable
{
    private readonly LiveValue<bool?> _backedUp = new(null);
    private ParleyClient? _client;
    private SpaceIndex? _index;
    private SpacePresence? _presence;

    /// <summary>True once <see cref="Begin"/> was called.</summary>
    public bool IsOpen => _client is not null;

    /// <summary>The person's replica.</summary>
    public ParleyClient Client => _client ?? throw new InvalidOperationException("The session has not begun.");

    /// <summary>The lists of the space.</summary>
    public SpaceIndex Index => _index ?? throw new InvalidOperationException("The session has not begun.");

    /// <summary>Who is in the space.</summary>
    public SpacePresence Presence => _presence ?? throw new InvalidOperationException("The session has not begun.");

    /// <summary>True once the person confirmed that the recovery words are written down; null before that is known.</summary>
    public Live<bool?> BackedUp => _backedUp;

    /// <summary>Takes over an open client.</summary>
    public void Begin(ParleyClient client, bool backedUp)
    {
        _client = client;
        _index = new SpaceIndex(client);
        _presence = new SpacePresence(client);
        _backedUp.Show(backedUp);
    }

    /// <summary>The words were confirmed.</summary>
    public void NoteBackedUp() => _backedUp.Show(true);

    /// <summary>A person's name: the profile's where one is known, else the one their presence shows, else a part of the DID.</summary>
    public string NameOf(string did, string? shown) =>
        !PersonId.TryParse(did, out var person) ? shown ?? did
        : Client.Profiles.NameOf(person) is var name && name.EndsWith('…') && !string.IsNullOrWhiteSpace(shown) ? shown
        : name;

    /// <summary>Everybody else who looks at a node, with names.</summary>
    public IReadOnlyList<KnownPerson> ViewersOf(NodeId node) => [.. Presence.ViewersOf(node).Select(Known)];

    /// <summary>Everybody met or here now: the reader first, then who is here, then by name.</summary>
    public IReadOnlyList<KnownPerson> People()
    {
        var here = Presence.Others().ToDictionary(p => p.Did, StringComparer.Ordinal);
        var me = Client.Me.Value;
        return [.. Index.Known.Select(k => k.Person.Value).Concat(here.Keys).Distinct(StringComparer.Ordinal)
            .Select(did => here.TryGetValue(did, out var person)
                ? Known(person)
                : new KnownPerson(did, NameOf(did, null), did == me ? "here" : "away", did == me))
            .OrderByDescending(p => p.Self).ThenBy(p => p.Dot == "away").ThenBy(p => p.Name, StringComparer.CurrentCultureIgnoreCase)];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _presence?.Dispose();
        _index?.Dispose();
        if (_client is not null)
        {
            await _client.DisposeAsync();
        }
    }

    private KnownPerson Known(HerePerson person) => new(person.Did, NameOf(person.Did, person.Name), DotOf(person.Status), Self: false);

    private static string DotOf(PresenceStatus status) => status switch
    {
        PresenceStatus.Active => "here",
        PresenceStatus.Idle => "idle",
        PresenceStatus.Dnd => "dnd",
    };
}
