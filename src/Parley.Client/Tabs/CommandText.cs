using Parley.Access;
using Parley.Commands;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;

namespace Parley.Tabs;

/// <summary>The commands about memberships as JSON, on their way to the tab that leads. The secret of an invite stays in the tab that made it.</summary>
internal static class CommandText
{
    public static JsonValue ToJson(MembershipCommand command) => command switch
    {
        MembershipCommand.CreateSpace c => Object("space", ("name", JsonValue.Of(c.Name))),
        MembershipCommand.CreateChannel c => Object(
            "channel", ("domain", Of(c.Space)), ("name", JsonValue.Of(c.Name)), ("topic", c.Topic is null ? null : JsonValue.Of(c.Topic)), ("people", Of(c.People))),
        MembershipCommand.OpenDirect c => Object("direct", ("people", Of(c.People))),
        MembershipCommand.OpenInvite c => Object(
            "invite", ("domain", Of(c.Domain)), ("key", Of(c.PublicKey)), ("expires", JsonValue.Of(c.ExpiresAtMs)), ("uses", JsonValue.Of(c.Uses))),
        MembershipCommand.EndInvite c => Object("end", ("domain", Of(c.Domain)), ("invite", JsonValue.Of(c.Invite.ToString()))),
        MembershipCommand.Admit c => Object("admit", ("domain", Of(c.Domain)), ("invite", JsonValue.Of(c.Invite.ToString())), ("proof", Of(c.Proof))),
        MembershipCommand.Seat c => Object("seat", ("domain", Of(c.Domain)), ("person", JsonValue.Of(c.Person.Value)), ("role", JsonValue.Of(c.Role.Code()))),
        MembershipCommand.Unseat c => Object("unseat", ("domain", Of(c.Domain)), ("person", JsonValue.Of(c.Person.Value))),
        MembershipCommand.Leave c => Object("leave", ("domain", Of(c.Domain))),
        MembershipCommand.SetPolicy c => Object("policy", ("domain", Of(c.Domain)), ("set", c.Policy.ToJson())),
        _ => throw new InvalidOperationException("A command that no tab gives."),
    };

    /// <summary>Null where it is none of ours (another version's, say).</summary>
    public static MembershipCommand? Read(JsonValue json)
    {
        var domain = new NodeId(json["domain"]?.Text ?? "");
        return json["do"]?.Text switch
        {
            "space" => new MembershipCommand.CreateSpace(json["name"]!.Text!),
            "channel" => new MembershipCommand.CreateChannel(domain, json["name"]!.Text!, json["topic"]?.Text, People(json)),
            "direct" => new MembershipCommand.OpenDirect(People(json)),
            "invite" => new MembershipCommand.OpenInvite(domain, Bytes(json["key"]), json["expires"]!.Integer!.Value, (int)json["uses"]!.Integer!.Value),
            "end" => new MembershipCommand.EndInvite(domain, ChangeHash.Parse(json["invite"]!.Text!)),
            "admit" => new MembershipCommand.Admit(domain, ChangeHash.Parse(json["invite"]!.Text!), Bytes(json["proof"])),
            "seat" when AccessRoles.TryParse(json["role"]?.Text, out var role) => new MembershipCommand.Seat(domain, PersonId.Parse(json["person"]!.Text!), role),
            "unseat" => new MembershipCommand.Unseat(domain, PersonId.Parse(json["person"]!.Text!)),
            "leave" => new MembershipCommand.Leave(domain),
            "policy" when AccessPolicy.Read(json["set"]) is { } policy => new MembershipCommand.SetPolicy(domain, policy),
            _ => null,
        };
    }

    private static JsonValue Object(string kind, params ReadOnlySpan<(string Name, JsonValue? Value)> members) =>
        JsonValue.Object([("do", JsonValue.Of(kind)), .. members]);

    private static JsonValue Of(NodeId node) => JsonValue.Of(node.Value);

    private static JsonValue Of(IEnumerable<PersonId> people) => JsonValue.Array([.. people.Select(p => JsonValue.Of(p.Value))]);

    private static JsonValue Of(ReadOnlyMemory<byte> bytes) => JsonValue.Of(Convert.ToBase64String(bytes.Span));

    private static List<PersonId> People(JsonValue json) => [.. json["people"]!.Items.Select(p => PersonId.Parse(p.Text!))];

    private static byte[] Bytes(JsonValue? json) => Convert.FromBase64String(json!.Text!);
}
