using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Parley.Access;
using Parley.Frames;
using Parley.Hub;
using Parley.Hub.Storage;
using Parley.Ids;
using Parley.Json;
using Parley.Nodes;
using Parley.Scenarios.Hub;
using Parley.Testing;

namespace Parley.Scenarios.Attacks;

/// <summary>People who may not use a hub, or only its lobby: what they try fails, and whoever comes in by a link is in at once.</summary>
public sealed class AdmissionAttacks : IDisposable
{
    private const string Pairing = "pair:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    private readonly AccessStory _story = new(new ManualTime().GetUtcNow().ToUnixTimeMilliseconds());

    public void Dispose() => _story.Dispose();

    [Fact]
    public async Task A_lobby_lets_nobody_read_write_or_be_seen()
    {
        await using var hub = await InviteOnlyAsync();
        await using var ann = await HubClient.JoinAsync(hub, _story.Ann.Did);
        await AccessStory.StoreAsync(ann, _story.Root, _story.PlazaNode());
        await using var eve = await HubClient.JoinAsync(hub, _story.Eve.Did);
        string[] rooms =
        [
            _story.Eve.Did, "knock:" + _story.Eve.Did, "profile-" + _story.Ann.Did, "profile-" + _story.Eve.Did, _story.SpaceRoom, _story.PlazaRoom, "xnet-workspace-main",
            "xnet-channel-c1", "xnet-doc-n1", "call:c1", "pair:short", Pairing + "A",
        ];
        await eve.SendAsync(ClientFrames.Subscribe([.. rooms.Select(static r => new RoomId(r))]));
        Assert.Empty((await eve.ReadAsync("subscribed"))["topics"]!.Items);
        Assert.Equal(rooms, (await eve.ReadUntilPongAsync()).Select(static f => f["resource"]!.Text));
        foreach (var room in rooms)
        {
            Assert.Equal(["UNAUTHORIZED"], await AccessStory.PageAsync(eve, room));
        }

        var eveSpace = MembershipDrafts.Space(_story.Eve.Person, AccessStory.Nonce(9));
        Change[] tries =
        [
            _story.Eve.Message("c1", "hello"),
            _story.Eve.CreateUnproven("profile-" + _story.Eve.Did, Schemas.Profile, ("displayName", JsonValue.Of("Eve"))),
            _story.Eve.Create(Schemas.Knock, ("to", JsonValue.Of(_story.Ann.Did))),
            _story.Write(_story.Eve, eveSpace),
            _story.Say(_story.Ann, "somebody else's words"),
        ];
        foreach (var change in tries)
        {
            await eve.SendAsync(Author.Frame(change));
            Assert.Equal("NOT_ADMITTED", (await AccessStory.AnswerAsync(eve, change.Hash)).Code);
        }

        await eve.SendAsync(ClientFrames.SyncRequest(new(_story.Ann.Did), 0, null, null));
        Assert.Equal("UNAUTHORIZED", (await eve.ReadAsync("node-error"))["code"]!.Text);
        await eve.SendAsync(ClientFrames.Subscribe([new(Pairing)]));
        Assert.Equal([Pairing], (await eve.ReadAsync("subscribed"))["topics"]!.Items.Select(static t => t.Text));
        Assert.Empty(await AccessStory.PageAsync(ann, "profile-" + _story.Eve.Did));
    }

    [Fact]
    public async Task Nobody_leaves_the_lobby_by_somebody_elses_admission()
    {
        await using var hub = await InviteOnlyAsync();
        await using var ann = await HubClient.JoinAsync(hub, _story.Ann.Did);
        var invite = _story.Invite(_story.Space, _story.Ann.WallTime + 60_000, uses: 2);
        await AccessStory.StoreAsync(ann, _story.Root, invite);
        await using var eve = await HubClient.JoinAsync(hub, _story.Eve.Did);
        var bobs = _story.Admit(_story.Bob, _story.Space, invite);

        await eve.SendAsync(Author.Frame(bobs));

        Assert.Equal("NOT_ADMITTED", (await AccessStory.AnswerAsync(eve, bobs.Hash)).Code);
        Assert.Equal(2, (await AccessStory.PageAsync(eve, _story.SpaceRoom, _story.Claim(_story.Space, _story.Eve))).Count);
        await using var bob = await HubClient.JoinAsync(hub, _story.Bob.Did);
        await AccessStory.StoreAsync(bob, bobs);
        await AccessStory.StoreAsync(ann, _story.PlazaNode());
        var own = _story.Admit(_story.Eve, _story.Space, invite);
        await AccessStory.StoreAsync(eve, own);
        AccessStory.Take(_story.Space, own);
        await AccessStory.StoreAsync(eve, _story.Say(_story.Eve, "I am in"));
    }

