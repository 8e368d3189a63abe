using Parley.Commands;
using Parley.Ids;

namespace Parley.Access;

/// <summary>The spaces that a person is in. On a hub that has it, everybody connected is in <see cref="Ids.RoomNames.MainSpace"/> besides, which has no members.</summary>
public sealed class Spaces
{
    private const int NameLengthMax = 200;

    private readonly MembershipViews _views;
    private readonly RoleHolder _role;
    private readonly InviteKeys _keys;

    internal Spaces(MembershipViews views, RoleHolder role, InviteKeys keys)
    {
        _views = views;
        _role = role;
        _keys = keys;
    }

    /// <summary>The ids of the spaces that I am in. The node of that id carries the name.</summary>
    public Live<IReadOnlyList<NodeId>> All => _views.Spaces;

    /// <summary>The ids of the spaces that I was in: left, or removed from. What is here of them stays readable.</summary>
    public Live<IReadOnlyList<NodeId>> Left => _views.Left;

    /// <summary>Makes a space with its #general (<see cref="Ids.RoomNames.ThreadOf"/> its id). Name: 1 to 200 units after trimming.</summary>
    /// <remarks>Throws <see cref="ParleyException"/>: Invalid, Storage.</remarks>
    public async Task<NodeId> CreateAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Trim() is { Length: > 0 and <= NameLengthMax } trimmed
            ? new(await _role.Current.ActAsync(new MembershipCommand.CreateSpace(trimmed), cancellationToken).ConfigureAwait(false))
            : throw new ParleyException(ParleyErrorCode.Invalid, $"The space's name is not 1 to {NameLengthMax} characters.");
    }

    /// <summary>Who is in a space, private channel or direct message.</summary>
    public Membership Open(NodeId domain) => AccessDomains.KindOf(domain) is null
        ? throw new ArgumentException("The id is not that of a space, private channel or direct message.", nameof(domain))
        : new(domain, _views, _role, _keys);
}
