using Parley.Cli.Terminal;
using Parley.Ids;

namespace Parley.Cli.Chat;

/// <summary>A space that this person is in.</summary>
/// <param name="Id">Its id; <c>main</c> for everybody's.</param>
/// <param name="Name">What it is called; its id where the name is not here.</param>
internal sealed record KnownSpace(NodeId Id, string Name)
{
    /// <summary>The space of everybody that some hubs have.</summary>
    public static KnownSpace Main { get; } = new(new NodeId(RoomNames.MainSpace), RoomNames.MainSpace);

    public bool IsMain => Id == Main.Id;

    /// <summary>Its #general.</summary>
    public NodeId General => RoomNames.ThreadOf(Id);
}

/// <summary>The spaces that a person is in, and which of them a command means.</summary>
internal sealed class KnownSpaces(PersonSession session)
{
    private readonly ParleyClient _client = session.Client;

    /// <summary>All of them by name, the space of everybody last where the hub has it.</summary>
    public async Task<IReadOnlyList<KnownSpace>> AllAsync(CancellationToken cancellationToken)
    {
        var spaces = new List<KnownSpace>();
        foreach (var id in _client.Spaces.All.Value)
        {
            spaces.Add(await OfAsync(id, cancellationToken));
        }

        spaces.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return _client.Connection.Value.HasCommons ? [.. spaces, KnownSpace.Main] : spaces;
    }

    /// <summary>A space by its id.</summary>
    public async Task<KnownSpace> OfAsync(NodeId id, CancellationToken cancellationToken) =>
        new(id, (await _client.Nodes.FindAsync(id, cancellationToken))?.Text("name") ?? id.Value);

    /// <summary>
    /// The space that was written by its name or id, or meant without a word: the only one, else everybody's. Throws <see cref="CliException"/> that
    /// lists them where that is not clear.
    /// </summary>
    public async Task<KnownSpace> ChooseAsync(string? written, CancellationToken cancellationToken)
    {
        var all = await AllAsync(cancellationToken);
        if (written is null)
        {
            return all.Where(static s => !s.IsMain).ToList() is [var only] ? only
                : all.FirstOrDefault(static s => s.IsMain) ?? throw Unclear(all);
        }

        var found = all.Where(s => s.Id.Value == written || string.Equals(s.Name, written, StringComparison.Ordinal)).ToList();
        return found switch
        {
            [var one] => one,
            [] => throw new CliException(ExitCode.Failed, $"you are in no space '{written}'{Listed(all, "; yours are")}"),
            _ => throw new CliException(ExitCode.Failed, $"several spaces are called '{written}'; give the id of one{Listed(found)}"),
        };
    }

    /// <summary>As it stands in a table: who is in it, with what role.</summary>
    public static string RoleOf(Parley.Access.AccessRole role) => role.ToString().ToLowerInvariant();

    private CliException Unclear(IReadOnlyList<KnownSpace> all) =>
        all.Count > 0 ? new(ExitCode.Failed, $"you are in several spaces; choose one with --space{Listed(all)}")
        : _client.Connection.Value.Phase is Parley.Connection.ConnectionPhase.Online or Parley.Connection.ConnectionPhase.Lobby
            ? new(ExitCode.Failed, "you are in no space here; come into one with --join LINK, or make one with 'parley spaces create NAME'")
            : new(ExitCode.Unreachable, $"{session.Hub} cannot be reached, and no space is known here yet");

    private static string Listed(IReadOnlyList<KnownSpace> spaces, string lead = ":") =>
        spaces.Count == 0 ? "" : lead + " " + string.Join(", ", spaces.Select(static s => s.IsMain ? s.Name : $"{s.Name} ({s.Id.Value})"));
}
