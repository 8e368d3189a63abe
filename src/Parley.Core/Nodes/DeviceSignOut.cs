using Parley.Ids;
using Parley.Json;

namespace Parley.Nodes;

/// <summary>A person's word that a device connects in their name no more: a change of the Device node in their own room.</summary>
/// <remarks>
/// It counts for this person alone: whoever else is named as the device keeps their own connections. It is final for the device's key;
/// the same device comes back under another one.
/// </remarks>
/// <param name="Person">Who speaks.</param>
/// <param name="Device">Of which device: the DID of its own key.</param>
public readonly record struct DeviceSignOut(PersonId Person, PersonId Device)
{
    /// <summary>What a hub says as it closes such a device's connections.</summary>
    public const string CloseReason = "Device signed out";

    /// <summary>The word in a verified change, or null. The one change says it all, whatever else its node holds.</summary>
    public static DeviceSignOut? Read(Change change) =>
        Schemas.Is(change.SchemaId, Schemas.Device)
        && change.Properties["signedOut"]?.Boolean == true
        && PersonId.TryParse(change.Properties["device"]?.Text, out var device)
            ? new(change.Author, device)
            : null;

    /// <summary>What the change says.</summary>
    public static JsonValue Properties(PersonId device) =>
        JsonValue.Object(("device", JsonValue.Of(device.Value)), ("signedOut", JsonValue.True));
}
