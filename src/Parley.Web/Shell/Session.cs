using Parley.Access;
using Parley.Browser.Devices;
using Parley.Browser.Memory;
using Parley.Identity;
using Parley.Ids;
using Parley.Nodes;
using Parley.Presence;
using Parley.Web.Access;
using Parley.Web.Calls;
using Parley.Web.Contacts;
using Parley.Web.Identity;
using Parley.Web.Presence;

namespace Parley.Web.Shell;

/// <summary>The open replica of this tab, the space that it shows, and what hangs on both. Begun once, by the start of the app.</summary>
public sealed class Session(IDeviceMemory memory, ShellState shell, BrowserDevices devices, TimeProvider time) : IAsyncDisposable
{
    private readonly LiveValue<bool?> _backedUp = new(null);
    private readonly LiveValue<NodeId?> _space = new(null);
    private readonly LiveRelay<MembershipState?> _membership = new(null);
    private readonly CancellationTokenSource _ending = new();
    private ParleyClient? _client;
    private SpaceIndex? _index;
    private SpacePresence? _presence;
    private ContactBook? _contacts;
    private CallDesk? _calls;

    /// <summary>True once <see cref="BeginAsync"/> ended.</summary>
    public bool IsOpen => _client is not null;

    /// <summary>The person's replica.</summary>
    public ParleyClient Client => _client ?? throw new InvalidOperationException("The session has not begun.");

    /// <summary>The lists.</summary>
    public SpaceIndex Index => _index ?? throw new InvalidOperationException("The session has not begun.");

    /// <summary>Who is in the current space now.</summary>
    public SpacePresence Presence => _presence ?? throw new InvalidOperationException("The session has not begun.");

    /// <summary>Whom one talks to.</summary>
    public ContactBook Contacts => _contacts ?? throw new InvalidOperationException("The session has not begun.");

    /// <summary>The call of this tab.</summary>
    public CallDesk Calls => _calls ?? throw new InvalidOperationException("The session has not begun.");

    /// <summary>The space that the workbench shows; null where I am in none.</summary>
    public Live<NodeId?> Space => _space;

    /// <summary>The people and rules of the current space; null where there is none.</summary>
    public Live<MembershipState?> Membership => _membership;

    /// <summary>Where the current space begins: the place shown last, or its #general; the root where there is no space.</summary>
    public string Home => (shell.Last ?? (Index.General is { } general ? Place.Channel(general) : null))?.Path ?? "/";

    /// <summary>True once the person confirmed that the recovery words are written down; null before that is known.</summary>
    public Live<bool?> BackedUp => _backedUp;

    /// <summary>Takes over an open client and shows the space that was shown last.</summary>
    public async Task BeginAsync(ParleyClient client, bool backedUp)
    {
        ArgumentNullException.ThrowIfNull(client);
        var index = new SpaceIndex(client);
        await index.Ready;
        (_client, _index, _presence, _contacts) = (client, index, new SpacePresence(client), new ContactBook(client, index));
        _calls = new(client, _presence, devices, memory, time);
        _backedUp.Show(backedUp);
        Enter(CurrentSpace.First(memory, index.Mine, index.Left));
        _ = FollowAsync(client);
        _ = AppearAsync();
    }

    /// <summary>Shows another space, everywhere at once. Where the app goes then is its caller's.</summary>
    public void Enter(NodeId? space)
    {
        if (space is not null && space == _space.Value)
        {
            return;
        }

        CurrentSpace.Keep(memory, space);
        Index.Enter(space);
        shell.Enter(space);
        _membership.Turn(space is { } id ? Client.Spaces.Open(id).State : null);
        Appear(space, _membership.Value);
        _space.Show(space);
    }

    /// <summary>Makes a space named after the person and shows it. Throws <see cref="ParleyException"/>: Storage.</summary>
    public async Task StartSpaceAsync() =>
        Enter(await Client.Spaces.CreateAsync(Phrase.Of(Strings.Space_FirstName, Client.Profiles.NameOf(Client.Me)), CancellationToken.None));

