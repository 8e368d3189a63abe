using Parley.Access;
using Parley.Cli.Chat;
using Parley.Cli.Terminal;

namespace Parley.Cli.Commands;

/// <summary><c>parley spaces</c>: the spaces that a person is in, from a terminal.</summary>
internal static class SpacesCommand
{
    private static readonly Operand Space = new("SPACE", "its name or id (default: the only one)", Required: false);

    private static readonly TimeSpan ExpiresDefault = TimeSpan.FromDays(7);
    private static readonly TimeSpan ExpiresMax = TimeSpan.FromDays(3_650);

    public static IReadOnlyList<Command> Commands { get; } =
    [
        new("spaces", "Lists the spaces that you are in: id, role and name.", ListAsync)
        {
            Options = PersonSession.Options,
            Notes = ["'parley spaces create', 'parley spaces invite' and 'parley spaces members' do more; 'parley chat --join LINK' comes into one."],
            ExitCodes = PersonSession.ExitCodes,
        },
        new("spaces create", "Makes a space with its #general and prints its id.", CreateAsync)
        {
            Operands = [new("NAME", "what it is called")],
            Options = PersonSession.Options,
            ExitCodes = PersonSession.ExitCodes,
        },
        new("spaces invite", "Makes an invite and prints its link. Whoever has the link may come in.", InviteAsync)
        {
            Operands = [Space],
            Options =
            [
                .. PersonSession.Options,
                new("expires", "TIME", "until when from now, as 30m, 12h or 7d (default 7d)"),
                new("uses", "N", "for how many people (default 1)"),
            ],
            Notes = ["The link holds a secret: hand it over like a password. You may be offline when it is used."],
            ExitCodes = PersonSession.ExitCodes,
        },
        new("spaces members", "Lists who is in a space: role, DID and name.", MembersAsync)
        {
            Operands = [Space],
            Options = PersonSession.Options,
            ExitCodes = PersonSession.ExitCodes,
        },
    ];

    private static async Task<int> ListAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        await using var session = await PersonSession.OpenAsync(arguments, cancellationToken);
        await session.MeetHubAsync(cancellationToken);
        foreach (var space in await new KnownSpaces(session).AllAsync(cancellationToken))
        {
            var role = space.IsMain || session.Client.Spaces.Open(space.Id).State.Value.Role is not { } mine ? "" : KnownSpaces.RoleOf(mine);
            Console.WriteLine($"{space.Id.Value,-35}  {role,-6}  {space.Name}");
        }

        return ExitCode.Ok;
    }

    private static async Task<int> CreateAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        await using var session = await PersonSession.OpenAsync(arguments, cancellationToken);
        var space = await session.Client.Spaces.CreateAsync(arguments.Operand(0)!, cancellationToken);
        Console.WriteLine(space.Value);
        return await DeliverAsync(session, cancellationToken);
    }

    private static async Task<int> InviteAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var expires = TimeProvider.System.GetUtcNow() + arguments.Duration("expires", ExpiresDefault, ExpiresMax);
        var uses = arguments.Number("uses", 1, 1, InviteOp.UsesMax);
        await using var session = await PersonSession.OpenAsync(arguments, cancellationToken);
        await session.MeetHubAsync(cancellationToken);
        var space = await ChooseAsync(session, arguments.Operand(0), "has no invites: everybody is in it", cancellationToken);
        var invite = await session.Client.Spaces.Open(space.Id).InviteAsync(expires, uses, cancellationToken);
        Console.WriteLine(LinkOf(session.Hub, invite));
        return await DeliverAsync(session, cancellationToken);
    }

    private static async Task<int> MembersAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        await using var session = await PersonSession.OpenAsync(arguments, cancellationToken);
        await session.MeetHubAsync(cancellationToken);
        var space = await ChooseAsync(session, arguments.Operand(0), "has no members: everybody is in it", cancellationToken);
        var members = session.Client.Spaces.Open(space.Id).State.Value.Members;
        foreach (var (person, role) in members.OrderByDescending(static m => m.Value).ThenBy(static m => m.Key.Value, StringComparer.Ordinal))
        {
            Console.WriteLine($"{KnownSpaces.RoleOf(role),-6}  {person.Value}  {await PersonNames.OfAsync(session.Client, person, cancellationToken)}");
        }

        return ExitCode.Ok;
    }

    /// <summary>Where the app of a hub opens an invite.</summary>
    internal static Uri LinkOf(Uri hub, Invite invite) => new UriBuilder(hub)
    {
        Scheme = hub.Scheme == "wss" ? "https" : "http",
        Port = hub.Port,
        Path = "/",
        Fragment = invite.ToString(),
    }.Uri;

    private static async Task<KnownSpace> ChooseAsync(PersonSession session, string? written, string otherwise, CancellationToken cancellationToken) =>
        await new KnownSpaces(session).ChooseAsync(written, cancellationToken) is { IsMain: false } space
            ? space
            : throw new CliException(ExitCode.Failed, $"the space main {otherwise}");

    private static async Task<int> DeliverAsync(PersonSession session, CancellationToken cancellationToken)
    {
        await session.DeliverAsync(cancellationToken);
        return ExitCode.Ok;
    }
}
