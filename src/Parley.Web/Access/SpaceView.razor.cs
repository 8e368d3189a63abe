using Microsoft.AspNetCore.Components;
using Parley.Access;
using Parley.Identity;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;
using Parley.Web.Shell;

namespace Parley.Web.Access;

/// <summary>A space from inside: its name, its people and their roles, its open invites, who writes, and what never had effect.</summary>
public partial class SpaceView
{
    private MembershipState _state = null!;
    private IReadOnlyList<(PersonId Person, AccessRole Role, string Name)> _people = [];
    private IReadOnlyList<string> _cancelled = [];
    private string _name = "";
    private string _typed = "";
    private string? _problem;
    private bool _inviting;
    private bool _leaving;
    private PersonId? _removing;

    [Inject] public required ShellState Shell { get; init; }
    [Inject] public required ICalendar Calendar { get; init; }
    [Parameter, EditorRequired] public required NodeId Space { get; set; }

    private static (AccessRole Role, string Words)[] Posting =>
        [(AccessRole.Member, Strings.Rules_Post_All), (AccessRole.Admin, Strings.Rules_Post_Admins), (AccessRole.Owner, Strings.Rules_Post_Owners)];

    private AccessRole Posts => _state.Policy.Post ?? AccessRole.Member;

    private Membership Membership => Client.Spaces.Open(Space);

    protected override void OnInitialized()
    {
        Follow(Membership.State, Read);
        Follow(Client.Profiles.Version, _ => Read(_state));
        Follow(Session.Index.Spaces, _ => ReadName());
    }

    private void Read(MembershipState state)
    {
        _state = state;
        _people = MemberRules.Ordered(state, Client.Profiles.NameOf);
        _cancelled = [.. state.Cancelled.Select(each => CancelledWords.Sentence(each, Client.Profiles.NameOf))];
    }

    private void ReadName()
    {
        var name = Session.Index.NameOf(Space);
        _typed = _typed == _name ? name : _typed;
        _name = name;
    }

    private string TermsOf(OpenInvite invite)
    {
        var ends = invite.ExpiresAt.ToUnixTimeMilliseconds();
        return Phrase.Of(
            invite.Uses == InviteOp.UsesMax ? Strings.Invites_Terms_Anybody : Strings.Invites_Terms, invite.Used, invite.Uses, Calendar.Day(ends), Calendar.Time(ends));
    }

    private Task RenameAsync() => TryAsync(() => Client.Nodes.WriteAsync(
        [new NodeDraft { Node = Space, SchemaId = Schemas.Space, Properties = JsonValue.Object(("name", JsonValue.Of(_typed.Trim()))) }], CancellationToken.None));

    private Task GiveAsync(PersonId person, ChangeEventArgs choice) =>
        Enum.TryParse<AccessRole>(choice.Value as string, out var role) ? TryAsync(() => Membership.GrantAsync(person, role, CancellationToken.None)) : Task.CompletedTask;

    private Task SetPostsAsync(ChangeEventArgs choice) =>
        Enum.TryParse<AccessRole>(choice.Value as string, out var role) ? TryAsync(() => Membership.SetPolicyAsync(new() { Post = role }, CancellationToken.None)) : Task.CompletedTask;

    private Task EndAsync(OpenInvite invite) => TryAsync(() => Membership.RevokeInviteAsync(invite.Operation, CancellationToken.None));

    private async Task TryAsync(Func<Task> act)
    {
        _problem = null;
        try
        {
            await act();
        }
        catch (ParleyException exception)
        {
            _problem = MemberRules.Sentence(exception);
        }
    }
}