    [Fact]
    public async Task An_admission_wakes_all_that_slept_and_the_last_removal_puts_it_to_sleep_again()
    {
        await using var hub = await InviteOnlyAsync();
        await using var ann = await HubClient.JoinAsync(hub, _story.Ann.Did);
        await AccessStory.StoreAsync(ann, _story.Root, _story.PlazaNode());
        await using var bob = await HubClient.JoinAsync(hub, _story.Bob.Did, _story.Bob.Did, _story.SpaceRoom, "profile-" + _story.Ann.Did);
        Assert.Equal(3, (await bob.ReadUntilPongAsync()).Count(static f => f["type"]!.Text == "auth-denied"));

        await AccessStory.StoreAsync(ann, _story.Do(_story.Ann, _story.Space, d => d.Grant(_story.Bob.Person, AccessRole.Member)));
        Assert.Equal(3, (await bob.ReadUntilPongAsync()).Count(static f => f["type"]!.Text == "subscribed"));
        await AccessStory.StoreAsync(bob, _story.Say(_story.Bob, "thank you"));

        await AccessStory.StoreAsync(ann, _story.Do(_story.Ann, _story.Space, d => d.Revoke(_story.Bob.Person)));
        Assert.Equal(3, (await bob.ReadUntilPongAsync()).Count(static f => f["type"]!.Text == "auth-denied"));
        var late = _story.Bob.Message("c1", "still here?");
        await bob.SendAsync(Author.Frame(late));
        Assert.Equal("NOT_ADMITTED", (await AccessStory.AnswerAsync(bob, late.Hash)).Code);
    }