    /// <summary>The words were confirmed.</summary>
    public void NoteBackedUp() => _backedUp.Show(true);

    /// <summary>A person's name: the profile's where one is known, else the one their presence shows, else a part of the DID.</summary>
    public string NameOf(string did, string? shown) =>
        !PersonId.TryParse(did, out var person) ? shown ?? did
        : Client.Profiles.Find(person) ?? (string.IsNullOrWhiteSpace(shown) ? Client.Profiles.NameOf(person) : shown);

    /// <summary>Everybody else who looks at a node, with names.</summary>
    public IReadOnlyList<KnownPerson> ViewersOf(NodeId node) => [.. Presence.ViewersOf(node).Select(Known)];

    /// <summary>Everybody in the current space or here now: the reader first, then who is here, then by name.</summary>
    public IReadOnlyList<KnownPerson> People() => Sorted(Index.Known.Select(k => k.Person.Value).Concat(Presence.Others().Select(p => p.Did)));

    /// <summary>These people: the reader first, then who is here, then by name.</summary>
    public IReadOnlyList<KnownPerson> RowsOf(IEnumerable<PersonId> people) => Sorted(people.Select(person => person.Value));

    /// <summary>The presence dot of somebody of the current space, or of the conversation looked at; null of others, of whom nothing is known.</summary>
    public string? DotOf(PersonId person) =>
        person == Client.Me ? "here" :
        Presence.Others().Concat(Presence.BesideMe()).FirstOrDefault(p => p.Did == person.Value) is { } here ? DotOf(here.Status)
        : Membership.Value?.Members.ContainsKey(person) == true ? "away"
        : null;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _ending.Dispose();
        _membership.Dispose();
        _calls?.Dispose();
        _contacts?.Dispose();
        _presence?.Dispose();
        _index?.Dispose();
        if (_client is not null)
        {
            await _client.DisposeAsync();
        }
    }

    // Who is in no space is shown the first one that comes: from the hub after the words were typed in, from another tab, from an invite.
    private async Task FollowAsync(ParleyClient client)
    {
        try
        {
            await foreach (var mine in client.Spaces.All.WatchAsync(_ending.Token))
            {
                if (_space.Value is null && mine.Count > 0)
                {
                    Enter(Index.Mine[0]);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The tab closes.
        }
    }

    // Who was removed is not here any more, and nobody is here to them.
    private async Task AppearAsync()
    {
        try
        {
            await foreach (var state in _membership.WatchAsync(_ending.Token))
            {
                if (state?.Domain == _space.Value)
                {
                    Appear(_space.Value, state);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The tab closes.
        }
    }

    private void Appear(NodeId? space, MembershipState? state)
    {
        Presence.Enter(state is { IsHere: true, Role: null } ? null : space);
        Presence.View(shell.Active?.Node);
    }

    private IReadOnlyList<KnownPerson> Sorted(IEnumerable<string> dids)
    {
        var here = Presence.Others().ToDictionary(p => p.Did, StringComparer.Ordinal);
        var me = Client.Me.Value;
        return [.. dids.Distinct(StringComparer.Ordinal)
            .Select(did => here.TryGetValue(did, out var person)
                ? Known(person)
                : new KnownPerson(did, NameOf(did, null), did == me ? "here" : "away", did == me))
            .OrderByDescending(p => p.Self).ThenBy(p => p.Dot == "away").ThenBy(p => p.Name, StringComparer.CurrentCultureIgnoreCase)];
    }

    private KnownPerson Known(HerePerson person) => new(person.Did, NameOf(person.Did, person.Name), DotOf(person.Status), Self: false);

    private static string DotOf(PresenceStatus status) => status switch
    {
        PresenceStatus.Active => "here",
        PresenceStatus.Idle => "idle",
        PresenceStatus.Dnd => "dnd",
    };
}
