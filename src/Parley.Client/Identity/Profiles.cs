using Parley.Commands;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;
using Parley.Views;

namespace Parley.Identity;

/// <summary>Names and faces, from Profile nodes; one read serves everybody.</summary>
public sealed class Profiles : IDisposable
{
    private const int KeptMax = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<PersonId, string?> _names = [];
    private readonly HashSet<PersonId> _wanted = [];
    private IReadOnlyCollection<PersonId> _underWay = [];
    private readonly PersonId _me;
    private readonly NodeStore _nodes;
    private readonly RoleHolder _role;
    private readonly IDisposable _listening;
    private bool _reading;

    internal Profiles(PersonId me, NodeStore nodes, RoleHolder role)
    {
        _me = me;
        _nodes = nodes;
        _role = role;
        _listening = nodes.Listen(OnAdvanced);
    }

    /// <summary>Counts up whenever a name became known or changed.</summary>
    public Live<int> Version { get; } = new(0);

    /// <summary>The display name: the profile's, else characters 8–13 of the DID and an ellipsis. Never waits; learns of people as they are asked for.</summary>
    public string NameOf(PersonId person) => Find(person) ?? Short(person);

    /// <summary>The profile's name, or null while none is known. Never waits; learns of people as they are asked for.</summary>
    public string? Find(PersonId person)
    {
        lock (_gate)
        {
            if (_names.TryGetValue(person, out var name))
            {
                return name;
            }
        }

        Want([person]);
        _role.Current.Follow(RoomNames.Profile(person));
        return null;
    }

    /// <summary>Sets the own display name, 1 to 120 units after trimming.</summary>
    public Task SetNameAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        var trimmed = name.Trim();
        if (trimmed.Length == 0)
        {
            throw new ParleyException(ParleyErrorCode.Invalid, "The name is empty.");
        }

        var draft = new NodeDraft
        {
            Node = RoomNames.ProfileNode(_me),
            SchemaId = Schemas.Profile,
            Properties = JsonValue.Object(("did", JsonValue.Of(_me.Value)), ("displayName", JsonValue.Of(trimmed))),
        };
        return _nodes.WriteAsync([draft], cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _listening.Dispose();

    /// <summary>Called when the own name became known or changed.</summary>
    internal Action? OwnNameChanged { get; set; }

    private static string Short(PersonId person) => person.Value is { Length: > 14 } did ? did[8..14] + "…" : person.Value ?? "";

    private void OnAdvanced(Advance advance)
    {
        if (!advance.TouchesSchema(Schemas.Profile))
        {
            return;
        }

        List<PersonId> touched;
        lock (_gate)
        {
            // Whoever is being read may have been read before this commit.
            touched = [.. _names.Keys.Concat(_underWay).Where(person => advance.TouchesNode(RoomNames.ProfileNode(person).Value))];
        }

        Want(touched);
    }

    private void Want(IReadOnlyList<PersonId> people)
    {
        lock (_gate)
        {
            _wanted.UnionWith(people);
            if (_reading || _wanted.Count == 0)
            {
                return;
            }

            _reading = true;
        }

        // Ends by itself when nobody is wanted any more.
        _ = ReadAsync();
    }

    private async Task ReadAsync()
    {
        try
        {
            while (Next() is { Count: > 0 } people)
            {
                var query = NodeQuery.Of(Schemas.Profile) with { Ids = [.. people.Select(RoomNames.ProfileNode)] };
                var found = await _nodes.FindAsync(query.Take(NodeQuery.LimitMax)).ConfigureAwait(false);
                Learn(people, found);
            }
        }
        catch (Exception failure) when (failure is ParleyException or ObjectDisposedException or OperationCanceledException)
        {
            // Whoever asks again starts the next read.
            lock (_gate)
            {
                (_reading, _underWay) = (false, []);
            }
        }
    }

    private List<PersonId> Next()
    {
        lock (_gate)
        {
            List<PersonId> people = [.. _wanted.Take(NodeQuery.LimitMax)];
            _wanted.ExceptWith(people);
            _underWay = people;
            _reading = people.Count > 0;
            return people;
        }
    }

    private void Learn(List<PersonId> people, IReadOnlyList<Node> found)
    {
        var names = found.ToDictionary(node => node.Id, node => node.Text("displayName"));
        bool changed, own;
        lock (_gate)
        {
            if (_names.Count > KeptMax)
            {
                // Names are a read away; those on screen are asked for again at once.
                _names.Clear();
            }

            changed = own = false;
            foreach (var person in people)
            {
                var name = names.GetValueOrDefault(RoomNames.ProfileNode(person));
                var differs = !_names.TryGetValue(person, out var before) || before != name;
                _names[person] = name;
                changed |= differs && (name is not null || before is not null);
                own |= differs && person == _me;
            }
        }

        if (changed)
        {
            Version.Set(Version.Value + 1);
        }

        if (own)
        {
            OwnNameChanged?.Invoke();
        }
    }
}