    [Fact]
    public async Task A_list_is_for_those_on_it_and_a_ban_ends_what_stands()
    {
        await using var hub = await HubFixture.StartAsync(static o => o.Admission = AdmissionMode.AllowList);
        await using var stranger = await HubClient.ShowAsync(hub, Tokens.Of(_story.Eve, hub).Text);
        Assert.Equal((4403, "This hub is for people whom its owner listed."), stranger.Closed);
        Assert.Equal(JsonValue.Null, stranger.Handshake);
        await OrderAsync(hub, "allow", _story.Bob);
        await using var bob = await HubClient.JoinAsync(hub, _story.Bob.Did, _story.Bob.Did);
        await using var phone = await HubClient.JoinAsync(hub, _story.Bob.Did, _story.Bob.Did);

        await OrderAsync(hub, "ban", _story.Bob);

        Assert.Null(await bob.ReadAsync());
        Assert.Null(await phone.ReadAsync());
        Assert.Equal((4403, "You are banned from this hub."), bob.Closed);
        await using var again = await HubClient.ShowAsync(hub, Tokens.Of(_story.Bob, hub).Text);
        Assert.Equal((4403, "You are banned from this hub."), again.Closed);
        Assert.Contains("parley_hub_not_admitted_total 2", await hub.MetricsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_owner_gives_orders_and_only_the_code_makes_one()
    {
        using var folder = new TemporaryFolder();
        string code;
        await using (var first = await HubFixture.StartAsync(o => o.DataFolder = folder["hub"]))
        {
            code = Host(first).ClaimCode!;
            Assert.Equal(22, code.Length);
            Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(first, "/hub/claim", _story.Eve, ("code", new string('A', 22)))).Status);
        }

        await using var hub = await HubFixture.StartAsync(o => o.DataFolder = folder["hub"]);
        Assert.Equal(code, Host(hub).ClaimCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(hub, "/hub/claim", null, ("code", code))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(hub, "/hub/claim", _story.Ann, "https://evil.example", ("code", code))).Status);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(hub, "/hub/claim", _story.Ann, hub.Http.GetLeftPart(UriPartial.Authority), ("code", code))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(hub, "/hub/claim", _story.Eve, ("code", code))).Status);
        Assert.Null(Host(hub).ClaimCode);

        foreach (var order in (string[])["status", "people", "rooms", "ban", "mode", "claim"])
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(hub, "/hub/admin", _story.Eve, ("do", order), ("did", _story.Ann.Did))).Status);
            Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(hub, "/hub/admin", null, ("do", order))).Status);
        }

        var status = await PostAsync(hub, "/hub/admin", _story.Ann, ("do", "status"));
        Assert.Equal((HttpStatusCode.OK, _story.Ann.Did), (status.Status, status.Answer["owner"]!.Text));
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(hub, "/hub/admin", _story.Ann, ("do", "ban"), ("did", _story.Ann.Did))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(hub, "/hub/admin", _story.Ann, "null", ("do", "status"))).Status);
        Assert.Contains(hub.LogLines, line => line.Contains("is the owner of this hub now", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Each_person_has_so_many_sockets_changes_and_spaces()
    {
        await using var hub = await HubFixture.StartAsync(static o => (o.Limits.ConnectionsPerPersonMax, o.Limits.AuthorChangesMax, o.Limits.SpacesPerPersonMax) = (2, 3, 1));
        await using var ann = await HubClient.JoinAsync(hub, _story.Ann.Did);
        await using var second = await HubClient.JoinAsync(hub, _story.Ann.Did);
        await using var third = await HubClient.ShowAsync(hub, Tokens.Of(_story.Ann, hub).Text);
        Assert.Equal((1013, "QUOTA_EXCEEDED: too many connections of one person"), third.Closed);
        await using var bob = await HubClient.JoinAsync(hub, _story.Bob.Did);
        await AccessStory.StoreAsync(ann, _story.Root);
        var another = _story.Write(_story.Ann, MembershipDrafts.Space(_story.Ann.Person, AccessStory.Nonce(9)));
        await ann.SendAsync(Author.Frame(another));
        Assert.Equal("QUOTA_EXCEEDED", (await AccessStory.AnswerAsync(ann, another.Hash)).Code);
        await AccessStory.StoreAsync(bob, _story.Bob.Message("c1", "1"), _story.Bob.Message("c1", "2"), _story.Bob.Message("c1", "3"));
        var fourth = _story.Bob.Message("c1", "4");
        await bob.SendAsync(Author.Frame(fourth));
        Assert.Equal("QUOTA_EXCEEDED", (await AccessStory.AnswerAsync(bob, fourth.Hash)).Code);
        Assert.Contains("parley_hub_quota_refused_total 3", await hub.MetricsAsync(), StringComparison.Ordinal);
    }

    private static HubHost Host(HubFixture hub) => hub.Services.GetRequiredService<HubHost>();

    private async Task<HubFixture> InviteOnlyAsync()
    {
        var hub = await HubFixture.StartAsync(static o => o.Admission = AdmissionMode.InviteOnly, time: new ManualTime());
        await OrderAsync(hub, "allow", _story.Ann);
        return hub;
    }

    private static async Task OrderAsync(HubFixture hub, string what, Author whom)
    {
        var answer = await Host(hub).Administration.AnswerAsync(JsonValue.Object(("do", JsonValue.Of(what)), ("did", JsonValue.Of(whom.Did))), "the test");
        Assert.Null(answer["error"]);
    }

    private static Task<(HttpStatusCode Status, JsonValue Answer)> PostAsync(HubFixture hub, string path, Author? by, params (string Name, string Text)[] request) =>
        PostAsync(hub, path, by, null, request);

    private static async Task<(HttpStatusCode Status, JsonValue Answer)> PostAsync(
        HubFixture hub, string path, Author? by, string? origin, params (string Name, string Text)[] request)
    {
        using var http = new HttpClient { BaseAddress = hub.Http };
        var body = JsonValue.Object([.. request.Select(static r => KeyValuePair.Create(r.Name, JsonValue.Of(r.Text)))]);
        using var message = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(CanonicalJson.ToBytes(body)) };
        if (by is not null)
        {
            message.Headers.Authorization = new("Bearer", Tokens.Of(by, hub).Text);
        }

        if (origin is not null)
        {
            message.Headers.Add("Origin", origin);
        }

        using var answer = await http.SendAsync(message, TestContext.Current.CancellationToken);
        return (answer.StatusCode, JsonReader.Read(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
    }
}
