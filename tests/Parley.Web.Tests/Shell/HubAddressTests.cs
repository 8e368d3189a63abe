using Parley.Web.Shell;
using Xunit;

namespace Parley.Web.Tests.Shell;

public sealed class HubAddressTests
{
    private readonly MemoryOfDevice _memory = new();
    private readonly HubAddress _address = new(new Uri("http://localhost:4444/"));

    [Fact]
    public void The_page_s_own_hub_is_the_default()
    {
        Assert.Equal("ws://localhost:4444/sync", _address.Current(_memory).AbsoluteUri);
        Assert.Equal("wss://parley.example/sync", new HubAddress(new Uri("https://parley.example/")).Default.AbsoluteUri);
    }

    [Theory]
    [InlineData("wss://hub.example.org", "wss://hub.example.org/sync")]
    [InlineData("https://hub.example.org/", "wss://hub.example.org/sync")]
    [InlineData("hub.example.org:4444", "ws://hub.example.org:4444/sync")]
    [InlineData("ws://hub.example.org/relay", "ws://hub.example.org/relay")]
    public void Another_hub_is_kept(string typed, string address)
    {
        Assert.True(_address.Choose(_memory, typed));
        Assert.Equal(address, _address.Current(_memory).AbsoluteUri);
    }

    [Theory]
    [InlineData("ftp://hub.example.org")]
    [InlineData("ws://")]
    [InlineData("not an address")]
    public void What_is_no_hub_changes_nothing(string typed)
    {
        Assert.False(_address.Choose(_memory, typed));
        Assert.Equal(_address.Default, _address.Current(_memory));
    }

    [Fact]
    public void An_empty_text_goes_back_to_the_default()
    {
        _address.Choose(_memory, "wss://hub.example.org");
        Assert.True(_address.Choose(_memory, " "));
        Assert.Equal(_address.Default, _address.Current(_memory));
        Assert.Empty(_memory.Kept);
    }
}
