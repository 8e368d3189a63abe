using Parley.Identity;
using Parley.Web.Identity;
using Xunit;

namespace Parley.Web.Tests.Identity;

public sealed class PairingAtHandTests
{
    private readonly PairingAtHand _atHand = new();

    [Fact]
    public void The_link_of_another_device_is_read_from_its_address_until_it_is_put_away()
    {
        using var host = new PairingHost(KeySecret.From(KeyOrigin.Words, new byte[32]), "Ann", null, new byte[PairingHost.RandomBytes], DateTimeOffset.UnixEpoch);

        Assert.True(_atHand.Read($"https://app.example.org/pair#{host.Link}"));
        Assert.Equal(host.Link.Room, _atHand.Value!.Room);

        _atHand.PutAway();
        Assert.Null(_atHand.Value);
        Assert.False(_atHand.IsAsked);
    }

    [Theory]
    [InlineData("https://app.example.org/pair")]
    [InlineData("https://app.example.org/pair#pair=AAAA")]
    public void A_broken_link_is_asked_about_and_leads_nowhere(string address)
    {
        Assert.True(_atHand.Read(address));
        Assert.True(_atHand.IsAsked);
        Assert.Null(_atHand.Value);
    }

    [Theory]
    [InlineData("https://app.example.org/")]
    [InlineData("https://app.example.org/settings#pair=AAAA")]
    [InlineData("not an address")]
    public void Other_addresses_are_left_alone(string address)
    {
        Assert.False(_atHand.Read(address));
        Assert.False(_atHand.IsAsked);
    }
}
