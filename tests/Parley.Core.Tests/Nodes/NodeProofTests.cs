using System.Buffers.Text;
using Parley.Ids;
using Parley.Json;
using Xunit;
using static Parley.Nodes.Forge;

namespace Parley.Nodes;

[Trait("weak-spot", "W10")]
public sealed class NodeProofTests
{
    private const string Page = Schemas.Page;

    private static readonly byte[] Nonce = [.. Enumerable.Range(0, 16).Select(i => (byte)i)];

    [Fact]
    public void A_random_node_is_named_by_its_author_and_creating_change()
    {
        // base64url(BLAKE3("<A>\nchg-1")), computed with another implementation of BLAKE3.
        Assert.Equal("SonFGF36Yu3ep_Ux8rFPE0", NodeProof.IdFor(A.Person, "chg-1").Value);
        Assert.Equal(22, NodeProof.IdFor(A.Person, "").Value.Length);
    }

    [Fact]
    public void A_create_that_reproduces_its_id_proves_it_and_nobody_elses_does()
    {
        var id = NodeProof.IdFor(A.Person, "chg-1").Value;
        Assert.True(Proves(A.Person, id, Page, "{}", "chg-1"));
        Assert.False(Proves(B.Person, id, Page, "{}", "chg-1"));
        Assert.False(Proves(A.Person, id, Page, "{}", "chg-2"));
        Assert.False(Proves(A.Person, id[..21], Page, "{}", "chg-1"));
    }

    [Fact]
    public void An_update_proves_nothing() =>
        Assert.False(Proves(A.Person, NodeProof.IdFor(A.Person, "chg-1").Value, null, "{}", "chg-1"));

    [Fact]
    public void A_persons_own_nodes_are_proven_by_that_person_with_their_schema()
    {
        Assert.True(Proves(A.Person, $"profile-{A.Person}", Schemas.Profile, "{}"));
        Assert.True(Proves(A.Person, $"inbox-{A.Person}", Schemas.InboxState, "{}"));
        Assert.False(Proves(B.Person, $"profile-{A.Person}", Schemas.Profile, "{}"));
        Assert.False(Proves(B.Person, $"inbox-{A.Person}", Schemas.InboxState, "{}"));
        Assert.False(Proves(A.Person, $"profile-{A.Person}", Schemas.InboxState, "{}"));
        Assert.False(Proves(A.Person, $"inbox-{A.Person}", Page, "{}"));
    }

    [Fact]
    public void An_open_channel_is_proven_by_the_person_and_space_in_its_id()
    {
        var id = RoomNames.OpenChannel(A.Person, Nonce, "main").Value;
        Assert.Equal("oc-q644zd6nxrpdtdtgiiemenygjowokcue", id);
        Assert.True(Proves(A.Person, id, Schemas.Channel, OpenChannel(A.Person, "main")));
        Assert.True(Proves(A.Person, id, Schemas.Channel, OpenChannel(A.Person, "main", "\"space\":\"main\",")));
        Assert.False(Proves(B.Person, id, Schemas.Channel, OpenChannel(A.Person, "main")));
        Assert.False(Proves(B.Person, id, Schemas.Channel, OpenChannel(B.Person, "main")));
        Assert.False(Proves(A.Person, id, Schemas.Channel, OpenChannel(B.Person, "main")));
        Assert.False(Proves(A.Person, id, Schemas.Channel, OpenChannel(A.Person, "other")));
        Assert.False(Proves(A.Person, id, Schemas.Channel, OpenChannel(A.Person, "main", "\"space\":\"other\",")));
        Assert.False(Proves(A.Person, id, Page, OpenChannel(A.Person, "main")));
        Assert.False(Proves(A.Person, id, Schemas.Channel, "{}"));
    }

