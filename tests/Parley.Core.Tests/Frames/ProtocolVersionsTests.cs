using Xunit;

namespace Parley.Frames;

public sealed class ProtocolVersionsTests
{
    [Theory]
    [InlineData(1, 1, null)]
    [InlineData(4, 1, null)]
    [InlineData(4, 0, null)]
    [InlineData(3, 2, "upgrade-hub")]
    [InlineData(0, 0, "upgrade-client")]
    [InlineData(-5, 9, "upgrade-client")]
    public void A_mismatch_says_who_should_upgrade(int version, int minimum, string? suggestion) =>
        Assert.Equal(suggestion, ProtocolVersions.Mismatch(version, minimum));
}
