using Parley.Access;
using Parley.Ids;
using Parley.Web.Access;
using Xunit;

namespace Parley.Web.Tests.Access;

public sealed class InviteAtHandTests
{
    private static readonly Invite Invite = new(new NodeId("sp-abcaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), new byte[32]);

    private readonly InviteAtHand _atHand = new();

    [Theory]
    [InlineData("https://hub.example/join#")]
    [InlineData("http://localhost:4444/join/#")]
    [InlineData("http://localhost:4444/#")]
    public void The_link_of_an_invite_is_taken(string address)
    {
        Assert.True(_atHand.Read(address + Invite));
        Assert.Equal(Invite, _atHand.Value);
        Assert.True(_atHand.IsAsked);
        _atHand.PutAway();
        Assert.Null(_atHand.Value);
        Assert.False(_atHand.IsAsked);
    }

    [Fact]
    public void What_is_pasted_is_wanted()
    {
        Assert.False(_atHand.Offer("have a look at https://hub.example/join"));
        Assert.False(_atHand.IsAsked);
        Assert.True(_atHand.Offer(" https://hub.example/join#" + Invite + " "));
        Assert.True(_atHand.IsAgreed);
        Assert.Equal(Invite, _atHand.Value);
    }

    [Fact]
    public void A_torn_link_is_known_for_one()
    {
        Assert.True(_atHand.Read("https://hub.example/join#" + Invite.ToString()[..^3]));
        Assert.Null(_atHand.Value);
        Assert.True(_atHand.IsAsked);
    }

    [Theory]
    [InlineData("https://hub.example/join")]
    [InlineData("https://hub.example/join#")]
    [InlineData("https://hub.example/channel/a#join=x")]
    [InlineData("https://hub.example/#words")]
    [InlineData("")]
    public void Anything_else_is_no_invite(string address)
    {
        Assert.False(_atHand.Read(address));
        Assert.False(_atHand.IsAsked);
    }
}