    [Theory]
    [InlineData("\"v\":1", "\"v\":2")]
    [InlineData("\"open\"", "\"private\"")]
    [InlineData("AAECAwQFBgcICQoLDA0ODw", "AAECAwQFBgcICQoLDA0ODg")]
    [InlineData("AAECAwQFBgcICQoLDA0ODw", "AAECAwQFBgcICQoLDA0ODx")] // other trailing bits, the same bytes
    [InlineData("AAECAwQFBgcICQoLDA0ODw", "AAECAwQFBgcICQoLDA0ODw==")]
    [InlineData("AAECAwQFBgcICQoLDA0ODw", "!")]
    public void An_open_channels_proof_has_one_spelling(string good, string bad)
    {
        var properties = OpenChannel(A.Person, "main");
        Assert.Contains(good, properties, StringComparison.Ordinal);
        var id = RoomNames.OpenChannel(A.Person, Nonce, "main").Value;
        Assert.False(Proves(A.Person, id, Schemas.Channel, properties.Replace(good, bad, StringComparison.Ordinal)));
    }

    [Fact]
    public void The_proof_that_we_write_is_the_one_that_we_read()
    {
        var properties = JsonValue.Object(("parley:access", RoomNames.OpenChannelProof(A.Person, Nonce, "main")));
        Assert.True(Proves(A.Person, RoomNames.OpenChannel(A.Person, Nonce, "main").Value, Schemas.Channel, properties.ToString()));
    }

    [Fact]
    public void A_direct_message_is_proven_by_each_of_its_members()
    {
        const string id = "dm-7d115214d016ee52e93123c0a73d7c2c4a9c14df";
        var members = $$"""{"kind":"dm","members":["{{A.Person}}","{{B.Person}}"]}""";
        Assert.True(Proves(A.Person, id, Schemas.Channel, members));
        Assert.True(Proves(B.Person, id, Schemas.Channel, members));
        using var stranger = new Parley.Native.Identity.SodiumSigner(new byte[32]);
        Assert.False(Proves(stranger.Person, id, Schemas.Channel, members));
        Assert.False(Proves(stranger.Person, id, Schemas.Channel, $$"""{"members":["{{stranger.Person}}","{{A.Person}}"]}"""));
        Assert.False(Proves(A.Person, id, Page, members));
        Assert.False(Proves(A.Person, id, Schemas.Channel, $$"""{"members":["{{A.Person}}"]}"""));
        Assert.False(Proves(A.Person, id, Schemas.Channel, $$"""{"members":["{{A.Person}}","{{A.Person}}"]}"""));
        Assert.False(Proves(A.Person, id, Schemas.Channel, $$"""{"members":["{{A.Person}}","{{B.Person}}","nobody"]}"""));
        Assert.False(Proves(A.Person, id, Schemas.Channel, """{"members":7}"""));
    }

    [Fact]
    public void A_thread_is_proven_by_whoever_names_its_target()
    {
        var id = RoomNames.ThreadOf(new("main")).Value;
        Assert.True(Proves(A.Person, id, Schemas.Channel, """{"kind":"channel","target":"main"}"""));
        Assert.True(Proves(B.Person, id, Schemas.Channel, """{"kind":"channel","target":"main"}"""));
        Assert.False(Proves(A.Person, id, Schemas.Channel, """{"kind":"channel","target":"other"}"""));
        Assert.False(Proves(A.Person, id, Schemas.Channel, """{"kind":"channel"}"""));
        Assert.False(Proves(A.Person, id, Page, """{"kind":"channel","target":"main"}"""));
    }

    private static string OpenChannel(PersonId by, string space, string beside = "") =>
        $$"""
        { {{beside}}
          "parley:access":{"v":1,"mode":"open","by":"{{by}}","n":"{{Base64Url.EncodeToString(Nonce)}}","space":"{{space}}"}
        }
        """;

    private static bool Proves(PersonId author, string node, string? schema, string properties, string changeId = "c") =>
        NodeProof.Proves(new ChangeDraft(new(changeId, new(new(node), schema, JsonReader.Read(properties), null), null, author, 5, 6)).Complete(new byte[64]));
}
