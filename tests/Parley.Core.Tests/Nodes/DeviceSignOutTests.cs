using Parley.Identity;
using Parley.Ids;
using Parley.Json;
using Xunit;

namespace Parley.Nodes;

/// <summary>Which changes sign a device out, and whose.</summary>
public sealed class DeviceSignOutTests
{
    private static readonly PersonId Ann = PersonId.FromPublicKey(Enumerable.Repeat((byte)1, 32).ToArray());
    private static readonly PersonId Phone = PersonId.FromPublicKey(Enumerable.Repeat((byte)2, 32).ToArray());

    [Fact]
    public void One_change_says_who_and_which()
    {
        var change = Change(Schemas.Device, DeviceSignOut.Properties(Phone));

        Assert.Equal(new DeviceSignOut(Ann, Phone), DeviceSignOut.Read(change));
        Assert.Equal(RoomNames.Author(Ann), HomeRoom.Of(change));
    }

    [Fact]
    public void Anything_less_signs_nobody_out()
    {
        var device = JsonValue.Of(Phone.Value);
        Assert.Null(DeviceSignOut.Read(Change(Schemas.Page, DeviceSignOut.Properties(Phone))));
        Assert.Null(DeviceSignOut.Read(Change(null, DeviceSignOut.Properties(Phone))));
        Assert.Null(DeviceSignOut.Read(Change(Schemas.Device, JsonValue.Object(("device", device)))));
        Assert.Null(DeviceSignOut.Read(Change(Schemas.Device, JsonValue.Object(("device", device), ("signedOut", JsonValue.Of("true"))))));
        Assert.Null(DeviceSignOut.Read(Change(Schemas.Device, JsonValue.Object(("device", JsonValue.Of("phone")), ("signedOut", JsonValue.True)))));
        Assert.Null(DeviceSignOut.Read(Change(Schemas.Device, JsonValue.Object(("device", device), ("signedOut", JsonValue.False)))));
    }

    // As an update: it knew of an earlier change of its node.
    private static Change Change(string? schema, JsonValue properties) =>
        new ChangeDraft(new("change-1", new(new("node-1"), schema, properties, null), "cid:blake3:" + new string('0', 64), Ann, 1_700_000_000_000, 2)).Complete(new byte[64]);
}
