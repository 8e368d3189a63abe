using Parley.Ids;
using Xunit;

namespace Parley.Identity;

public sealed class CapabilityTests
{
    [Theory]
    [InlineData("foo/*", "foo/bar", true)]
    [InlineData("foo/*", "foo/bar/baz", true)]
    [InlineData("foo/*", "foo/", true)]
    [InlineData("foo/*", "foo", true)]
    [InlineData("foo/*", "foo/*", true)]
    [InlineData("foo/*", "foobar", false)]
    [InlineData("foo/*", "foobar/baz", false)]
    [InlineData("foo/*", "fo", false)]
    [InlineData("foo/*", "*", false)]
    [InlineData("foo/*", "Foo/bar", false)]
    [InlineData("foo*", "foobar", false)]
    [InlineData("foo", "foo/bar", false)]
    [InlineData("foo/bar", "foo/*", false)]
    [InlineData("*", "anything", true)]
    [Trait("weak-spot", "W33")]
    public void A_pattern_of_resources_ends_at_the_slash(string parent, string child, bool covered)
    {
        Assert.Equal(covered, new Capability(parent, "hub/relay").Covers(new(child, "hub/relay")));
        Assert.Equal(covered, new Capability(parent, "hub/relay").Permits("hub/relay", child));
    }

    [Theory]
    [InlineData("hub/relay", "hub/relay", true, true)]
    [InlineData("*", "hub/relay", true, true)]
    [InlineData("hub/*", "hub/relay", false, true)] // in a chain of proofs the reference does not cover it either
    [InlineData("hub/*", "hub/*", true, true)]
    [InlineData("hub/*", "hubs/relay", false, false)]
    [InlineData("hub/relay", "hub/relayed", false, false)]
    [InlineData("hub/relay", "*", false, false)]
    [InlineData("call/*", "call/join", false, true)]
    [Trait("weak-spot", "W33")]
    public void Actions_in_a_proof_are_equal_and_at_a_hub_may_be_a_group(string line, string action, bool covers, bool permits)
    {
        Assert.Equal(covers, new Capability("*", line).Covers(new("*", action)));
        Assert.Equal(permits, new Capability("*", line).Permits(action, "abc"));
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("xnet-channel-abc")]
    [Trait("weak-spot", "W33")]
    public void A_room_answers_to_both_of_its_names(string with)
    {
        var lines = new Capabilities([new(with, CapabilityNames.Relay)]);
        Assert.True(lines.Permits(CapabilityNames.Relay, new RoomId("xnet-channel-abc")));
        Assert.False(lines.Permits(CapabilityNames.Relay, new RoomId("xnet-channel-abcd")));
        Assert.False(lines.Permits(CapabilityNames.Signal, new RoomId("xnet-channel-abc")));
        Assert.Equal(with == "abc", lines.Permits(CapabilityNames.Relay, new RoomId("xnet-doc-abc")));
    }

    [Fact]
    public void A_call_is_named_as_a_whole()
    {
        var lines = new Capabilities([new("call:abc", CapabilityNames.CallJoin)]);
        Assert.True(lines.Permits(CapabilityNames.CallJoin, new RoomId("call:abc")));
        Assert.False(lines.Permits(CapabilityNames.CallSignal, new RoomId("call:abc")));
        Assert.False(new Capabilities([new("abc", CapabilityNames.CallJoin)]).Permits(CapabilityNames.CallJoin, new RoomId("call:abc")));
    }

    [Fact]
    public void What_is_not_listed_is_not_permitted()
    {
        Assert.False(new Capabilities([]).Permits(CapabilityNames.Signal, "*"));
        Assert.False(Capabilities.OfClients.Permits(CapabilityNames.Admin, "*"));
        Assert.False(Capabilities.OfClients.Permits(CapabilityNames.ActFor, "*"));
        Assert.True(Capabilities.Unrestricted.Permits(CapabilityNames.Admin, "*"));
    }

    [Fact]
    public void Clients_list_what_the_reference_lists()
    {
        Assert.Equal(
            "hub/connect hub/signal hub/relay hub/query hub/backup backup/read backup/write backup/delete files/read files/write "
            + "query/read index/write call/join call/signal notify/register telemetry/ingest",
            string.Join(' ', Capabilities.OfClients.Select(line => line.Can)));
        Assert.All(Capabilities.OfClients, line => Assert.Equal("*", line.With));
    }
}
