using Parley.Testing;
using Parley.Web.Shell;
using Xunit;

namespace Parley.Web.Tests.Shell;

public sealed class LiveRelayTests
{
    private readonly LiveValue<int> _one = new(1);
    private readonly LiveValue<int> _two = new(2);

    [Fact]
    public async Task It_shows_what_it_is_turned_to_and_nothing_of_what_it_was_turned_from()
    {
        using var relay = new LiveRelay<int>(0);
        Assert.Equal(0, relay.Value);
        relay.Turn(_one);
        Assert.Equal(1, relay.Value);
        _one.Show(10);
        await Eventually.SeesAsync(() => relay.Value, value => value == 10);

        relay.Turn(_two);
        Assert.Equal(2, relay.Value);
        _one.Show(11);
        _two.Show(20);
        await Eventually.SeesAsync(() => relay.Value, value => value == 20);

        relay.Turn<int>(null);
        Assert.Equal(0, relay.Value);
    }
}
